/** How a result is made to fit. */
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { LoginRequired } from "../../src/auth/login.ts";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { ToolError } from "../../src/errors.ts";
import { quote } from "../../src/text.ts";
import { withinBytes } from "../../src/tools/budget.ts";
import { loginAnswer } from "../../src/tools/login/login_wording.ts";
import {
  errorResult,
  loginResult,
  successResult,
  type ToolResult,
} from "../../src/tools/result.ts";

const LEAST = RESULT_BYTES.least;

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function textOf({ content }: ToolResult): string {
  return content.map(({ text }) => text).join("");
}

/** Fails unless text and JSON both fit. */
function assertWithin(result: ToolResult, max: number): void {
  assert(
    bytes(textOf(result)) <= max,
    `${bytes(textOf(result))} bytes of text`,
  );
  const json = JSON.stringify(result.structuredContent);
  assert(bytes(json) <= max, `${bytes(json)} bytes of JSON`);
}

Deno.test("withinBytes() leaves alone what fits", () => {
  const data = { status: "ok", list: [1, 2], text: quote("word") };
  assertEquals(withinBytes(data, LEAST), data);
});

Deno.test("withinBytes() cuts quotes no further than it takes, and says how far", () => {
  const data = {
    name: "x".repeat(300),
    error: { message: quote("e".repeat(5000)) },
    events: [{ message: quote("v".repeat(3000)) }, { message: quote("w") }],
  };
  const cut = withinBytes(data, LEAST);
  assertEquals(cut.texts_cut_to, 2000);
  assertEquals(cut.name, data.name);
  assertEquals(withinBytes(data, 3500).texts_cut_to, 1000);
});

Deno.test("withinBytes() cuts the largest list where no text is left to cut, and counts", () => {
  const data = {
    status: "ok",
    checks: Array.from({ length: 100 }, (_, at) => ({ name: `check ${at}` })),
    few: ["a", "b"],
  };
  const cut = withinBytes(data, 800);
  assert(Array.isArray(cut.checks));
  assertEquals(cut.checks.length + Number(cut.checks_left_out), 100);
  assertEquals(cut.checks[0], { name: "check 0" });
  assertEquals(cut.few, ["a", "b"]);
  assertEquals("texts_cut_to" in cut, false);
});

Deno.test("a success gives up its sentence before its data", () => {
  const data = { status: "ok", text: "x".repeat(LEAST - 400) };
  const text = `${quote("y".repeat(3000))} and more`;
  const result = successResult({ text, data }, LEAST);
  assertWithin(result, LEAST);
  assertEquals(result.structuredContent.text, data.text);
  assert(textOf(result).startsWith("<<data-"), "as much of it as fits");
  const full = { status: "ok", text: "x".repeat(LEAST - 27) };
  assertEquals(textOf(successResult({ text, data: full }, LEAST))[0], "{");
});

Deno.test("a success whose names alone are too large is over the budget", () => {
  const data = { status: "ok", name: "x".repeat(LEAST) };
  assertThrows(
    () => successResult({ text: "Much.", data }, LEAST),
    ToolError,
    `more than the ${LEAST}`,
  );
});

for (
  const [what, text] of [
    ["ASCII", "x".repeat(4000)],
    ["four bytes each", "🦋".repeat(2000)],
    ["escapes in JSON", '"\\'.repeat(2000)],
  ] as const
) {
  Deno.test(`an error with long words (${what}) fits, and keeps code and fence`, () => {
    const error = new ToolError("not_found", `No: ${quote(text)}.`, {
      nextStep: `Do ${quote(text)}.`,
      scope: { project: "p".repeat(200), domain: "d".repeat(200) },
      requestId: "r-1",
    });
    const result = errorResult(error, LEAST);
    assertWithin(result, LEAST);
    assertMatch(textOf(result), / \[not_found, request r-1\]$/);
    assertMatch(textOf(result), /^No: <<data-(\w{8}) [^]*… \1-data>> Do /);
    const whole = errorResult(error, RESULT_BYTES.most);
    assert(textOf(whole).length > textOf(result).length);
  });
}

/** A browser login whose page has an address as long as one may be. */
const LOGIN = {
  method: "browser",
  issuerHost: "acme.okta.com",
  startedAt: 0,
  expiresAt: 600_000,
  otherMethods: ["device"],
  note: null,
  authorizationUrl: `https://acme.okta.com/${"x".repeat(3978)}`,
  callbackHost: "localhost:53593",
} as const;

Deno.test("a login with the longest address fits, with the address whole", () => {
  const login = new LoginRequired(LOGIN, true);
  const view = {
    endpoint: "https://flyte.example.com",
    now: 0,
    tool: "get_run",
  };
  const result = loginResult(login, { ...view, maxBytes: LEAST });
  assertWithin(result, LEAST);
  assert(textOf(result).includes(`${LOGIN.authorizationUrl}\n`));
  const { say_to_user: said, authorization_url: url } =
    result.structuredContent;
  assert(String(said).includes(`${LOGIN.authorizationUrl}\n`));
  assertEquals(url, null);
});

Deno.test("the answer of login is told whole or not at all beside its JSON", () => {
  const answer = loginAnswer(LOGIN, {
    endpoint: "https://flyte.example.com",
    now: 0,
    isNew: true,
    isFull: true,
    thenRepeat: null,
  });
  const result = successResult(answer, LEAST);
  assertWithin(result, LEAST);
  assertEquals(textOf(result)[0], "{");
  const roomy = successResult(answer, RESULT_BYTES.usual);
  assertEquals(
    roomy.structuredContent.authorization_url,
    LOGIN.authorizationUrl,
  );
  assert(textOf(roomy).startsWith("LOGIN REQUIRED"));
});
