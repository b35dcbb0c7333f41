/**
 * The variables that Flyte's documentation tells a CI system to set, and no
 * others, with the secret where that system keeps it: in a variable of another
 * name, or in a file. The SDK's transport keeps a kill timer running after
 * close(), so this file's sanitizers are off.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { startFront } from "../auth/front.ts";
import {
  assertActsAs,
  assertGrants,
  assertNothingLeaked,
  grantsOf,
  makeFolder,
  startFlow,
  startLocked,
} from "./flow_bed.ts";

Deno.test.sanitizer({ ops: false, resources: false });

const SECRET = CI_CLIENT.secret ?? "";

/** As documented, but for the secret. */
function ciVariables(endpoint: string): Record<string, string> {
  return {
    FLYTE_PLATFORM_URL: endpoint,
    FLYTE_PLATFORM_AUTH: "True",
    FLYTE_CREDENTIALS_AUTH_MODE: "basic",
    FLYTE_CREDENTIALS_CLIENT_ID: CI_CLIENT.clientId,
    FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: "Flyte-Authorization",
    FLYTE_CREDENTIALS_SCOPE: "all",
    CI: "true",
  };
}

/** What Deno must allow besides its own defaults. */
function withVariable(name: string): string[] {
  return [`--allow-env=FLYTE_*,CI,${name}`, "--allow-net", "--allow-read"];
}

Deno.test("CI variables with FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR act as the service", async () => {
  await using sandbox = await startLocked({
    tokenHeader: "flyte-authorization",
  });
  await using front = await startFront(sandbox.endpoint, () => null);
  await using flow = await startFlow("", {
    env: {
      ...ciVariables(front.url),
      FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR: "OTHER_ENV_VARIABLE",
      OTHER_ENV_VARIABLE: SECRET,
    },
    permissions: withVariable("OTHER_ENV_VARIABLE"),
  });
  await assertActsAs(flow, CI_CLIENT.clientId);
  assertGrants(sandbox, "client_credentials");
  assertEquals(grantsOf(sandbox)[0]?.parameters.scope, "all");
  const calls = front.passed.filter(({ path }) => /IdentityService/.test(path));
  assert(calls.length > 0);
  for (const { headers } of calls) {
    assertStringIncludes(headers.get("flyte-authorization") ?? "", "Bearer ");
    assertEquals(headers.has("authorization"), false);
  }
  assertNothingLeaked(flow, sandbox, [SECRET]);
});

Deno.test("CI variables with FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE act as the service, by -P", async () => {
  await using sandbox = await startLocked({
    tokenHeader: "flyte-authorization",
  });
  await using folder = await makeFolder({ secret: `${SECRET}\n` });
  await using flow = await startFlow("", {
    env: {
      ...ciVariables(sandbox.endpoint),
      FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_FILE: `${folder.path}/secret`,
    },
  });
  await assertActsAs(flow, CI_CLIENT.clientId);
  assertGrants(sandbox, "client_credentials");
  const { data } = await flow.call("auth_status");
  assertEquals(data.auth_type, "ClientSecret");
  assertNothingLeaked(flow, sandbox, [SECRET]);
});

Deno.test("CI variables with every value redirected act as the service", async () => {
  await using sandbox = await startLocked({
    tokenHeader: "flyte-authorization",
  });
  const all = {
    ...ciVariables(sandbox.endpoint),
    FLYTE_CREDENTIALS_CLIENT_SECRET: SECRET,
  };
  const values = Object.entries(all).filter(([name]) => name !== "CI");
  await using folder = await makeFolder(Object.fromEntries(values));
  const redirected = values.map(([name]) =>
    [`${name}_FROM_FILE`, `${folder.path}/${name}`] as const
  );
  await using flow = await startFlow("", {
    env: { CI: "true", ...Object.fromEntries(redirected) },
  });
  await assertActsAs(flow, CI_CLIENT.clientId);
  assertNothingLeaked(flow, sandbox, [SECRET]);
});

Deno.test("CI variables say the header, whatever Flyte publishes", async () => {
  await using sandbox = await startLocked();
  await using front = await startFront(sandbox.endpoint, () => null);
  await using flow = await startFlow("", {
    env: {
      ...ciVariables(front.url),
      FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: "X-Flyte-Token",
      FLYTE_CREDENTIALS_CLIENT_SECRET: SECRET,
    },
  });
  await flow.call("whoami");
  const headers = front.passed.map(({ headers }) => headers);
  assert(headers.some((sent) => sent.get("x-flyte-token")));
  assertEquals(headers.some((sent) => sent.has("authorization")), false);
});

Deno.test("a variable that Deno hides is permission_missing, and the flag that is named helps", async () => {
  await using sandbox = await startLocked();
  const env = {
    FLYTE_ENDPOINT: sandbox.endpoint,
    FLYTE_CREDENTIALS_CLIENT_ID: CI_CLIENT.clientId,
    FLYTE_CREDENTIALS_CLIENT_SECRET_FROM_ENV_VAR: "OTHER_ENV_VARIABLE",
    OTHER_ENV_VARIABLE: SECRET,
  };
  const permissions = ["--allow-env=FLYTE_*", "--allow-net"];
  let flag = "";
  {
    await using flow = await startFlow(sandbox.endpoint, { env, permissions });
    const { data, text } = await flow.call("whoami");
    assertEquals(data.error.code, "permission_missing", text);
    flag = /with (--allow-env=\S+) besides/.exec(text)?.[1] ?? text;
    assertEquals(flag, "--allow-env=OTHER_ENV_VARIABLE");
  }
  await using flow = await startFlow(sandbox.endpoint, {
    env,
    permissions: [...permissions, flag],
  });
  await assertActsAs(flow, CI_CLIENT.clientId);
});

Deno.test("a redirection to what is no variable's name is config_invalid, and names only itself", async () => {
  await using flow = await startFlow("https://flyte.example.com", {
    env: { FLYTE_CLIENT_SECRET_FROM_ENV_VAR: `${SECRET}=` },
    permissions: ["-A"],
  });
  const { data, text } = await flow.call("whoami");
  assertEquals(data.error.code, "config_invalid", text);
  assertStringIncludes(
    text,
    "FLYTE_CLIENT_SECRET_FROM_ENV_VAR names a variable",
  );
  assertEquals(flow.said().includes(SECRET), false);
});
