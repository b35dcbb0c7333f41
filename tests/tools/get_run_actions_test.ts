/** How get_run counts a run's actions, and answers without when it cannot. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { connectServer } from "../harness.ts";
import { openEmpty, openSeeded, serveFlyte } from "./beds.ts";
import { impatientClock } from "./clocks.ts";
import { plantActions, plantingIn, plantRun, runKey } from "./planting.ts";

const WATCH = "RunService/WatchActions";

for (const count of [1, 2, 1000, 1001]) {
  Deno.test(`get_run counts a run of ${count} actions`, async () => {
    await using bed = await openEmpty();
    const planting = plantingIn(bed.sandbox.plane);
    const run = runKey("fan-out");
    await plantRun(planting, run, { phase: ActionPhase.RUNNING });
    const failed = Math.min(count - 1, 3);
    const phases = [
      [ActionPhase.FAILED, failed],
      [ActionPhase.QUEUED, count - 1 - failed],
    ] as const;
    for (const [phase, its] of phases) {
      await plantActions(planting, run, { count: its, phase });
    }
    const { data } = await bed.call("get_run", { run: "fan-out" });
    assertEquals(data.actions.complete, true);
    assertEquals(data.actions.total, count);
    assertEquals(data.actions.by_phase, {
      running: 1,
      ...(count - 1 > failed && { queued: count - 1 - failed }),
      ...(failed > 0 && { failed }),
    });
  });
}

Deno.test("get_run answers without counts when the stream of actions stalls", async () => {
  await using bed = await openSeeded({ clock: impatientClock() });
  bed.ingress.faults.next(WATCH, { kind: "stall" });
  const { data } = await bed.call("get_run", { run: "train-bad-row" });
  assertEquals(data.status, "ok");
  assertEquals(data.phase, "failed");
  assertEquals(data.actions, { total: null, by_phase: {}, complete: false });
});

Deno.test("get_run shows the gates of a run whose actions it could not count", async () => {
  await using bed = await openSeeded({ clock: impatientClock() });
  bed.ingress.faults.next(WATCH, { kind: "stall" });
  const { data } = await bed.call("get_run", { run: "release-approval" });
  assertEquals(data.actions.complete, false);
  assertEquals(data.waiting_for.length, 1);
});

for (const status of [404, 503]) {
  Deno.test(`get_run answers without counts when the stream of actions is HTTP ${status}`, async () => {
    await using bed = await openSeeded();
    bed.ingress.faults.next(WATCH, { kind: "status", status, body: "text" });
    const { data, text } = await bed.call("get_run", {
      run: "release-approval",
    });
    assertEquals(data.status, "ok", text);
    assertEquals(data.actions, { total: null, by_phase: {}, complete: false });
    assertEquals(data.waiting_for.length, 1);
  });
}

for (const kind of ["drop", "reset"] as const) {
  Deno.test(`get_run answers without counts when the stream of actions breaks: ${kind}`, async () => {
    await using bed = await openSeeded();
    bed.ingress.faults.next(WATCH, { kind });
    const { data, text } = await bed.call("get_run", { run: "train-fan-out" });
    assertEquals(data.status, "ok", text);
    assertEquals(data.actions.complete, false);
  });
}

Deno.test("get_run answers without counts when the stream is cut in its first message", async () => {
  await using bed = await openSeeded();
  bed.ingress.faults.next(WATCH, { kind: "cut", afterBytes: 40 });
  const { data, text } = await bed.call("get_run", { run: "train-fan-out" });
  assertEquals(data.status, "ok", text);
  assertEquals(data.actions.complete, false);
});

/** The seeded plane with another WatchActions. */
async function openWatched(watchActions: () => AsyncGenerator<never>) {
  const stack = new AsyncDisposableStack();
  const { plane } = stack.use(await openSeeded());
  const runs = createClient(RunService, plane.transport);
  const flyte = stack.use(
    await serveFlyte((router) =>
      router.service(RunService, {
        getRunDetails: (request) => runs.getRunDetails(request),
        listRuns: (request) => runs.listRuns(request),
        listActions: (request) => runs.listActions(request),
        getActionDetails: (request) => runs.getActionDetails(request),
        watchActions,
      })
    ),
  );
  const server = stack.use(await connectServer(flyte.url));
  return { ...server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

for (const code of [Code.Unimplemented, Code.Unavailable, Code.Internal]) {
  Deno.test(`get_run answers without counts when WatchActions ends with ${Code[code]}`, async () => {
    // deno-lint-ignore require-yield
    await using server = await openWatched(async function* () {
      throw new ConnectError("not now", code);
    });
    const { data, text } = await server.call("get_run", {
      run: "release-approval",
    });
    assertEquals(data.status, "ok", text);
    assertEquals(data.actions.total, null);
    assertEquals(data.waiting_for.length, 1);
  });
}

Deno.test("get_run does not know the gates when neither counts nor a list can be had", async () => {
  await using bed = await openSeeded({ clock: impatientClock() });
  const unavailable = { kind: "status", status: 503 } as const;
  bed.ingress.faults.next(WATCH, unavailable);
  // Both lists, that of gates and that of what waits, with all their attempts.
  bed.ingress.faults.next("ListActions", unavailable, { times: 6 });
  const { data, text } = await bed.call("get_run", { run: "release-approval" });
  assertEquals(data.status, "ok", text);
  assertEquals(data.phase, "running");
  assertEquals(data.waiting_for, null);
});

Deno.test("get_run does not ask for the gates of a run that has ended", async () => {
  await using bed = await openSeeded();
  bed.ingress.faults.next(WATCH, { kind: "status", status: 503 });
  const { data } = await bed.call("get_run", { run: "train-bad-row" });
  assertEquals(data.waiting_for, []);
  const asked = bed.ingress.requests.map(({ path }) => path);
  assertEquals(asked.filter((path) => path.endsWith("ListActions")), []);
});

Deno.test("get_run is refused when the run's actions are", async () => {
  // deno-lint-ignore require-yield
  await using server = await openWatched(async function* () {
    throw new ConnectError("not you", Code.PermissionDenied);
  });
  const { data } = await server.call("get_run", { run: "train-fan-out" });
  assertEquals(data.error.code, "permission_denied");
});

Deno.test("get_run lets go of the stream of actions when it has counted", async () => {
  const left = Promise.withResolvers<void>();
  await using seeded = await openSeeded();
  const runs = createClient(RunService, seeded.plane.transport);
  await using flyte = await serveFlyte((router) =>
    router.service(RunService, {
      getRunDetails: (request) => runs.getRunDetails(request),
      listRuns: (request) => runs.listRuns(request),
      async *watchActions(request, { signal }) {
        signal.addEventListener("abort", () => left.resolve());
        yield* runs.watchActions(request, { signal });
      },
    })
  );
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("get_run", { run: "train-fan-out" });
  assertEquals(data.actions.total, 14);
  await left.promise;
});

Deno.test("get_run says in its sentence nothing of actions that it could not count", async () => {
  await using bed = await openSeeded({ clock: impatientClock() });
  bed.ingress.faults.next(WATCH, { kind: "stall" });
  const { text } = await bed.call("get_run", { run: "train-fan-out" });
  assertMatch(text, /^Run train-fan-out .* succeeded after 2m11s\.\n/);
  assert(!text.includes('"total":0'));
});
