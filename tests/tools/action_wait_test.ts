/** What an action waits for, read from events as Flyte really sends them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { create, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import {
  type ActionDetails,
  ActionDetailsSchema,
} from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { waitOf } from "../../src/tools/actions/action_wait.ts";
import { recorded } from "../replay/replay_server.ts";

const START = Date.parse("2026-11-22T10:00:00Z");

/** An action with these events, a second between two of them. */
function action(
  phase: ActionPhase,
  messages: readonly string[],
): ActionDetails {
  const clusterEvents = messages.map((message, at) => ({
    message,
    occurredAt: timestampFromMs(START + at * 1000),
  }));
  return create(ActionDetailsSchema, {
    id: { name: "a0" },
    status: { phase, startTime: timestampFromMs(START) },
    attempts: messages.length > 0 ? [{ attempt: 1, clusterEvents }] : [],
  });
}

const { QUEUED, INITIALIZING, RUNNING, WAITING_FOR_RESOURCES } = ActionPhase;
const SUBMITTED = ["task submitted to K8s", "Demistify Pending"];
const NO_NODE = "0/1 nodes are available: 1 Insufficient cpu.";
const ASSIGNED = "Successfully assigned flyte/r-a0-0 to node-1";
const BACK_OFF = 'Back-off pulling image "ghcr.io/example/train:1"';
const PULL_DENIED =
  '[|ErrImagePull]: |failed to pull and unpack image "ghcr.io/example/train:1": pull access denied';
const STARTED = "Started container r-a0-0";

for (
  const [case_, phase, messages, expected] of [
    ["nothing but its submission", QUEUED, SUBMITTED, "queued"],
    [
      "no node",
      QUEUED,
      [...SUBMITTED, `Unschedulable:${NO_NODE}`, NO_NODE],
      "unschedulable",
    ],
    [
      "a node that was found after all",
      QUEUED,
      [NO_NODE, ASSIGNED],
      "starting",
    ],
    ["a node again after a preemption", RUNNING, [
      ASSIGNED,
      STARTED,
      `Unschedulable:${NO_NODE}`,
      "Preempted by pod x",
      NO_NODE,
    ], "preempted"],
    ["nothing once its container started", RUNNING, [
      NO_NODE,
      ASSIGNED,
      STARTED,
    ], null],
    [
      "a quota",
      QUEUED,
      ['pods "r-a0-0" is forbidden: exceeded quota: compute'],
      "quota",
    ],
    ["an image", INITIALIZING, [
      ...SUBMITTED,
      ASSIGNED,
      'Pulling image "x"',
      PULL_DENIED,
      BACK_OFF,
    ], "image_pull"],
    ["an image that is being tried again", INITIALIZING, [
      PULL_DENIED,
      BACK_OFF,
      'Pulling image "x"',
    ], "image_pull"],
    ["the image no more once it was pulled", INITIALIZING, [
      PULL_DENIED,
      "Successfully pulled image",
    ], "starting"],
    ["a secret to mount", INITIALIZING, [
      ASSIGNED,
      '[|CreateContainerConfigError]: |secret "nope" not found',
    ], "container_config"],
    ["another run's result", WAITING_FOR_RESOURCES, [
      'waiting for cache to be populated by reservation owner "x"',
      "waiting for serialized cache owner",
    ], "cache"],
    ["its container, without an event", INITIALIZING, [], "starting"],
    ["nothing after its end", ActionPhase.FAILED, [NO_NODE], null],
    ["nothing but an answer", ActionPhase.PAUSED, [], null],
  ] as const
) {
  Deno.test(`waitOf() of an action that waits for ${case_}`, () => {
    const wait = waitOf(action(phase, messages), START + 5000);
    assertEquals(wait?.kind ?? null, expected);
    if (!wait) return;
    assertEquals(wait.action, "a0");
    assertMatch(wait.since ?? "", /^2026-11-22T10:00:0\dZ$/);
    assert(!wait.what.endsWith("."));
  });
}

for (const [seconds, kind] of [[59, "queued"], [60, "not_enqueued"]] as const) {
  Deno.test(`waitOf() of an action queued for ${seconds} s without an event is ${kind}`, () => {
    const wait = waitOf(action(QUEUED, []), START + seconds * 1000);
    assertEquals(wait?.kind, kind);
    assertEquals(wait?.message, null);
  });
}

Deno.test("waitOf() does not take an action for lost that has an event", () => {
  const wait = waitOf(action(QUEUED, SUBMITTED), START + 86_400_000);
  assertEquals(wait?.kind, "queued");
});

Deno.test("waitOf() shows the message that says most, and since when it is so", () => {
  const messages = [ASSIGNED, PULL_DENIED, BACK_OFF, PULL_DENIED];
  const wait = waitOf(action(INITIALIZING, messages), START + 9000);
  assertMatch(wait?.message ?? "", /pull access denied/);
  assertEquals(wait?.since, "2026-11-22T10:00:01Z");
});

Deno.test("waitOf() looks at the last attempt alone", () => {
  const again = create(ActionDetailsSchema, {
    status: { phase: QUEUED },
    attempts: [
      { attempt: 1, clusterEvents: [{ message: NO_NODE }] },
      { attempt: 2, clusterEvents: [{ message: "restarting task" }] },
    ],
  });
  assertEquals(waitOf(again, START)?.kind, "queued");
});

/** Every description of an action that was recorded, unfinished ones too. */
function recordedActions(): ActionDetails[] {
  const found: ActionDetails[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    if ("attempts" in value && "status" in value && "metadata" in value) {
      // The recordings are JSON of the IDL's messages.
      found.push(fromJson(ActionDetailsSchema, value as JsonValue));
      return;
    }
    for (const part of Object.values(value)) visit(part);
  };
  for (const { response } of recorded("kubernetes")) visit(response);
  return found;
}

Deno.test("waitOf() knows what every recorded action waits for", () => {
  const kinds = new Set<string>();
  let count = 0;
  for (const details of recordedActions()) {
    const wait = waitOf(details, START);
    const { phase = ActionPhase.UNSPECIFIED } = details.status ?? {};
    const waits = [QUEUED, INITIALIZING, WAITING_FOR_RESOURCES].includes(phase);
    assertEquals(wait !== null, waits, JSON.stringify(details.id?.run?.name));
    if (wait) kinds.add(wait.kind);
    count++;
  }
  assert(count > 50, `${count} actions`);
  for (const kind of ["unschedulable", "image_pull", "queued", "starting"]) {
    assert(kinds.has(kind), `${kind} is missing in ${[...kinds]}`);
  }
});
