/** What is not allowed is out of the reach of every tool, in every way. */
import { assert, assertEquals } from "@std/assert";
import { TOOLS } from "../../src/tools/mod.ts";
import type { Called } from "../harness.ts";
import { openSeeded, type SeededBed } from "../tools/beds.ts";
import { type Call, ROWS } from "./table.ts";

const PLACES = {
  FLYTE_PROJECT: "flytesnacks",
  FLYTE_MCP_ALLOWED_PROJECTS: "flytesnacks",
  FLYTE_MCP_ALLOWED_DOMAINS: "development",
};

const TASKS = {
  FLYTE_PROJECT: "ml-prod",
  FLYTE_DOMAIN: "production",
  FLYTE_MCP_ALLOWED_TASKS: "forecast.d*",
};

/** What stands only where nobody may look. */
const HIDDEN = {
  places: [
    ...["ml-prod", "production", "data-platform", "staging", "forecast"],
    ...["release", "warehouse-password", "pager", "nightly"],
  ],
  tasks: ["release", "publish_model", "approval", "train", "fit_shard", "etl"],
};

/** Makes a call and holds what comes back against what must not be in it. */
async function tryCall(
  bed: SeededBed,
  { tool, call, hidden }: {
    tool: string;
    call: Call;
    hidden: readonly string[];
  },
): Promise<Called> {
  const args = call((path) =>
    `${bed.endpoint}/v2/domain/production/project/ml-prod/${path}`
  );
  const called = await bed.call(tool, args);
  // What the caller named may be repeated.
  const named = JSON.stringify(args);
  const told = called.text + JSON.stringify(called.data);
  const leaked = hidden.filter((word) =>
    told.includes(word) && !named.includes(word)
  );
  assertEquals(leaked, [], told);
  return called;
}

function assertRefused({ isError, data, text }: Called): void {
  assert(isError, text);
  assertEquals(data.error.code, "permission_denied", text);
  assertEquals(data.error.fix_by, "admin");
  assert(/FLYTE_MCP_ALLOWED_(PROJECTS|DOMAINS|TASKS)/.test(text), text);
}

Deno.test("every tool has a row in the table of limits", () => {
  const names = TOOLS.map(({ name }) => name);
  assertEquals(Object.keys(ROWS).toSorted(), names.toSorted());
});

for (const [tool, row] of Object.entries(ROWS)) {
  const { places, tasks } = HIDDEN;

  if (row.within) {
    const call = row.within;
    Deno.test(`${tool} works within what is allowed`, async () => {
      await using bed = await openSeeded({ env: PLACES });
      const called = await tryCall(bed, { tool, call, hidden: places });
      assertEquals(called.isError, false, called.text);
    });
  }

  for (const [index, call] of [...row.named ?? []].entries()) {
    Deno.test(`${tool} refuses another project or domain (${index + 1})`, async () => {
      await using bed = await openSeeded({ env: PLACES });
      assertRefused(await tryCall(bed, { tool, call, hidden: places }));
    });
  }

  for (const [index, call] of [...row.pasted ?? []].entries()) {
    Deno.test(`${tool} refuses a pasted address of another project (${index + 1})`, async () => {
      await using bed = await openSeeded({ env: PLACES });
      assertRefused(await tryCall(bed, { tool, call, hidden: places }));
    });
  }

  if (row.byName) {
    const call = row.byName;
    for (const project of ["flytesnacks", ""]) {
      Deno.test(`${tool} finds nothing by name that is not allowed, ${project ? "with" : "without"} a project of its own`, async () => {
        const env = { ...PLACES, FLYTE_PROJECT: project };
        await using bed = await openSeeded({ env });
        const called = await tryCall(bed, { tool, call, hidden: places });
        assert(called.isError, called.text);
        const { code } = called.data.error;
        assert(["not_found", "scope_missing"].includes(code), called.text);
      });
    }
  }

  for (const [index, call] of [...row.everywhere ?? []].entries()) {
    Deno.test(`${tool} shows of everything what is allowed (${index + 1})`, async () => {
      await using bed = await openSeeded({ env: PLACES });
      const called = await tryCall(bed, { tool, call, hidden: places });
      assertEquals(called.isError, false, called.text);
    });
  }

  if (row.ofTask) {
    const call = row.ofTask;
    Deno.test(`${tool} works for a task that is allowed`, async () => {
      await using bed = await openSeeded({ env: TASKS });
      const called = await tryCall(bed, { tool, call, hidden: tasks });
      assertEquals(called.isError, false, called.text);
    });
  }

  for (const [index, call] of [...row.otherTask ?? []].entries()) {
    Deno.test(`${tool} refuses another task and its runs (${index + 1})`, async () => {
      await using bed = await openSeeded({ env: TASKS });
      assertRefused(await tryCall(bed, { tool, call, hidden: tasks }));
    });
  }

  for (const [index, call] of [...row.amongTasks ?? []].entries()) {
    Deno.test(`${tool} leaves other tasks and their runs out (${index + 1})`, async () => {
      await using bed = await openSeeded({ env: TASKS });
      const called = await tryCall(bed, { tool, call, hidden: tasks });
      assertEquals(called.isError, false, called.text);
    });
  }
}
