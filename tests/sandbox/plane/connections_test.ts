import { assertEquals } from "@std/assert";
import { servePlane } from "./replay/served_plane.ts";
import { createTestClock } from "./replay/test_clock.ts";

const START_MS = Date.parse("2026-03-01T12:00:00Z");
const WATCH_RUNS = "/flyteidl2.workflow.RunService/WatchRuns";
const CREATE_RUN = "/flyteidl2.workflow.RunService/CreateRun";
const SOON_MS = 2_000;

async function serve() {
  const { now, sleep } = createTestClock(START_MS);
  return await servePlane({ now, sleep });
}

/** The JSON of a run that needs nothing deployed. */
function createRunBody(name: string): Uint8Array {
  const run = { project: "flytesnacks", domain: "development" };
  const id = { ...run, name: "tests.main", version: "v1" };
  return new TextEncoder().encode(JSON.stringify({
    runId: { ...run, name },
    taskSpec: { taskTemplate: { id } },
  }));
}

Deno.test("createPlane() ends open streams when it is disposed of", async () => {
  await using served = await serve();
  await using stream = served.client.open(WATCH_RUNS, {});
  await served.client.send({
    method: "POST",
    path: CREATE_RUN,
    headers: { "content-type": "application/json" },
    body: createRunBody("r1"),
  });
  assertEquals((await stream.next(SOON_MS)).kind, "message");
  await served.plane[Symbol.asyncDispose]();
  assertEquals((await stream.next(SOON_MS)).kind, "end");
});

Deno.test("createPlane() goes on when a client leaves in the middle of a stream", async () => {
  await using served = await serve();
  const left = served.client.open(WATCH_RUNS, {});
  await left[Symbol.asyncDispose]();
  await using stayed = served.client.open(WATCH_RUNS, {});
  const answer = await served.client.send({
    method: "POST",
    path: CREATE_RUN,
    headers: { "content-type": "application/json" },
    body: createRunBody("r2"),
  });
  assertEquals(answer.status, 200);
  assertEquals((await stayed.next(SOON_MS)).kind, "message");
});

Deno.test("createPlane() serves two planes that know nothing of each other", async () => {
  await using first = await serve();
  await using second = await serve();
  const request = {
    method: "POST",
    path: CREATE_RUN,
    headers: { "content-type": "application/json" },
    body: createRunBody("r1"),
  };
  await first.client.send(request);
  const { body } = await second.client.send({
    ...request,
    path: "/flyteidl2.workflow.RunService/ListRuns",
    body: new TextEncoder().encode('{"request":{"limit":10}}'),
  });
  assertEquals(new TextDecoder().decode(body), "{}");
});
