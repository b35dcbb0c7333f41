/** Values and logs come from the cluster that Flyte names, if it is trusted. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { TOOLS } from "../../src/tools/mod.ts";
import {
  approve,
  type Called,
  connectServer,
  fastClock,
  type TestServer,
} from "../harness.ts";
import { openClusters } from "./cluster_bed.ts";

const { project, domain, name: run } = SEEDED.runs.fanOut;

const IO = { run, project, domain };

const OTHERS = {
  task: "training.train_model",
  app: SEEDED.apps.active.name,
  log_lines: 1,
  project,
  domain,
};

const TRIGGER = { ...SEEDED.trigger, trigger: SEEDED.trigger.name };

/** Tries a login of its own, to see whether the issuer gives codes. */
const TRIES_LOGIN = "doctor";

/** Calls every other tool but the one that forgets the login. */
async function callAll(server: TestServer): Promise<Map<string, Called>> {
  const answers = new Map<string, Called>();
  for (const { name, input } of TOOLS) {
    if (["logout", TRIES_LOGIN].includes(name)) continue;
    // A tool is given what it takes, of a run, or else of something else.
    const about = "trigger" in input.shape ? TRIGGER : OTHERS;
    const args = Object.entries("run" in input.shape ? IO : about)
      .filter(([argument]) => argument in input.shape);
    answers.set(name, await server.call(name, Object.fromEntries(args)));
  }
  return answers;
}

/** The calls that were for a cluster. */
function dataCalls(calls: readonly { rpc: string }[]): string[] {
  return calls.map(({ rpc }) => rpc)
    .filter((rpc) => rpc.startsWith("DataProxyService/"));
}

for (
  const [what, select, code] of [
    ["by plain http", "plain", "tls_untrusted"],
    ["that nobody trusted", "cluster", "not_configured"],
  ] as const
) {
  Deno.test(`no tool follows SelectCluster to a place ${what}, and one login is enough for all`, async () => {
    await using flyte = await openClusters((places) => places[select], {
      auth: "device",
    });
    await using server = await connectServer(flyte.url, {
      clock: fastClock(5),
    });
    await approve(await server.call("whoami"));
    await server.call("auth_status", { wait_seconds: 10 });
    const answers = await callAll(server);
    for (const [tool, { data, text }] of answers) {
      const isRefused = data.error?.code === code;
      assert(data.status === "ok" || isRefused, `${tool}: ${text}`);
    }
    assertEquals(answers.get("get_run_io")?.data.error?.code, code);
    assertEquals(flyte.atCluster, []);
    assertEquals(dataCalls(flyte.atControl), []);
    const logins = flyte.sandbox.issuer?.requests
      .filter(({ endpoint }) => endpoint === "device_authorization");
    assertEquals(logins?.length, 1);
  });
}

Deno.test("an error names the cluster that nobody trusted, and the setting", async () => {
  await using flyte = await openClusters(({ cluster }) => cluster);
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_MCP_TRUSTED_CLUSTERS: "dp.example.com" },
  });
  const { data } = await server.call("get_run_io", IO);
  const { host } = new URL(flyte.cluster);
  const { message, next_step: next } = data.error;
  assertEquals(
    message,
    `Flyte keeps this on the cluster ${host}, and FLYTE_MCP_TRUSTED_CLUSTERS allows dp.example.com only.`,
  );
  assertMatch(next, new RegExp(`${host} .* FLYTE_MCP_TRUSTED_CLUSTERS`));
  assertEquals(data.error.fix_by, "person");
});

Deno.test("a trusted cluster is called with the same login, and nothing else is", async () => {
  await using flyte = await openClusters(({ cluster }) => cluster, {
    auth: "device",
  });
  await using server = await connectServer(flyte.url, flyte.trusting);
  await approve(await server.call("whoami"));
  await server.call("auth_status", { wait_seconds: 10 });
  const { data, text } = await server.call("get_run_io", IO);
  assertEquals(data.status, "ok", text);
  assertEquals(data.inputs.shards, 12);
  assertEquals(
    flyte.atCluster.map(({ rpc }) => rpc),
    ["DataProxyService/GetActionData"],
  );
  assertEquals(dataCalls(flyte.atControl), []);
  const [{ authorization } = {}] = flyte.atCluster;
  assertMatch(authorization ?? "", /^Bearer ./);
  assertEquals(authorization, flyte.atControl.at(-1)?.authorization);
  const logins = flyte.sandbox.issuer?.requests
    .filter(({ endpoint }) => endpoint === "device_authorization");
  assertEquals(logins?.length, 1);
});

