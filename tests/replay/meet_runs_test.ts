/** Every recorded answer about runs, met by every tool that asks for it. */
import { assert, assertEquals } from "@std/assert";
import { TOOLS } from "../../src/tools/mod.ts";
import { meet, subjectOf, toMeet } from "./meetings.ts";

/** Who asks RunService for what. */
const ASKED_BY: Readonly<Record<string, readonly string[]>> = {
  GetRunDetails: [
    ...["compare_runs", "diagnose_run", "get_action", "get_logs", "get_run"],
    ...["get_run_io", "list_actions", "list_conditions", "wait_for_run"],
  ],
  GetActionDetails: ["get_action", "get_logs", "get_run_io"],
  ListRuns: ["compare_runs", "diagnose_run", "list_runs", "wait_for_run"],
  ListActions: ["list_conditions"],
  WatchActions: [
    ...["compare_runs", "diagnose_run", "get_run", "list_actions"],
    "wait_for_run",
  ],
};

for (const [method, tools] of Object.entries(ASKED_BY)) {
  const rpc = `flyteidl2.workflow.RunService/${method}`;
  for (const exchange of toMeet(rpc)) {
    for (const tool of TOOLS.filter(({ name }) => tools.includes(name))) {
      Deno.test(`${tool.name} meets ${method}: ${exchange.case}`, async () => {
        const { data, text } = await meet(exchange, tool, {
          // Actions are compared with those of another run.
          ...tool.name === "compare_runs" && method === "WatchActions" &&
            {
              against: subjectOf(exchange).run === "r-fail" ? "r-ok" : "r-fail",
            },
        });
        const isRun = tool.name === "get_run" || tool.name === "get_action";
        if (method !== "GetRunDetails" || !isRun) return;
        const isThere = exchange.response?.status === 200;
        assertEquals(data.status === "ok", isThere, text);
      });
    }
  }
}

for (const exchange of toMeet("flyteidl2.workflow.RunService/ListRuns")) {
  if (exchange.response?.status !== 200) continue;
  Deno.test(`list_runs shows what was recorded: ${exchange.case}`, async () => {
    const tool = TOOLS.find(({ name }) => name === "list_runs");
    assert(tool);
    const { data, text } = await meet(exchange, tool, { limit: 100 });
    // The recordings are JSON of the IDL's messages.
    // deno-lint-ignore no-explicit-any
    const { runs = [] } = exchange.response?.json as any ?? {};
    assertEquals(
      data.runs.map(({ name }: { name: string }) => name),
      runs.map((run: typeof runs[0]) => run.action.id.run.name),
      text,
    );
  });
}
