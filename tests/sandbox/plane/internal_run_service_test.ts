import { assertEquals, assertRejects } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { createRun, createWorld, ROOT, RUN } from "./world.ts";
import { identifierOf } from "../../../sandbox/plane/kubernetes/reports.ts";

const CHILD = { run: { ...RUN }, name: "c1" };

Deno.test("recordActionStream() answers every message", async () => {
  await using world = createWorld();
  await createRun(world);
  const answers = world.internal.recordActionStream(async function* () {
    const spec = { case: "task", value: {} } as const;
    yield { request: { actionId: CHILD, parent: "a0", spec } };
    yield { request: { actionId: CHILD, parent: "a0" } };
  }());
  const codes = [];
  for await (const { response } of answers) {
    codes.push(response?.status?.code);
  }
  assertEquals(codes, [0, Code.InvalidArgument]);
});

Deno.test("updateActionStatusStream() gives every answer the nonce of its message", async () => {
  await using world = createWorld();
  await createRun(world);
  const actionId = identifierOf(ROOT);
  const answers = world.internal.updateActionStatusStream(async function* () {
    for (const phase of [ActionPhase.RUNNING, ActionPhase.SUCCEEDED]) {
      const status = { phase, attempts: 1 };
      yield { request: { actionId, status }, nonce: BigInt(phase) };
    }
  }());
  const nonces = [];
  for await (const { nonce } of answers) nonces.push(nonce);
  assertEquals(nonces, [4n, 5n]);
  const { details } = await world.runs.getRunDetails({ runId: { ...RUN } });
  assertEquals(details?.action?.status?.phase, ActionPhase.SUCCEEDED);
});

Deno.test("recordActionEventStream() makes attempts of what it is told", async () => {
  await using world = createWorld();
  await createRun(world);
  const id = identifierOf(ROOT);
  const answers = world.internal.recordActionEventStream(async function* () {
    for (const attempt of [1, 2]) {
      const event = { id, attempt, phase: ActionPhase.RUNNING };
      yield { request: { event }, nonce: BigInt(attempt) };
    }
  }());
  const nonces = [];
  for await (const { nonce } of answers) nonces.push(nonce);
  assertEquals(nonces, [1n, 2n]);
  const { details } = await world.runs.getRunDetails({ runId: { ...RUN } });
  assertEquals(details?.action?.attempts.map(({ attempt }) => attempt), [1, 2]);
});

Deno.test("createPlane() ends calls in process when it is disposed of", async () => {
  const world = createWorld();
  await createRun(world);
  const stream = world.runs.watchActions({ runId: { ...RUN } });
  const messages = stream[Symbol.asyncIterator]();
  await messages.next();
  await world[Symbol.asyncDispose]();
  await assertRejects(() => messages.next(), ConnectError);
});
