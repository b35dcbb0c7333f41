/** Runs, streams and data behind limits. */
import { assertEquals, assertRejects } from "@std/assert";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { DataProxyService } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { ToolError } from "../../../src/errors.ts";
import { flyteWith, limited, only, PLACE } from "./bed.ts";

Deno.test("the task of a run is asked once, and its calls are refused unless it is allowed", async () => {
  const { transport, read } = flyteWith([]);
  // The double names each run after its task.
  const limits = only("tasks", "ours");
  const runs = createClient(RunService, limited(transport, limits));
  const data = createClient(DataProxyService, limited(transport, limits));
  const actions = (name: string) =>
    runs.listActions({ runId: { ...PLACE, name } });
  await Promise.all([actions("ours"), actions("ours")]);
  await actions("ours");
  assertEquals(read.length, 1);
  const error = await assertRejects(() => actions("theirs"), ToolError);
  assertEquals(
    error.message,
    'Run "theirs" belongs to a task that is not allowed here (--allowed-tasks).',
  );
  const actionId = { name: "a0", run: { ...PLACE, name: "theirs" } };
  await assertRejects(
    () => Array.fromAsync(data.tailLogs({ actionId, attempt: 1 })),
    ToolError,
  );
  await assertRejects(
    () => data.getActionData({ actionId }),
    ToolError,
  );
});

Deno.test("a run whose task cannot be read is not shown", async () => {
  const { transport } = flyteWith([], {
    getRunDetails() {
      throw new ConnectError("database is away", Code.NotFound);
    },
  });
  const runs = createClient(RunService, limited(transport, only("tasks", "*")));
  const error = await assertRejects(
    () => runs.listActions({ runId: { ...PLACE, name: "r" } }),
    ConnectError,
  );
  assertEquals(error.code, Code.NotFound);
});

Deno.test("a stream about what is not allowed is refused, whoever it answers", async () => {
  const { transport } = flyteWith([], {
    async *watchActionDetails() {
      yield {
        details: { id: { name: "a0", run: { project: "q", domain: "d" } } },
      };
    },
  });
  const runs = createClient(
    RunService,
    limited(transport, only("projects", "p")),
  );
  const actionId = { name: "a0", run: { ...PLACE, name: "r" } };
  await assertRejects(
    () => Array.fromAsync(runs.watchActionDetails({ actionId })),
    ToolError,
  );
});
