/** What an agent, or whoever speaks through it, gets out of a login. */
import { assert, assertEquals } from "@std/assert";
import { CLI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { approveAuthorization } from "../../sandbox/issuer/person.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createFetch, type Fetch } from "../../src/http/fetch.ts";
import { TOOLS } from "../../src/tools/mod.ts";
import { freePort } from "../free_port.ts";
import { approve, openTestBed, type TestBed } from "../harness.ts";

/** Arguments with which an agent may hope to read what it should not. */
const GREEDY = [
  "access_token",
  "/proc/self/environ",
  "file:///root/.local/state/flyte-mcp/tokens",
  "${FLYTE_CLIENT_SECRET}",
  "../../../etc/passwd",
  "https://evil.example/v2/domain/development/project/p/runs/r",
];

/** Every call that the schemas of the tools let an agent make with a text. */
function* greedyCalls() {
  for (const { name, input } of TOOLS) {
    yield { name, args: {} };
    for (const field of Object.keys(input.shape)) {
      for (const text of GREEDY) yield { name, args: { [field]: text } };
    }
  }
}

/** The real way to the network, with the hosts that were called. */
function recordHosts() {
  const real = createFetch({ caCert: null });
  const hosts = new Set<string>();
  const fetch: Fetch = (url, init) => {
    hosts.add(new URL(url).host);
    return real(url, init);
  };
  return { fetch, hosts, [Symbol.dispose]: () => real[Symbol.dispose]() };
}

/** Fails where a token, a code or a secret is in what was said. */
function assertNoSecrets(
  { sandbox, reports }: TestBed,
  said: readonly string[],
): void {
  const secrets = [...sandbox.issuer?.secrets ?? []];
  assert(secrets.length > 0, "there is nothing to look for");
  const all = [...said, ...reports].join("\n");
  for (const secret of secrets) assertEquals(all.includes(secret), false);
}

Deno.test("no tool gives an agent a token, whatever it is called with", async () => {
  using network = recordHosts();
  await using bed = await openTestBed({
    fetch: network.fetch,
    sandbox: { seeded: false },
  });
  const said: string[] = [];
  for (const isLoggedIn of [false, true]) {
    if (isLoggedIn) await bed.logIn();
    for (const { name, args } of greedyCalls()) {
      if (name === "logout") continue;
      said.push(JSON.stringify(await bed.call(name, args)));
    }
  }
  said.push(JSON.stringify(await bed.call("logout")));
  assertNoSecrets(bed, said);
  const own = [bed.sandbox.endpoint, bed.sandbox.issuer?.url ?? ""];
  const expected = new Set(own.map((url) => new URL(url).host));
  assertEquals(network.hosts, expected);
});

Deno.test("no tool opens the issuer's page, so that only a person can approve", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  const asked = await bed.call("login");
  const { user_code: code, verification_uri_complete: page } = asked.data;
  for (const { name, input } of TOOLS) {
    if (name === "logout") continue;
    for (const field of Object.keys(input.shape)) {
      for (const text of [code, page]) await bed.call(name, { [field]: text });
    }
  }
  assertEquals((await bed.call("auth_status")).data.login, "pending");
  const visited = bed.sandbox.issuer?.requests
    .filter(({ endpoint }) => endpoint === "pages" || endpoint === "other");
  assertEquals(visited, []);
  await approve(asked);
  const done = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(done.data.logged_in, true, done.text);
});

/** A bed with a browser login, whose callback a stranger may listen on. */
async function openBrowserBed(port: number, fetch?: Fetch) {
  const redirectUri = `http://localhost:${port}/callback`;
  const bed = await openTestBed({
    env: { FLYTE_AUTH_TYPE: "Pkce" },
    sandbox: { seeded: false, client: { redirectUri } },
    ...(fetch && { fetch }),
  });
  const { data } = await bed.call("login");
  return { ...bed, redirectUri, page: String(data.authorization_url) };
}

Deno.test("a pasted address with a state of its own changes nothing, wherever it leads", async () => {
  using network = recordHosts();
  await using bed = await openBrowserBed(freePort(), network.fetch);
  for (
    const forged of [
      `${bed.redirectUri}?code=made-up&state=forged`,
      `${bed.redirectUri}?error=access_denied&state=forged`,
      `${bed.redirectUri}?code=made-up`,
      "https://evil.example/callback?code=made-up&state=forged",
    ]
  ) {
    const { data } = await bed.call("login", { callback_url: forged });
    assertEquals(data.error.code, "invalid_argument");
  }
  assertEquals((await bed.call("auth_status")).data.login, "pending");
  const address = await approveAuthorization(bed.page);
  const done = await bed.call("login", { callback_url: address });
  assertEquals(done.data.logged_in, true, done.text);
});

Deno.test("a pasted address has nobody called but the issuer, though its state is right", async () => {
  using network = recordHosts();
  await using bed = await openBrowserBed(freePort(), network.fetch);
  const forged = new URL("https://evil.example/callback?code=made-up");
  const state = new URL(bed.page).searchParams.get("state") ?? "";
  forged.searchParams.set("state", state);
  const { data, text } = await bed.call("login", { callback_url: forged.href });
  assertEquals(data.error.code, "login_expired", text);
  const own = [bed.sandbox.endpoint, bed.sandbox.issuer?.url ?? ""];
  assertEquals(network.hosts, new Set(own.map((url) => new URL(url).host)));
});

Deno.test("a stranger who has the callback's port first gets a code that is worth nothing to them", async () => {
  const stolen = Promise.withResolvers<URL>();
  await using stranger = await listenOnLoopback((req, res) => {
    stolen.resolve(new URL(req.url ?? "", "http://localhost"));
    res.end("thanks");
  }, 0);
  const port = Number(new URL(stranger.url).port);
  await using bed = await openBrowserBed(port);
  const address = await approveAuthorization(bed.page);
  await (await fetch(address.replace("localhost", "127.0.0.1"))).text();
  const code = (await stolen.promise).searchParams.get("code") ?? "";
  const { issuer } = bed.sandbox;
  for (const guess of [{}, { code_verifier: "made-up".repeat(8) }]) {
    const answer = await fetch(`${issuer?.url}/token`, {
      method: "POST",
      body: new URLSearchParams({
        ...{ grant_type: "authorization_code", code, ...guess },
        client_id: CLI_CLIENT.clientId,
        redirect_uri: bed.redirectUri,
      }),
    });
    assertEquals((await answer.json()).error, "invalid_grant");
  }
});
