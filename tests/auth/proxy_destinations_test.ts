/** Where proxyCommand's token goes, and when it is a new one. */
import { assertEquals } from "@std/assert";
import type { RunCommand } from "../../src/auth/command.ts";
import {
  type ProxyAuthorization,
  withProxyAuthorization,
} from "../../src/auth/proxy_authorization.ts";
import type { Fetch } from "../../src/http/fetch.ts";

/** A command that prints these outputs in turn, and how often it was run. */
function printing(...outputs: readonly string[]) {
  let runs = 0;
  const run: RunCommand = () =>
    Promise.resolve({
      kind: "ended",
      code: 0,
      stdout: outputs[Math.min(runs++, outputs.length - 1)] ?? "",
      stderr: "",
    });
  return { run, runs: () => runs };
}

/** A network that answers with these statuses in turn, and what it was sent. */
function answering(...statuses: readonly number[]) {
  const sent: (string | null)[] = [];
  const fetch: Fetch = (_url, { headers }) => {
    const status = statuses[Math.min(sent.length, statuses.length - 1)];
    sent.push(new Headers(headers).get("proxy-authorization"));
    return Promise.resolve(new Response("page", { status: status ?? 200 }));
  };
  return { fetch, sent };
}

const FLYTE = "https://flyte.example.com";

function optionsOf(
  options: Partial<ProxyAuthorization> = {},
): ProxyAuthorization {
  return {
    command: { value: ["print-token"], source: "FLYTE_PROXY_COMMAND" },
    ...printing("made-up-proxy-token"),
    now: () => 0,
    endpoint: FLYTE,
    own: [],
    trustedIssuers: null,
    ...options,
  };
}

const OKTA = "https://acme.okta.example";
const TRUSTING = { trustedIssuers: ["acme.okta.example"] };

/** An address, what is set, and whether the token goes there. */
const DESTINATIONS: readonly (readonly [
  string,
  Partial<ProxyAuthorization>,
  boolean,
])[] = [
  [`${FLYTE}/flyteidl2.project.ProjectService/ListProjects`, {}, true],
  [`${FLYTE}/x`, TRUSTING, true],
  [
    "http://flyte.example.com/x",
    { endpoint: "http://flyte.example.com" },
    false,
  ],
  ["http://localhost:8080/x", { endpoint: "http://localhost:8080" }, true],
  ["http://127.0.0.1:9/token", { endpoint: "http://localhost:8080" }, true],
  ["http://127.0.0.1:9/token", {}, false],
  [`${OKTA}/token`, {}, true],
  [`${OKTA}/token`, TRUSTING, true],
  ["https://evil.example/token", TRUSTING, false],
  [`${OKTA}:8443/token`, TRUSTING, false],
  ["https://acme.okta.example.evil.example/token", TRUSTING, false],
  ["https://login.example/token", {
    ...TRUSTING,
    own: ["https://login.example/oauth2"],
  }, true],
  ["http://login.example/token", { own: ["http://login.example"] }, false],
  ["https://flyte.example.com:8443/x", TRUSTING, false],
];

for (const [url, options, goes] of DESTINATIONS) {
  const what = goes ? "goes" : "does not go";
  const given = JSON.stringify(options);
  Deno.test(`proxyCommand's token ${what} to ${url} with ${given}`, async () => {
    const { fetch, sent } = answering(200);
    const command = printing("made-up-proxy-token");
    const call = withProxyAuthorization(
      fetch,
      optionsOf({ ...options, ...command }),
    );
    await call(url, {});
    assertEquals(sent, [goes ? "Bearer made-up-proxy-token" : null]);
    assertEquals(command.runs(), goes ? 1 : 0);
  });
}

Deno.test("proxyCommand's token is kept from call to call", async () => {
  const command = printing("made-up-token-1", "made-up-token-2");
  const { fetch, sent } = answering(200);
  const call = withProxyAuthorization(fetch, optionsOf(command));
  await call(FLYTE, {});
  await call(FLYTE, {});
  assertEquals(sent, ["Bearer made-up-token-1", "Bearer made-up-token-1"]);
});

/** A JWT that says when it runs out, in seconds, and is signed by nobody. */
function jwt(exp: number): string {
  const part = (value: unknown) =>
    new TextEncoder().encode(JSON.stringify(value))
      .toBase64({ alphabet: "base64url", omitPadding: true });
  return [part({ alg: "none" }), part({ exp, sub: "ada" }), "c2ln"].join(".");
}

Deno.test("proxyCommand is run again shortly before its token runs out", async () => {
  const [first, second] = [jwt(600), jwt(1200)];
  const command = printing(first, second);
  const { fetch, sent } = answering(200);
  let now = 0;
  const options = optionsOf({ ...command, now: () => now });
  const call = withProxyAuthorization(fetch, options);
  for (const at of [0, 560_000, 575_000, 1_100_000]) {
    now = at;
    await call(FLYTE, {});
  }
  const expected = [first, first, second, second];
  assertEquals(sent, expected.map((token) => `Bearer ${token}`));
});

Deno.test("proxyCommand that prints the same token again is no reason to ask twice", async () => {
  const { fetch, sent } = answering(401);
  const call = withProxyAuthorization(fetch, optionsOf());
  const response = await call(FLYTE, {});
  assertEquals([response.status, await response.text()], [401, "page"]);
  assertEquals(sent.length, 1);
});

Deno.test("a page with 401 comes through when the new token is refused too", async () => {
  const { fetch, sent } = answering(401);
  const command = printing("made-up-token-1", "made-up-token-2");
  const call = withProxyAuthorization(fetch, optionsOf(command));
  const response = await call(FLYTE, {});
  assertEquals([response.status, await response.text()], [401, "page"]);
  assertEquals(sent, ["Bearer made-up-token-1", "Bearer made-up-token-2"]);
});

Deno.test("Flyte's own 401 is no reason to run proxyCommand again", async () => {
  const command = printing("made-up-proxy-token");
  const refused: Fetch = () =>
    Promise.resolve(
      Response.json({ code: "unauthenticated" }, { status: 401 }),
    );
  const call = withProxyAuthorization(refused, optionsOf(command));
  assertEquals((await call(FLYTE, {})).status, 401);
  assertEquals(command.runs(), 1);
});

Deno.test("a call that waits for proxyCommand can be given up, and the run goes on", async () => {
  const ended = Promise.withResolvers<void>();
  const { fetch, sent } = answering(200);
  const run: RunCommand = async () => {
    await ended.promise;
    return {
      kind: "ended",
      code: 0,
      stdout: "made-up-proxy-token",
      stderr: "",
    };
  };
  const call = withProxyAuthorization(fetch, optionsOf({ run }));
  const caller = new AbortController();
  const given = call(FLYTE, { signal: caller.signal }).catch((error) => error);
  const patient = call(FLYTE, {});
  caller.abort(new Error("Given up"));
  assertEquals((await given).message, "Given up");
  ended.resolve();
  await patient;
  assertEquals(sent, ["Bearer made-up-proxy-token"]);
});
