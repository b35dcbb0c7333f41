/**
 * Where nobody can log in: the answer says what to set, and no login is
 * started. The SDK's transport keeps a kill timer running after close(), so
 * this file's sanitizers are off.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { assertActsAs, startFlow, startLocked } from "./flow_bed.ts";
import { GENERATIONS } from "./spawn.ts";

Deno.test.sanitizer({ ops: false, resources: false });

/** Calls that would ask for a login, the one that shows it, and its kin. */
const CALLS = [
  ["whoami", {}],
  ["list_projects", {}],
  ["login", {}],
  ["login", { method: "device" }],
  ["login", { method: "browser" }],
  ["auth_status", {}],
  ["auth_status", { wait_seconds: 20 }],
] as const;

/** Settings by which nobody can log in, by the one that says so. */
const NEVER: readonly (readonly [string, Record<string, string>])[] = [
  ["FLYTE_MCP_INTERACTIVE", { FLYTE_MCP_INTERACTIVE: "never" }],
  ["FLYTE_MCP_INTERACTIVE", { FLYTE_MCP_INTERACTIVE: "Never", CI: "false" }],
  ["CI", { CI: "true" }],
  ["CI", { CI: "1" }],
  ["CI", { CI: "woodpecker", FLYTE_AUTH_TYPE: "DeviceFlow" }],
  ["CI", { CI: "true", FLYTE_AUTH_TYPE: "Pkce" }],
  ["CI", { CI: "true", FLYTE_PLATFORM_AUTH: "True" }],
];

for (const [at, [source, env]] of NEVER.entries()) {
  const generation = GENERATIONS[at % GENERATIONS.length] ?? "legacy";
  Deno.test(`${JSON.stringify(env)} answers credentials_required and starts no login, with a ${generation} client`, async () => {
    await using sandbox = await startLocked();
    await using flow = await startFlow(sandbox.endpoint, { env, generation });
    for (const [tool, args] of CALLS) {
      const { data, isError, text } = await flow.call(tool, args);
      assertEquals(data.error?.code, "credentials_required", text);
      assertEquals([data.error.fix_by, isError], ["person", true]);
      assertStringIncludes(data.error.message, `(${source})`);
      for (
        const name of [
          ...["FLYTE_CLIENT_ID", "FLYTE_CLIENT_SECRET", "FLYTE_ACCESS_TOKEN"],
          "FLYTE_MCP_INTERACTIVE=auto",
        ]
      ) assertStringIncludes(data.error.next_step, name);
    }
    // Flyte itself reads its issuer's document, to publish it.
    const asked = sandbox.issuer?.requests.map(({ endpoint }) => endpoint);
    assertEquals([...new Set(asked)], ["discovery"]);
  });
}

Deno.test("auth_status says so as the first call, too", async () => {
  await using sandbox = await startLocked();
  await using flow = await startFlow(sandbox.endpoint, { env: { CI: "true" } });
  const { data } = await flow.call("auth_status");
  assertEquals(data.error?.code, "credentials_required");
});

for (
  const env of [{}, { CI: "" }, { CI: "false" }, { CI: "0" }, { CI: "No" }]
) {
  Deno.test(`${JSON.stringify(env)} asks for a login`, async () => {
    await using sandbox = await startLocked();
    await using flow = await startFlow(sandbox.endpoint, { env });
    const { data, text } = await flow.call("whoami");
    assertEquals(data.status, "login_required", text);
  });
}

Deno.test("FLYTE_MCP_INTERACTIVE=auto asks for a login though CI is set", async () => {
  await using sandbox = await startLocked();
  await using flow = await startFlow(sandbox.endpoint, {
    env: { CI: "true", FLYTE_MCP_INTERACTIVE: "auto" },
  });
  const { data, text } = await flow.call("login");
  assertEquals(data.status, "login_required", text);
  assert(data.user_code);
});

Deno.test("FLYTE_MCP_INTERACTIVE that is neither is config_invalid", async () => {
  await using sandbox = await startLocked();
  await using flow = await startFlow(sandbox.endpoint, {
    env: { FLYTE_MCP_INTERACTIVE: "sometimes" },
  });
  for (const tool of ["whoami", "login", "auth_status"]) {
    const { data, text } = await flow.call(tool);
    assertEquals(data.error?.code, "config_invalid", text);
    assertStringIncludes(text, "FLYTE_MCP_INTERACTIVE cannot be used");
    assertStringIncludes(text, "auto or never");
  }
});

Deno.test("CI is no obstacle to a service's own login", async () => {
  await using sandbox = await startLocked();
  await using flow = await startFlow(sandbox.endpoint, {
    env: {
      CI: "true",
      FLYTE_CLIENT_ID: CI_CLIENT.clientId,
      FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
    },
  });
  const { data, text } = await flow.call("auth_status");
  assertEquals([data.status, data.logged_in], ["ok", false], text);
  await assertActsAs(flow, CI_CLIENT.clientId);
});

Deno.test("CI is no obstacle where no login is needed", async () => {
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  await using flow = await startFlow(sandbox.endpoint, { env: { CI: "true" } });
  assertEquals((await flow.call("whoami")).data.status, "ok");
  assertEquals((await flow.call("auth_status")).data.status, "ok");
  assertEquals((await flow.call("login")).data.login, "not_needed");
});
