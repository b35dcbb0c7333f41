import { assertEquals, assertRejects } from "@std/assert";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { SimpleType } from "../../../idl/flyteidl2/core/types_pb.ts";
import type { EventPayloadSchema } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { headersOf } from "../../../sandbox/seed/people.ts";
import { SEEDED } from "../../../sandbox/seed/seeded.ts";
import { createRun, createWorld, RUN, setPhase } from "./world.ts";
import type { World } from "./world.ts";

type Value = MessageInitShape<typeof EventPayloadSchema>["value"];

const YES: Value = { case: "boolValue", value: true };
const NO: Value = { case: "boolValue", value: false };
const ID = { run: { ...RUN }, name: "cond" };
/** More than the cluster needs to act. */
const A_MOMENT = 100;

/** A run with a paused condition that wants a boolean. */
async function openCondition(world: World): Promise<void> {
  await createRun(world);
  const type = {
    type: { case: "simple", value: SimpleType.BOOLEAN },
  } as const;
  await world.internal.recordAction({
    actionId: ID,
    parent: "a0",
    spec: { case: "condition", value: { name: "approve", type } },
  });
  await setPhase(world, ID.name, ActionPhase.PAUSED);
}

/** Answers a condition, as Ada. */
async function answer(
  { runs }: World,
  value: Value,
  name = ID.name,
): Promise<void> {
  const payload = value ? { value } : {};
  const actionId = { ...ID, name };
  await runs.signalEvent(
    { actionId, payload },
    { headers: headersOf(SEEDED.people.ada) },
  );
}

/** The details of the condition once its phase is as given. */
async function detailsIn({ runs, clock }: World, phase: ActionPhase) {
  const stop = new AbortController();
  const stream = runs.watchActionDetails(
    { actionId: ID },
    { signal: stop.signal },
  );
  clock.advance(A_MOMENT);
  for await (const { details } of stream) {
    if (details?.status?.phase === phase) return details;
  }
  return undefined;
}

Deno.test("signalEvent() ends a condition and tells who answered", async () => {
  await using world = createWorld();
  await openCondition(world);
  await answer(world, YES);
  const details = await detailsIn(world, ActionPhase.SUCCEEDED);
  const { result } = details ?? {};
  const signal = result?.case === "signalInfo" ? result.value : undefined;
  const scalar = signal?.output?.value;
  const primitive = scalar?.case === "scalar" ? scalar.value.value : undefined;
  assertEquals(
    primitive?.case === "primitive" ? primitive.value.value.value : undefined,
    true,
  );
  const principal = signal?.signalledBy?.principal;
  assertEquals(
    principal?.case === "user" ? principal.value.id?.subject : undefined,
    SEEDED.people.ada.subject,
  );
});

Deno.test("signalEvent() takes the same answer again, before and after it has acted", async () => {
  await using world = createWorld();
  await openCondition(world);
  await answer(world, YES);
  await answer(world, YES);
  await detailsIn(world, ActionPhase.SUCCEEDED);
  await answer(world, YES);
});

const REFUSED: [string, Value, string, Code][] = [
  ["another answer was given", NO, ID.name, Code.FailedPrecondition],
  ["there is no answer in it", undefined, ID.name, Code.InvalidArgument],
  ["the action is a task", YES, "a0", Code.FailedPrecondition],
  ["there is no such action", YES, "nope", Code.NotFound],
];

for (const [when, value, name, code] of REFUSED) {
  Deno.test(`signalEvent() fails with ${Code[code]} when ${when}`, async () => {
    await using world = createWorld();
    await openCondition(world);
    await answer(world, YES);
    const error = await assertRejects(
      () => answer(world, value, name),
      ConnectError,
    );
    assertEquals(error.code, code);
  });
}

const WRONG_TYPES: Value[] = [
  { case: "stringValue", value: "true" },
  { case: "intValue", value: 1n },
  { case: "floatValue", value: 1 },
];

for (const value of WRONG_TYPES) {
  Deno.test(`signalEvent() refuses ${value?.case} for a boolean`, async () => {
    await using world = createWorld();
    await openCondition(world);
    const error = await assertRejects(
      () => answer(world, value),
      ConnectError,
      "does not match declared condition type BOOLEAN",
    );
    assertEquals(error.code, Code.InvalidArgument);
  });
}

Deno.test("signalEvent() fails when the condition has timed out", async () => {
  await using world = createWorld();
  await openCondition(world);
  await setPhase(world, ID.name, ActionPhase.TIMED_OUT);
  const error = await assertRejects(() => answer(world, YES), ConnectError);
  assertEquals(error.code, Code.FailedPrecondition);
});