Deno.test("with an API key a trusted cluster is called with the key's token", async () => {
  await using flyte = await openClusters(({ cluster }) => cluster, {
    auth: "device",
  });
  const { host } = new URL(flyte.url);
  const key = `${host}:${CI_CLIENT.clientId}:${CI_CLIENT.secret}:None`;
  await using server = await connectServer(flyte.url, {
    ...flyte.trusting,
    env: { ...flyte.trusting.env, FLYTE_API_KEY: btoa(key) },
  });
  const { data, text } = await server.call("get_run_io", IO);
  assertEquals(data.status, "ok", text);
  assertEquals(dataCalls(flyte.atCluster).length, 1);
  const grants = flyte.sandbox.issuer?.requests.map(({ grant }) => grant)
    .filter((grant) => grant !== undefined);
  assertEquals(grants, ["client_credentials"]);
});

Deno.test("a token that a trusted cluster refuses is renewed without another login", async () => {
  await using flyte = await openClusters(({ cluster }) => cluster, {
    auth: "device",
    refusals: 1,
  });
  await using server = await connectServer(flyte.url, flyte.trusting);
  await approve(await server.call("whoami"));
  await server.call("auth_status", { wait_seconds: 10 });
  const { data, text } = await server.call("get_run_io", IO);
  assertEquals(data.status, "ok", text);
  const [first, second] = flyte.atCluster;
  assertNotEquals(first?.authorization, second?.authorization);
  const grants = flyte.sandbox.issuer?.requests.map(({ grant }) => grant)
    .filter((grant) => grant === "refresh_token");
  assertEquals(grants?.length, 1);
});

for (
  const [what, select] of [
    ["its own address", ({ own }: { own: string }) => own],
    [
      "its own address with https",
      ({ own }: { own: string }) => own.replace("http:", "https:"),
    ],
    ["no address", () => ""],
    ["that it does not know SelectCluster", () => 404],
  ] as const
) {
  Deno.test(`a control plane that answers ${what} is called itself`, async () => {
    await using flyte = await openClusters(select);
    await using server = await connectServer(flyte.url);
    const { data, text } = await server.call("get_run_io", IO);
    assertEquals(data.status, "ok", text);
    assertEquals(dataCalls(flyte.atControl), [
      "DataProxyService/GetActionData",
    ]);
    assertEquals(flyte.lookups().length, 1);
    assertEquals(flyte.atCluster, []);
  });
}

Deno.test("a Flyte without SelectCluster is called itself, by the first call of all as well", async () => {
  await using flyte = await openClusters(() => 404);
  await using server = await connectServer(flyte.url);
  const { data, text } = await server.call("list_secrets", { project, domain });
  assertEquals(data.status, "ok", text);
  assertEquals(data.secrets.length, 3);
});

