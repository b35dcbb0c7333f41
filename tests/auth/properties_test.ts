/**
 * What commands print and what people paste: a token, a login, or an error of
 * our own that does not repeat it.
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import {
  type AuthorizationRequest,
  newAuthorizationRequest,
  readAuthorizationAnswer,
} from "../../src/auth/authorization_code.ts";
import { BrowserFlow } from "../../src/auth/browser_flow.ts";
import { type ClientConfig, NO_LOGIN } from "../../src/auth/client_config.ts";
import type { CommandResult } from "../../src/auth/command.ts";
import {
  commandFailure,
  readCommandToken,
} from "../../src/auth/command_token.ts";
import { checkIssuer } from "../../src/auth/issuer_check.ts";
import { safePage } from "../../src/auth/safe_page.ts";
import { toToken } from "../../src/auth/token.ts";
import { systemClock } from "../../src/clock.ts";
import { ToolError } from "../../src/errors.ts";

const SECRET = "zqHUNTER2HUNTER2HUNTER2qz";

const AROUND = fc.tuple(
  fc.constantFrom("", " ", "\0", '"', "{", "[", "é", "\n", "Bearer "),
  fc.constantFrom("", " ", "\0", '"', "}", "]", "é", "\n", ".e30.x"),
).map(([before, after]) => `${before}${SECRET}${after}`);

/** What commands print, rightly and wrongly. */
const OUTPUT = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  AROUND,
  fc.dictionary(
    fc.constantFrom(
      ...["access_token", "accessToken", "token", "id_token", "status"],
      ...["__proto__", "expires_in"],
    ),
    fc.oneof(
      AROUND,
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom("token", "status"), AROUND),
    ),
  ).map((value) => JSON.stringify(value)),
  fc.constantFrom(
    `${'{"status":'.repeat(20_000)}{}${"}".repeat(20_000)}`,
    "[".repeat(50_000),
    "x".repeat(200_000),
    '{"__proto__":{"token":"aaaaaaaaaa"}}',
  ),
);

Deno.test("readCommandToken() gives a token that a header can carry, or none", () => {
  fc.assert(
    fc.property(OUTPUT, (stdout) => {
      const token = readCommandToken(stdout);
      if (token === null) return;
      assert(/^[\x21-\x7e]{8,}$/.test(token.access_token));
      assert(stdout.includes(token.access_token) || /[\\u]/.test(stdout));
      new Headers({ authorization: `Bearer ${token.access_token}` });
      assertEquals(String(toToken(token, { now: 0 }).accessToken), "[secret]");
    }),
    { numRuns: 300 },
  );
});

Deno.test.each([
  ["a web page", "<!doctypehtml><title>Sign-in</title>"],
  ["a list", '["made-up-token"]'],
  ["broken JSON", '{"access_token":"made-up-token"'],
  ["JSON without one", '{"expires_in":3600}'],
  ["two words", "made-up token"],
])("readCommandToken() takes no token from %s", (_what, stdout) => {
  assertEquals(readCommandToken(stdout), null);
});

Deno.test("commandFailure() says what happened, and no token of it", () => {
  const text = fc.oneof(OUTPUT, AROUND);
  const result: fc.Arbitrary<CommandResult | { kind: "expired" }> = fc.oneof(
    fc.record({
      kind: fc.constant("ended" as const),
      code: fc.integer({ min: 0, max: 255 }),
      stdout: text,
      stderr: text,
    }),
    fc.constantFrom(
      { kind: "timeout" as const },
      { kind: "expired" as const },
      { kind: "not_permitted" as const },
      { kind: "not_found" as const, searched: "/usr/bin:/bin" },
    ),
  );
  const argv = fc.tuple(
    fc.oneof(fc.constantFrom("aws", "/opt/x/gcloud", "az"), fc.string()),
    fc.array(fc.oneof(AROUND, fc.constant("--token"))),
  ).map(([program, args]) => [program, ...args]);
  fc.assert(
    fc.property(argv, result, (argv, result) => {
      const error = commandFailure(
        { value: argv, source: "FLYTE_COMMAND" },
        result,
      );
      assert(["command_failed", "permission_missing"].includes(error.code));
      const said = `${error.message} ${error.nextStep}`;
      assertEquals(said.includes(SECRET), false, said);
      assert(said.length < 5000, `${said.length} characters`);
    }),
    { numRuns: 300 },
  );
});

const CONFIG: ClientConfig = {
  ...NO_LOGIN,
  hasLogin: true,
  issuer: "https://issuer.example",
  authorizationEndpoint: "https://issuer.example/auth?tenant=a",
  tokenEndpoint: "https://issuer.example/token",
  redirectUri: "http://localhost:53593/callback",
  clientId: "flyte-cli",
};

