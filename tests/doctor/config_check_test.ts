import {
  assertEquals,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { closedOrigin } from "../http/peer.ts";
import { HOME } from "../config/machine.ts";
import { diagnosed } from "./bed.ts";

const SECRET = "made-up-secret-of-a-test";

Deno.test("the check of the configuration tells each value, its source and the file", async () => {
  const { check } = await diagnosed({
    env: { FLYTE_PROJECT: "ml-prod", FLYTE_ENDPOINT: await closedOrigin() },
    files: { [`${HOME}/.flyte/config.yaml`]: "task:\n  domain: staging\n" },
  });
  const { status, message } = check("config");
  assertEquals(status, "ok");
  assertStringIncludes(message, "Project ml-prod (FLYTE_PROJECT).");
  assertStringIncludes(message, "Domain staging (task.domain in ");
  assertStringIncludes(message, `Read: ${HOME}/.flyte/config.yaml.`);
});

Deno.test("the check of the configuration shows secrets as set", async () => {
  const diagnosis = await diagnosed({
    env: {
      FLYTE_ENDPOINT: await closedOrigin(),
      FLYTE_CLIENT_ID: "ci",
      FLYTE_CLIENT_SECRET: SECRET,
      FLYTE_MCP_PROXY_COMMAND: `print-token --password ${SECRET}`,
      FLYTE_MCP_HTTP_PROXY_URL: `http://ada:${SECRET}@proxy.test:3128`,
    },
  });
  const { message } = diagnosis.check("config");
  assertStringIncludes(message, "Client secret set (FLYTE_CLIENT_SECRET).");
  assertStringIncludes(message, "Proxy command set (");
  assertNotMatch(JSON.stringify(diagnosis), new RegExp(SECRET));
});

Deno.test("the check of the configuration fails for faults, and the rest goes on", async () => {
  const diagnosis = await diagnosed({
    env: {
      FLYTE_ENDPOINT: await closedOrigin(),
      FLYTE_AUTH_TYPE: "smoke-signals",
    },
  });
  const { status, message, next_step: next } = diagnosis.check("config");
  assertEquals(status, "fail");
  assertStringIncludes(message, "FLYTE_AUTH_TYPE cannot be used");
  assertStringIncludes(next ?? "", "Correct FLYTE_AUTH_TYPE.");
  assertEquals(diagnosis.check("tcp").status, "fail");
  assertEquals(diagnosis.check("token").status, "skipped");
});

Deno.test("the check of the configuration warns of settings that are ignored", async () => {
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: await closedOrigin() },
    files: { "/work/training/models/config.yaml": "admin:\n  command: [sh]\n" },
  });
  const { status, message } = check("config");
  assertEquals(status, "warn");
  assertStringIncludes(message, "admin.command");
});

Deno.test("the check of the permissions names the flag of a hidden variable", async () => {
  const { check } = await diagnosed({
    hides: (what) => what === "FLYTE_ENDPOINT",
  });
  const { status, message, next_step: next } = check("permissions");
  assertEquals(status, "fail");
  assertStringIncludes(message, "--allow-env=FLYTE_ENDPOINT");
  assertStringIncludes(next ?? "", "--allow-env=FLYTE_ENDPOINT");
});

Deno.test("the check of the permissions names the variable that a setting points to", async () => {
  const { check } = await diagnosed({
    env: {
      FLYTE_ENDPOINT: await closedOrigin(),
      FLYTE_CLIENT_ID: "ci",
      FLYTE_CLIENT_SECRET_FROM_ENV_VAR: "CI_SECRET",
    },
    hides: (what) => what === "CI_SECRET",
  });
  assertEquals(check("permissions").status, "fail");
  assertStringIncludes(
    check("permissions").next_step ?? "",
    "--allow-env=CI_SECRET",
  );
});

for (
  const [kind, status] of [["net", "fail"], ["write", "warn"]] as const
) {
  Deno.test(`the check of the permissions gives "${status}" when --allow-${kind} is missing`, async () => {
    const { check } = await diagnosed({
      env: { FLYTE_ENDPOINT: await closedOrigin() },
      isGranted: ({ name }) => name !== kind,
    });
    const { status: given, next_step: next } = check("permissions");
    assertEquals(given, status);
    assertStringIncludes(next ?? "", `--allow-${kind}=`);
  });
}