for (
  const [tool, args, rpc] of [
    ["list_secrets", { project, domain }, "SecretService/ListSecrets"],
    [
      "get_app",
      { project, domain, app: SEEDED.apps.active.name, log_lines: 3 },
      "AppLogsService/TailLogs",
    ],
  ] as const
) {
  Deno.test(`${tool} reads from a trusted cluster with the same login`, async () => {
    await using flyte = await openClusters(({ cluster }) => cluster, {
      auth: "device",
    });
    await using server = await connectServer(flyte.url, {
      ...flyte.trusting,
      clock: fastClock(5),
    });
    await approve(await server.call("whoami"));
    await server.call("auth_status", { wait_seconds: 10 });
    const { data, text } = await server.call(tool, args);
    assertEquals(data.status, "ok", text);
    assert((data.secrets ?? data.logs).length > 0);
    const calls = flyte.atCluster.map(({ rpc }) => rpc);
    assertEquals([...new Set(calls)], [rpc]);
    // Whether an app is there is for the control plane to say.
    assert(!flyte.atControl.some((seen) => seen.rpc === rpc));
    const tokens = [...flyte.atCluster, ...flyte.lookups()]
      .map(({ authorization }) => authorization);
    assertEquals(new Set(tokens).size, 1);
    const logins = flyte.sandbox.issuer?.requests
      .filter(({ endpoint }) => endpoint === "device_authorization");
    assertEquals(logins?.length, 1);
  });

  for (
    const [select, code] of [
      ["plain", "tls_untrusted"],
      ["cluster", "not_configured"],
    ] as const
  ) {
    Deno.test(`${tool} does not follow Flyte to a place that is ${code}`, async () => {
      await using flyte = await openClusters((places) => places[select]);
      await using server = await connectServer(flyte.url);
      const { data } = await server.call(tool, args);
      // The app itself is known; only its log is elsewhere.
      assertEquals(data.log_missing?.reason ?? data.error?.code, code);
      assertEquals(flyte.atCluster, []);
    });
  }

  Deno.test(`${tool} asks once for its cluster by many calls at a time, and again after a failure`, async () => {
    const answers = [403];
    await using flyte = await openClusters(({ own }) => answers.shift() ?? own);
    await using server = await connectServer(flyte.url, {
      clock: fastClock(5),
    });
    const failed = await server.call(tool, args);
    assert(failed.data.log_missing ?? failed.isError, failed.text);
    const before = flyte.lookups().length;
    assertEquals(before, 1);
    const all = await Promise.all(
      Array.from({ length: 8 }, () => server.call(tool, args)),
    );
    for (const { data, text } of all) assertEquals(data.status, "ok", text);
    // One for the app; one each for the project, the domain, the organization.
    const questions = tool === "get_app" ? 1 : 3;
    assertEquals(flyte.lookups().length, before + questions);
  });
}

Deno.test("a cluster is asked for once by many calls at a time, and known for a while", async () => {
  await using flyte = await openClusters(({ own }) => own);
  let now = Date.now();
  const clock = fastClock(1);
  await using server = await connectServer(flyte.url, {
    clock: { ...clock, now: () => now },
  });
  await Promise.all(
    Array.from({ length: 20 }, () => server.call("get_run_io", IO)),
  );
  assertEquals(flyte.lookups().length, 1);
  now += 299_000;
  await server.call("get_run_io", IO);
  assertEquals(flyte.lookups().length, 1);
  now += 2_000;
  await server.call("get_run_io", IO);
  assertEquals(flyte.lookups().length, 2);
});

Deno.test("a look-up that fails is the call's failure, and is done again", async () => {
  const answers = [403, ""];
  await using flyte = await openClusters(() => answers.shift() ?? "");
  await using server = await connectServer(flyte.url);
  const { isError } = await server.call("get_run_io", IO);
  assertEquals(isError, true);
  assertEquals(dataCalls(flyte.atControl), []);
  const { data, text } = await server.call("get_run_io", IO);
  assertEquals(data.status, "ok", text);
  assertEquals(flyte.lookups().length, 2);
});

Deno.test("logs come from the cluster as well", async () => {
  await using flyte = await openClusters(({ cluster }) => cluster);
  await using server = await connectServer(flyte.url, flyte.trusting);
  await server.call("get_logs", IO);
  assertEquals([...new Set(dataCalls(flyte.atCluster))], [
    "DataProxyService/TailLogs",
  ]);
  assertEquals(dataCalls(flyte.atControl), []);
});

Deno.test("one action's cluster is not another's", async () => {
  await using flyte = await openClusters(({ own }) => own);
  await using server = await connectServer(flyte.url);
  await server.call("get_run_io", IO);
  const [shard] = SEEDED.actions.shards;
  await server.call("get_run_io", { ...IO, action: shard?.name });
  assertEquals(flyte.lookups().length, 2);
});