async function newRequest(): Promise<AuthorizationRequest> {
  const request = await newAuthorizationRequest(CONFIG);
  assert(request !== null);
  return request;
}

/** Addresses that a person may paste, with this state in some of them. */
function pastes(state: string): fc.Arbitrary<string> {
  const parameter = fc.tuple(
    fc.constantFrom("code", "state", "error", "iss", "error_description", "x"),
    fc.oneof(
      AROUND,
      fc.constantFrom(state, "access_denied", "https://issuer.example", ""),
      fc.string({ unit: "binary" }),
    ),
  );
  const query = fc.array(parameter, { maxLength: 6 }).map((parameters) =>
    new URLSearchParams(
      parameters.map(([name, value]) => [name, value.toWellFormed()]),
    ).toString()
  );
  return fc.oneof(
    fc.string({ unit: "binary" }),
    AROUND,
    fc.tuple(
      fc.constantFrom(
        ...[
          "http://localhost:53593/callback?",
          "?",
          "javascript:x?",
          "data:,?",
        ],
        ...["http://evil.example/callback?", "  http://localhost/#"],
      ),
      query,
    ).map((parts) => parts.join("")),
  );
}

Deno.test("readAuthorizationAnswer() takes answers to its own request alone", async () => {
  const request = await newRequest();
  fc.assert(
    fc.property(pastes(request.state.reveal()), (text) => {
      const address = URL.parse(text.trim());
      if (!address) return;
      const answer = readAuthorizationAnswer(address, {
        request,
        config: CONFIG,
      });
      if (answer.kind === "stray") return;
      const { searchParams } = address;
      assertEquals(searchParams.getAll("state"), [request.state.reveal()]);
      // An empty one says no more than none.
      const iss = searchParams.get("iss") || CONFIG.issuer;
      assertEquals(iss, CONFIG.issuer);
      if (answer.kind === "code") assert(searchParams.has("code"));
      else assert(searchParams.has("error"));
    }),
    { numRuns: 500 },
  );
});

Deno.test("BrowserFlow refuses every pasted text that is not its own, and repeats none", async () => {
  const request = await newRequest();
  const flow = new BrowserFlow({
    config: CONFIG,
    endpoint: "https://flyte.example.com",
    fetch: () => Promise.reject(new Error("Nothing is to be sent")),
    clock: systemClock,
    ...{ isResumed: false, listens: true, kept: Promise.resolve() },
    stop: new AbortController().signal,
  }, { request, secret: null });
  const strangers = pastes("another-state-of-another-login");
  await fc.assert(
    fc.asyncProperty(strangers, async (text) => {
      const error = await assertRejects(() => flow.paste(text), ToolError);
      assertEquals(error.code, "invalid_argument");
      assertEquals(`${error.message}${error.nextStep}`.includes(SECRET), false);
    }),
    { numRuns: 200 },
  );
});

/** Addresses as an issuer, or whoever plays one, may publish them. */
const PUBLISHED = fc.oneof(
  fc.webUrl(),
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    ...["javascript:alert(1)", "http://evil.example/token", "data:,x", "//x"],
    ...["https://ada:pw@evil.example/", "file:///etc/passwd", "https://"],
    ...["http://127.0.0.1:1/token", "HTTPS://ISSUER.EXAMPLE/", "https://[::1]"],
    ...["https://issuer.example/\u202e", "https://issuer.example/\x1b[31m"],
  ),
);

Deno.test("checkIssuer() lets https alone through, or says no in its own words", () => {
  fc.assert(
    fc.property(PUBLISHED, PUBLISHED, PUBLISHED, (...addresses) => {
      const [tokenEndpoint, deviceAuthorizationEndpoint, page] = addresses;
      const config = {
        ...CONFIG,
        tokenEndpoint,
        deviceAuthorizationEndpoint,
        authorizationEndpoint: page,
      };
      try {
        checkIssuer(config, { endpoint: "https://flyte.example.com" });
      } catch (error) {
        assert(error instanceof ToolError, String(error));
        return assertEquals(error.code, "grant_not_allowed");
      }
      for (const address of addresses.filter(Boolean)) {
        const url = new URL(address);
        assertEquals([url.protocol, url.username], ["https:", ""]);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("safePage() shows a person https alone", () => {
  fc.assert(
    fc.property(PUBLISHED, (address) => {
      const page = safePage(address, { local: false, max: 2000 });
      if (!page) return;
      assertEquals([page.protocol, page.username], ["https:", ""]);
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x20\x7f-\uffff]/.test(page.href), page.href);
    }),
    { numRuns: 300 },
  );
});
