import { assertEquals } from "@std/assert";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  AppSchema,
  ConditionSchema,
  Spec_DesiredState as DesiredState,
  Status_DeploymentStatus as DeploymentStatus,
  Status_DeploymentStatusSchema,
  Status_Substate as Substate,
  Status_SubstateSchema,
} from "../../idl/flyteidl2/app/app_definition_pb.ts";
import {
  APP_STATUSES,
  appStatusName,
  desiredStateName,
  isAsDesired,
  isServing,
  statusOf,
  substateName,
  troubleOf,
} from "../../src/client/app_status.ts";

/** An app with these conditions, the latest last. */
function app(
  conditions: readonly DeploymentStatus[],
  desiredState = DesiredState.ACTIVE,
) {
  return create(AppSchema, {
    spec: { desiredState },
    status: {
      conditions: conditions.map((deploymentStatus) => ({ deploymentStatus })),
    },
  });
}

function trouble(init: MessageInitShape<typeof ConditionSchema>) {
  return troubleOf(create(ConditionSchema, init));
}

Deno.test("APP_STATUSES are those of the IDL, in their order", () => {
  const names = Status_DeploymentStatusSchema.values
    .map(({ number }) => appStatusName(number));
  assertEquals([...APP_STATUSES], names);
});

Deno.test("names of an app's states survive what a newer Flyte has", () => {
  // A number that this version does not know.
  const newer = 99 as DeploymentStatus & Substate & DesiredState;
  assertEquals(appStatusName(newer), "unknown_99");
  assertEquals(substateName(newer), "unknown_99");
  assertEquals(desiredStateName(newer), "unknown_99");
});

for (const { number } of Status_SubstateSchema.values) {
  Deno.test(`substateName() of ${number} is a word, or nothing`, () => {
    const name = substateName(number);
    const isKnown = number !== Substate.SUBSTATE_UNSPECIFIED;
    assertEquals(name, isKnown ? Substate[number]?.toLowerCase() : null);
  });
}

Deno.test("statusOf() is what the last condition says", () => {
  const { DEPLOYING, FAILED } = DeploymentStatus;
  assertEquals(statusOf(app([DEPLOYING, FAILED])), "failed");
  assertEquals(statusOf(app([])), "unspecified");
  assertEquals(statusOf(create(AppSchema)), "unspecified");
});

for (
  const [status, desired, serving, asDesired] of [
    ["ACTIVE", "ACTIVE", true, true],
    ["STARTED", "STARTED", true, true],
    ["ACTIVE", "STOPPED", true, false],
    ["STOPPED", "STOPPED", false, true],
    ["UNASSIGNED", "STOPPED", false, true],
    ["STOPPED", "ACTIVE", false, false],
    ["FAILED", "ACTIVE", false, false],
    ["PENDING", "UNSPECIFIED", false, false],
  ] as const
) {
  Deno.test(`an app that is ${status} and wanted ${desired} is ${asDesired ? "" : "not "}as it should be`, () => {
    const one = app([DeploymentStatus[status]], DesiredState[desired]);
    assertEquals([isServing(one), isAsDesired(one)], [serving, asDesired]);
  });
}

for (
  const [message, expected] of [
    [
      'RevisionFailed: Revision "a-00001" failed with message: Unable to fetch image: 401 Unauthorized.',
      "image_pull",
    ],
    ['Unable to fetch image "x:v9": not found', "image_pull"],
    ['Back-off pulling image "x:v9"', "image_pull"],
    [
      'RevisionFailed: Revision "a-00002" failed with message: Container failed with: OOMKilled and other words.',
      "crash",
    ],
    [
      "back-off 5m0s restarting failed container=user-container",
      "crash",
    ],
    ["OOMKilled", "out_of_memory"],
    [
      'Revision "a-00001" failed with message: 0/3 nodes are available: 3 Insufficient cpu.',
      "unschedulable",
    ],
    ['secret "db" not found', "missing_secret"],
    [
      'admission webhook "flyte" denied the request: none of the secret managers injected secret [key:"db"]',
      "missing_secret",
    ],
    ['admission webhook "x" denied the request: no', "webhook"],
    ['pods "a-1" is forbidden: exceeded quota: gpus', "quota"],
    ["Initial scale was never achieved", "not_ready"],
    ["Routes are ready", null],
    ["", null],
    // What a container prints may be any text.
    ["the user says: Unable to fetch image", null],
  ] as const
) {
  Deno.test(`troubleOf() reads "${message.slice(0, 60)}" as ${expected}`, () => {
    assertEquals(trouble({ message }), expected);
  });
}

for (
  const [substate, expected] of [
    ["IMAGE_PULL_ERROR", "image_pull"],
    ["CRASH_LOOP", "crash"],
    ["OOM_KILLED", "out_of_memory"],
    ["SECRET_MOUNT_ERROR", "missing_secret"],
    ["WEBHOOK_ERROR", "webhook"],
    ["RUNNING", null],
  ] as const
) {
  Deno.test(`troubleOf() takes ${substate} from Flyte, whatever the message says`, () => {
    const message = expected === null ? "fine" : "0/3 nodes are available";
    assertEquals(trouble({ substate: Substate[substate], message }), expected);
  });
}

Deno.test("troubleOf() of nothing is nothing", () => {
  assertEquals(troubleOf(undefined), null);
});
