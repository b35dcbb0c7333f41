/** What agents are told of tools that are proposed and not there. */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { openSeeded } from "./beds.ts";

const NARROW = {
  FLYTE_PROJECT: "flytesnacks",
  FLYTE_MCP_TOOLS: "get_run,get_task,diagnose_run",
};

Deno.test("an error that proposes a tool says that it is not on this server", async () => {
  await using bed = await openSeeded({ env: NARROW });
  const { data, text } = await bed.call("get_task", { task: "no.such_task" });
  assertEquals(data.error.code, "not_found", text);
  assertMatch(data.error.next_step, /list_tasks .*\(list_tasks is not on/s);
});

Deno.test("an answer that proposes a tool says that it is not on this server", async () => {
  await using bed = await openSeeded({ env: NARROW });
  const { data, text } = await bed.call("diagnose_run", {
    run: "train-bad-row",
  });
  assertEquals(data.tools_not_here, ["get_run_io"]);
  assertMatch(text, /get_run_io is not on this server\./);
});

Deno.test("nothing is said of tools that are there", async () => {
  await using bed = await openSeeded({
    env: { FLYTE_PROJECT: "flytesnacks" },
  });
  const answers = [
    await bed.call("get_task", { task: "no.such_task" }),
    await bed.call("diagnose_run", { run: "train-bad-row" }),
  ];
  for (const { data, text } of answers) {
    assertNotMatch(text, /not on this server/);
    assertEquals(data.tools_not_here, undefined);
  }
});
