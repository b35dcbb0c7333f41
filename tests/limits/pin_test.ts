/** A server that is pinned to a project and a domain. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openSeeded } from "../tools/beds.ts";

const PINNED = {
  FLYTE_PROJECT: "ml-prod",
  FLYTE_DOMAIN: "production",
  FLYTE_MCP_PIN: "project,domain",
};

Deno.test("no tool has an argument for what is pinned", async () => {
  await using bed = await openSeeded({ env: PINNED });
  const { tools } = await bed.client.listTools();
  assert(tools.length > 20);
  for (const { name, inputSchema } of tools) {
    const names = Object.keys(inputSchema.properties ?? {});
    assertEquals(
      names.filter((one) => one === "project" || one === "domain"),
      [],
      name,
    );
  }
});

Deno.test("a pinned project alone leaves the domain to calls", async () => {
  const env = { FLYTE_PROJECT: "ml-prod", FLYTE_MCP_PIN: "project" };
  await using bed = await openSeeded({ env });
  const { tools } = await bed.client.listTools();
  const listRuns = tools.find(({ name }) => name === "list_runs");
  const names = Object.keys(listRuns?.inputSchema.properties ?? {});
  assertEquals([names.includes("project"), names.includes("domain")], [
    false,
    true,
  ]);
  const { data } = await bed.call("list_runs", { domain: "production" });
  assertEquals(data.scope.project, "ml-prod");
  assertEquals(data.scope.domain, "production");
});

Deno.test("a pinned server acts where it is pinned", async () => {
  await using bed = await openSeeded({ env: PINNED });
  const { data } = await bed.call("list_runs");
  assertEquals([data.scope.project, data.scope.domain], [
    "ml-prod",
    "production",
  ]);
  assert(data.runs.length > 0);
  const own = await bed.call("get_run", { run: "forecast-nightly" });
  assertEquals(own.data.status, "ok");
  const projects = await bed.call("list_projects");
  assertEquals(projects.data.projects.length, 1);
  assertEquals(projects.data.domains, ["production"]);
});

Deno.test("who names what is pinned is understood, and nothing else is", async () => {
  await using bed = await openSeeded({ env: PINNED });
  const same = await bed.call("list_runs", { project: "ml-prod" });
  assertEquals(same.isError, false, same.text);
  for (const project of ["flytesnacks", "*", 7]) {
    const { isError, data } = await bed.call("list_runs", { project });
    assert(isError);
    assertEquals(data.error.code, "invalid_argument");
    assertEquals(
      data.error.message,
      'This server is pinned to the project "ml-prod" (FLYTE_MCP_PIN).',
    );
    assertMatch(data.error.next_step, /^Leave project out\./);
  }
});

Deno.test("a pinned server refuses the address of another project, and finds none by name", async () => {
  await using bed = await openSeeded({ env: PINNED });
  const run =
    `${bed.endpoint}/v2/domain/development/project/flytesnacks/runs/train-bad-row`;
  const pasted = await bed.call("get_run", { run });
  assertEquals(pasted.data.error.code, "permission_denied");
  assertEquals(
    pasted.data.error.message,
    'The project "flytesnacks" is not allowed here (FLYTE_MCP_PIN).',
  );
  const named = await bed.call("get_run", { run: "train-bad-row" });
  assertEquals(named.data.error.code, "not_found");
  assertEquals(named.text.includes("flytesnacks"), false, named.text);
});
