/** Conditions and triggers of the seeds, beside what was recorded of real ones. */
import { assert, assertEquals } from "@std/assert";
import { createClient } from "@connectrpc/connect";
import { type JsonValue, toJson } from "@bufbuild/protobuf";
import { ActionDetailsSchema } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { TriggerService } from "../../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { seed, SEEDED, TROUBLES } from "../../../sandbox/seed/mod.ts";
import { actionName } from "../../../sandbox/seed/random_names.ts";
import { readRecorded } from "../plane/replay/recorded.ts";
import { createWorld, START_MS } from "../plane/world.ts";

Deno.test("an answered condition is told as the real services tell it, with who answered", async () => {
  await using world = createWorld();
  const seeds = { everyday: false, troubles: true };
  await seed({ ...world.plane, ...world.cluster }, START_MS, seeds);
  const run = TROUBLES.questions.lastSuccess;
  const actionId = { run: { ...run }, name: actionName(run, "budget") };
  const { details } = await world.runs.getActionDetails({ actionId });
  assert(details);
  const own = toJson(ActionDetailsSchema, details) as Shape;
  const real = readRecorded("kubernetes")
    .find((one) => one.case === "condition after signal: condint");
  assert(real);
  // The recordings are JSON of the IDL's messages.
  const recorded = (real.response?.json as { details: Shape }).details;
  assertEquals(Object.keys(own).toSorted(), Object.keys(recorded).toSorted());
  assertEquals(keysOf(own, "metadata"), keysOf(recorded, "metadata"));
  assertEquals(keysOf(own, "status"), keysOf(recorded, "status"));
  // Nobody was logged in when it was recorded.
  assertEquals(keysOf(own, "signalInfo"), [
    ...keysOf(recorded, "signalInfo"),
    "signalledBy",
  ]);
});

type Shape = Readonly<Record<string, JsonValue>>;

function keysOf(shape: Shape, key: string): string[] {
  return Object.keys(shape[key] ?? {}).toSorted();
}

Deno.test("the seeds have a trigger of every kind of automation", async () => {
  await using world = createWorld();
  await seed({ ...world.plane, ...world.cluster }, START_MS);
  const triggers = createClient(TriggerService, world.plane.transport);
  const kinds: (string | undefined)[] = [];
  const { quarterHourly, onNewOrders } = SEEDED.triggers;
  for (const name of [SEEDED.trigger, quarterHourly, onNewOrders]) {
    const { trigger } = await triggers.getTriggerDetails({ name });
    const { automation } = trigger?.automationSpec ?? {};
    kinds.push(
      automation?.case === "schedule"
        ? automation.value.expression.case
        : automation?.case,
    );
  }
  assertEquals(kinds, ["cron", "rate", "artifact"]);
});
