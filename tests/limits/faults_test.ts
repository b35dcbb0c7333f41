/** A surface that cannot be: the server starts, and says why it does nothing. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openSeeded } from "../tools/beds.ts";

for (
  const { env, says } of [
    {
      env: { FLYTE_MCP_TOOLS: "get_lgos,get_run" },
      says: 'FLYTE_MCP_TOOLS names "get_lgos", which is no tool.',
    },
    {
      env: { FLYTE_MCP_EXCLUDE_TOOLS: "get_secret" },
      says: 'FLYTE_MCP_EXCLUDE_TOOLS names "get_secret", which is no tool.',
    },
    {
      env: { FLYTE_MCP_PIN: "project" },
      says: "FLYTE_MCP_PIN pins the project, and none is configured.",
    },
    {
      env: { FLYTE_MCP_ALLOWED_PROJECTS: "x", FLYTE_PROJECT: "ml-prod" },
      says: "which FLYTE_MCP_ALLOWED_PROJECTS does not allow.",
    },
    {
      env: { FLYTE_MCP_ALLOWED_PROJECTS: "," },
      says: "FLYTE_MCP_ALLOWED_PROJECTS cannot be used",
    },
  ]
) {
  for (const tool of ["auth_status", "login", "get_run"]) {
    Deno.test(`${tool} says what is wrong with ${JSON.stringify(env)}`, async () => {
      await using bed = await openSeeded({ env });
      const { isError, data, text } = await bed.call(tool, {
        ...tool === "get_run" && { run: "train-bad-row" },
      });
      assert(isError, text);
      assertEquals(data.error.fix_by, "person");
      assertStringIncludes(text, says);
    });
  }

  Deno.test(`doctor goes on with ${JSON.stringify(env)}`, async () => {
    await using bed = await openSeeded({ env });
    const { isError, data, text } = await bed.call("doctor");
    assertEquals(isError, false, text);
    const checks: { name: string; status: string; message: string }[] =
      data.checks;
    const config = checks.find(({ name }) => name === "config");
    assertEquals(config?.status, "fail");
    assertStringIncludes(config?.message ?? "", says);
    const tcp = checks.find(({ name }) => name === "tcp");
    assertEquals(tcp?.status, "ok", text);
  });
}

for (
  const env of [
    { FLYTE_MCP_ALLOWED_PROJECTS: "," },
    { FLYTE_MCP_PIN: "projct" },
  ]
) {
  Deno.test(`doctor counts no projects that ${JSON.stringify(env)} would hide`, async () => {
    await using bed = await openSeeded({ env });
    const { text } = await bed.call("doctor");
    assertStringIncludes(text, "No project can be seen.");
    for (const hidden of ["ml-prod", "production", "staging"]) {
      assertEquals(text.includes(hidden), false, hidden);
    }
  });
}
