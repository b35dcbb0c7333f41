import { assert, assertEquals, assertMatch } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { RunSource } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { named, string } from "../../sandbox/seed/values.ts";
import { connectServer } from "../harness.ts";
import { openSeeded } from "./beds.ts";
import { IO, serveIo, STRING } from "./io_bed.ts";

/** Variables of these names, all texts. */
function texts(...names: string[]) {
  return {
    variables: names.map((key) => ({ key, value: { type: STRING } })),
  };
}

Deno.test("get_run_io shows what went into a run and what came out", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("get_run_io", { run: "train-fan-out" });
  assertEquals(data.inputs, {
    dataset: "s3://example-datasets/orders/2026",
    epochs: 3,
    shards: 12,
    optimizer: { learning_rate: 0.1, warmup_steps: 100 },
  });
  assertEquals(data.outputs.o0, 0.9312);
  assertEquals(data.outputs.o1.kind, "file");
  assertEquals([data.is_cut, data.note], [false, null]);
  assertMatch(data.inputs_uri, /\/train-fan-out\/inputs\/inputs\.pb$/);
  assertMatch(data.outputs_uri, /\/a0\/1\/outputs\.pb$/);
  assertMatch(text, /^4 inputs and 2 outputs of run train-fan-out\.\n/);
});

Deno.test("get_run_io shows those of an action", async () => {
  await using bed = await openSeeded();
  const { name } = SEEDED.actions.retriedShard;
  const { data, text } = await bed.call("get_run_io", {
    run: "train-fan-out",
    action: name,
  });
  assertEquals(data.action, name);
  assertEquals(data.task, "training.fit_shard");
  assertEquals(data.inputs.index, 4);
  assertMatch(text, new RegExp(`of action ${name} of run train-fan-out\\.`));
});

Deno.test("get_run_io of an action that is not there points at list_actions", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_run_io", {
    run: "train-fan-out",
    action: "nope",
  });
  assertEquals(data.error.code, "not_found");
  assertMatch(data.error.next_step, /list_actions/);
});

for (
  const [run, phase] of [["train-bad-row", "failed"], [
    "train-in-progress",
    "running",
  ], ["forecast-backfill", "timed out"]] as const
) {
  Deno.test(`get_run_io of a run that is ${phase} has inputs and no outputs`, async () => {
    await using bed = await openSeeded();
    const { data, text } = await bed.call("get_run_io", { run });
    assert(Object.keys(data.inputs).length > 0);
    assertEquals(data.outputs, null);
    assertEquals(
      data.note,
      `Outputs come with success; the phase is ${phase}.`,
    );
    assert(text.includes(data.note), text);
  });
}

Deno.test("get_run_io of a condition shows that nobody has answered", async () => {
  await using bed = await openSeeded();
  const { run, name } = SEEDED.actions.approval;
  const { data } = await bed.call("get_run_io", {
    run: run.name,
    action: name,
  });
  assertEquals([data.inputs, data.outputs], [{}, null]);
  assertMatch(data.note, /nobody has answered yet/);
});

Deno.test("get_run_io of a condition shows the answer", async () => {
  await using flyte = await serveIo({}, {
    spec: { case: "condition", value: { type: STRING } },
    result: { case: "signalInfo", value: { output: string("go on") } },
  });
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("get_run_io", IO);
  assertMatch(data.outputs.answer, /^<<data-\w+ go on \w+-data>>$/);
  assertEquals(data.note, null);
  // Flyte has nothing stored for it, and would say not_found.
  assertEquals(flyte.asked, []);
});

Deno.test("get_run_io shows the context of a run", async () => {
  const context = [{ key: "team", value: "ml" }];
  await using flyte = await serveIo({ inputs: { context } });
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("get_run_io", IO);
  assertEquals(data.context, { team: "ml" });
});

Deno.test("get_run_io asks with the run's source", async () => {
  await using flyte = await serveIo({});
  await using server = await connectServer(flyte.url);
  await server.call("get_run_io", IO);
  assertEquals(flyte.asked[0]?.runSource, RunSource.CLI);
});

for (
  const [what, outputs, shown] of [
    ["no file", [], null],
    ["a file", named({ o0: string("x") }), { o0: "x" }],
  ] as const
) {
  Deno.test(`get_run_io of a success with ${what} of outputs`, async () => {
    await using flyte = await serveIo({ outputs: { literals: [...outputs] } }, {
      spec: {
        case: "task",
        value: { taskTemplate: { interface: { outputs: texts("o0") } } },
      },
    });
    await using server = await connectServer(flyte.url);
    const { data } = await server.call("get_run_io", IO);
    assertEquals(data.outputs, shown);
    assertEquals(data.inputs, {});
    assertEquals(
      data.note,
      shown ? null : "Flyte has no file of its outputs (any more).",
    );
  });
}

Deno.test("get_run_io of values that Flyte does not have says so", async () => {
  await using flyte = await serveIo(() => {
    throw new ConnectError("outputs not available", Code.NotFound);
  });
  await using server = await connectServer(flyte.url);
  const { data, isError } = await server.call("get_run_io", IO);
  assertEquals(isError, false);
  assertEquals([data.inputs, data.outputs], [null, null]);
  assertMatch(
    data.note,
    /^Flyte has no values of this action: <<data-\w+ outputs not available/,
  );
});

Deno.test("get_run_io of values that Flyte does not give out is over_budget", async () => {
  await using flyte = await serveIo(() => {
    const message = "failed to read inputs from s3://b/x: limit exceeded";
    throw new ConnectError(message, Code.Internal);
  });
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("get_run_io", IO);
  assertEquals(data.error.code, "over_budget");
  assertMatch(data.error.message, /s3:\/\/b\/x/);
});

for (
  const [code, expected] of [
    [Code.PermissionDenied, "permission_denied"],
    [Code.Unimplemented, "unimplemented"],
    [Code.Internal, "unavailable"],
  ] as const
) {
  Deno.test(`get_run_io is ${expected} when the values are refused with ${Code[code]}`, async () => {
    await using flyte = await serveIo(() => {
      throw new ConnectError("no", code);
    });
    await using server = await connectServer(flyte.url);
    const { data } = await server.call("get_run_io", IO);
    assertEquals(data.error.code, expected);
  });
}
