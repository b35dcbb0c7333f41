import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import { startIssuer } from "../../sandbox/issuer/mod.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { connectServer } from "../harness.ts";
import { counter, startGate, TOKEN } from "./gate.ts";

const CI = {
  FLYTE_CLIENT_ID: CI_CLIENT.clientId,
  FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
};

function any(token: string): boolean {
  return token.startsWith(TOKEN);
}

/** Flyte and its issuer, each behind a gate that takes any of the tokens. */
async function openGates() {
  await using stack = new AsyncDisposableStack();
  let issuerAt = "";
  const login = stack.use(await startGate(() => issuerAt, { takes: any }));
  const sandbox = stack.use(
    await startSandbox({
      auth: "device",
      seeded: false,
      issuer: {
        publicUrl: login.url,
        interval: 0.05,
        enforceInterval: false,
      },
    }),
  );
  const address = sandbox.issuer?.address ?? "";
  issuerAt = address;
  const flyte = stack.use(
    await startGate(() => sandbox.endpoint, { takes: any }),
  );
  const count = stack.use(await counter());
  const owned = stack.move();
  return {
    ...{ login, flyte, sandbox, count },
    /** A person is let through by other means. */
    browse: (input: string | URL | Request, init?: RequestInit) =>
      fetch(String(input).replace(login.url, address), init),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The ends of the paths that came, in order, repetitions as one. */
function pathsOf({ seen }: { seen: readonly { path: string }[] }): string[] {
  const ends = seen.map(({ path }) => path.split("/").slice(-1).join());
  return ends.filter((end, at) => end !== ends[at - 1]);
}

Deno.test("proxyCommand's token goes with every call of a login, from the first to the revocation", async () => {
  await using gates = await openGates();
  const { flyte, login, count, sandbox } = gates;
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_PROXY_COMMAND: count.command },
  });
  const { data } = await server.call("whoami");
  await approveDevice(data.verification_uri, data.user_code, {
    fetch: gates.browse,
  });
  await server.call("auth_status", { wait_seconds: 20 });
  assertEquals((await server.call("list_projects")).data.status, "ok");
  sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  assertEquals((await server.call("list_projects")).data.status, "ok");
  assertEquals((await server.call("logout")).data.revoked, true);
  const flyteSaw = new Set(pathsOf(flyte));
  for (const rpc of ["UserInfo", "GetOAuth2Metadata", "ListProjects"]) {
    assert(flyteSaw.has(rpc), rpc);
  }
  assertEquals(pathsOf(login), [
    ...["auth", "token", "oauth-authorization-server", "revocation"],
  ]);
  const all = [...flyte.seen, ...login.seen];
  assertEquals([...new Set(all.map(({ token }) => token))], [`${TOKEN}1`]);
  assertEquals([...new Set(all.map(({ status }) => status))], [200]);
});

Deno.test("proxyCommand's token goes with the discovery of an issuer that is set, and its token call", async () => {
  let issuerAt = "";
  await using login = await startGate(() => issuerAt, { takes: any });
  await using issuer = await startIssuer({ publicUrl: login.url });
  issuerAt = issuer.address;
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  await using count = await counter();
  await using server = await connectServer(sandbox.endpoint, {
    env: {
      ...CI,
      FLYTE_ISSUER: login.url,
      FLYTE_PROXY_COMMAND: count.command,
    },
  });
  const { data, text } = await server.call("list_projects");
  assertEquals(data.status, "ok", text);
  assertEquals(pathsOf(login).at(-1), "token");
  assertEquals(
    [...new Set(login.seen.map(({ token }) => token))],
    [`${TOKEN}1`],
  );
});

for (const refusal of [401, 407]) {
  Deno.test(`proxyCommand is run again at the proxy's ${refusal} to a call of Flyte`, async () => {
    await using sandbox = await startSandbox({ auth: "open", seeded: false });
    let good = `${TOKEN}1`;
    await using flyte = await startGate(() => sandbox.endpoint, {
      refusal,
      takes: (token) => token === good,
    });
    await using count = await counter();
    await using server = await connectServer(flyte.url, {
      env: { FLYTE_ADMIN_PROXYCOMMAND: count.command },
    });
    assertEquals((await server.call("list_projects")).isError, false);
    good = `${TOKEN}2`;
    flyte.seen.length = 0;
    assertEquals((await server.call("list_projects")).isError, false);
    assertEquals(flyte.seen.map(({ status }) => status), [refusal, 200]);
  });

  Deno.test(`proxyCommand is run again at the proxy's ${refusal} to a token call`, async () => {
    await using sandbox = await startSandbox({ auth: "device", seeded: false });
    const { address = "" } = sandbox.issuer ?? {};
    await using login = await startGate(() => address, {
      refusal,
      takes: (token) => token === `${TOKEN}2`,
    });
    await using count = await counter();
    await using server = await connectServer(sandbox.endpoint, {
      env: {
        ...CI,
        FLYTE_TOKEN_ENDPOINT: `${login.url}/token`,
        FLYTE_PROXY_COMMAND: count.command,
      },
    });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.status, "ok", text);
    assertEquals(
      login.seen.map(({ token, status }) => [token, status]),
      [[`${TOKEN}1`, refusal], [`${TOKEN}2`, 200]],
    );
  });
}

Deno.test("a proxy that refuses every token is asked twice, and named with proxyCommand", async () => {
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  await using flyte = await startGate(() => sandbox.endpoint, {
    refusal: 407,
    takes: () => false,
  });
  await using count = await counter();
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_PROXY_COMMAND: count.command, FLYTE_ACCESS_TOKEN: "made-up" },
  });
  const { data, text } = await server.call("list_projects");
  assertEquals(data.error.code, "token_rejected");
  assertStringIncludes(text, "FLYTE_PROXY_COMMAND");
  assertEquals(text.includes(TOKEN), false);
  const asked = flyte.seen.filter(({ path }) => path.includes("ListProjects"));
  assert(asked.length <= 2, `asked ${asked.length} times`);
});

Deno.test("a proxy that answers 401 to every token is named with proxyCommand too", async () => {
  await using flyte = await startGate(() => "", { takes: () => false });
  await using count = await counter();
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_PROXY_COMMAND: count.command },
  });
  const { data, text } = await server.call("list_projects");
  assertEquals(data.error.code, "not_flyte_endpoint");
  assertStringIncludes(
    text,
    "the token of the command from FLYTE_PROXY_COMMAND",
  );
});

Deno.test("calls at the same time share one run of proxyCommand", async () => {
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  await using flyte = await startGate(() => sandbox.endpoint, { takes: any });
  await using count = await counter();
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_PROXY_COMMAND: count.command },
  });
  await Promise.all([1, 2, 3].map(() => server.call("list_projects")));
  assertEquals(
    [...new Set(flyte.seen.map(({ token }) => token))],
    [`${TOKEN}1`],
  );
});

Deno.test("proxyCommand's token does not follow a redirect", async () => {
  const strangers: unknown[] = [];
  await using other = await listenOnLoopback((req, res) => {
    strangers.push(req.headers["proxy-authorization"]);
    res.end();
  }, 0);
  await using flyte = await listenOnLoopback((_req, res) => {
    res.writeHead(307, { location: `${other.url}/login` }).end();
  }, 0);
  await using count = await counter();
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_PROXY_COMMAND: count.command },
  });
  const { data } = await server.call("list_projects");
  assertEquals(data.error.code, "sso_redirect");
  assertEquals(strangers, []);
});

Deno.test("proxyCommand's token crosses no network in clear text", async () => {
  await using server = await connectServer("http://flyte.test", {
    env: { FLYTE_PROXY_COMMAND: "print-token" },
  });
  const { data, text } = await server.call("list_projects");
  assertEquals(data.error.code, "config_conflict");
  assertStringIncludes(text, "FLYTE_PROXY_COMMAND would cross the network");
});

/** Commands that give no token, and what is said of each. */
const FAILING: Readonly<Record<string, readonly [string[], RegExp]>> = {
  "ends with 4": [
    [Deno.execPath(), "eval", "Deno.exit(4)"],
    /failed \(exit 4\)/,
  ],
  "prints nothing": [[Deno.execPath(), "eval", ""], /printed no token/],
  "does not exist": [["no-such-program-made-up"], /does not exist/],
};

for (const [what, [argv, words]] of Object.entries(FAILING)) {
  Deno.test(`proxyCommand that ${what} is command_failed and named`, async () => {
    await using flyte = await startGate(() => "", { takes: any });
    const config = `admin: {proxyCommand: ${JSON.stringify(argv)}}`;
    await using server = await connectServer(flyte.url, {
      env: { HOME: "/home/ada" },
      files: { "/home/ada/.flyte/config.yaml": config },
    });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.error.code, "command_failed");
    assert(words.test(text), text);
    assertStringIncludes(text, "admin.proxyCommand in ~/.flyte/config.yaml");
    assertEquals(flyte.seen, []);
  });
}
