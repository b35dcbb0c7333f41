/** Calls on their way into the queue and out of it, over time the tests set. */
import { assertEquals, assertRejects } from "@std/assert";
import { Code, ConnectError, createContextValues } from "@connectrpc/connect";
import { ON_QUEUE } from "../../src/client/admission/admit.ts";
import { settle } from "../tools/clocks.ts";
import { come, newPlaces, RUN, watch } from "./places.ts";

Deno.test("calls to one place wait for each other, those to another do not", async () => {
  const places = newPlaces();
  const { runs, cluster, asked } = places;
  const calls = Array.from(
    { length: 20 },
    () => runs.getRunDetails({ runId: RUN }),
  );
  await come(places, 16);
  calls.push(cluster.getRunDetails({ runId: RUN }));
  await come(places, 17);
  asked[0]?.answer();
  await come(places, 18);
  for (let at = 0; at < 21; at++) {
    asked[at]?.answer();
    await settle();
  }
  await come(places, 21);
  await Promise.all(calls);
});

Deno.test("the wait in the queue does not count for an attempt", async () => {
  const places = newPlaces();
  const { runs, asked, clock } = places;
  const first = Array.from(
    { length: 16 },
    () => runs.createRun({}).catch(() => {}),
  );
  await come(places, 16);
  await clock.advance(9000);
  const waiting = runs.createRun({});
  await clock.advance(1000);
  // The sixteen are given up; the one that waited for them has its own 10 s.
  await come(places, 17);
  await clock.advance(9999);
  asked[16]?.answer();
  await waiting;
  await Promise.all(first);
});

Deno.test("who waits in the queue is told after 30 s that there is no answer", async () => {
  const places = newPlaces();
  const { runs, clock } = places;
  const cancel = new AbortController();
  const { signal } = cancel;
  const streams = Array.from({ length: 16 }, () => watch(places, { signal }));
  await come(places, 16);
  assertEquals(clock.sleepers, 0);
  const calls = Array.from({ length: 17 }, () => runs.createRun({}));
  const late = assertRejects(() => calls[16] ?? Promise.resolve());
  const others = Promise.allSettled(calls.slice(0, 16));
  await come(places, 32);
  await clock.advance(10_000);
  await come(places, 33);
  await clock.advance(10_000);
  const error = await late;
  assertEquals(ConnectError.from(error).code, Code.DeadlineExceeded);
  await others;
  cancel.abort();
  await Promise.all(streams);
});

Deno.test("who wants to know is told when its wait begins and when it ends", async () => {
  const places = newPlaces();
  const { runs, asked } = places;
  const calls = Array.from({ length: 16 }, () => runs.createRun({}));
  await come(places, 16);
  const told: boolean[] = [];
  const contextValues = createContextValues()
    .set(ON_QUEUE, (isQueued) => void told.push(isQueued));
  const last = runs.createRun({}, { contextValues });
  await settle();
  assertEquals(told, [true]);
  asked[0]?.answer();
  await come(places, 17);
  assertEquals(told, [true, false]);
  for (const { answer } of asked) answer();
  await Promise.all([...calls, last]);
});

Deno.test("a caller that gives up in the queue is sent nowhere", async () => {
  const places = newPlaces();
  const { runs, asked } = places;
  const calls = Array.from({ length: 16 }, () => runs.createRun({}));
  await come(places, 16);
  const cancel = new AbortController();
  const leaving = runs.createRun({}, { signal: cancel.signal });
  await settle();
  cancel.abort();
  const error = await assertRejects(() => leaving, ConnectError);
  assertEquals(error.code, Code.Canceled);
  for (const { answer } of asked) answer();
  await Promise.all(calls);
  await come(places, 16);
});

for (const isWatch of [false, true]) {
  const width = isWatch ? 8 : 16;
  const what = isWatch ? "watches" : "streams";
  Deno.test(`there are ${width} ${what} at a time; one that is given up lets the next one in`, async () => {
    const places = newPlaces();
    const cancels = Array.from(
      { length: width + 1 },
      () => new AbortController(),
    );
    const ended = cancels.map(({ signal }) =>
      watch(places, { signal, isWatch })
    );
    await come(places, width);
    cancels[0]?.abort();
    assertEquals(await ended[0], "Canceled");
    await come(places, width + 1);
    for (const cancel of cancels) cancel.abort();
    await Promise.all(ended);
  });
}

Deno.test("a stream keeps its turn while it goes on, and ends it with its last message", async () => {
  const places = newPlaces();
  const { signal } = new AbortController();
  const ended = Array.from({ length: 17 }, () => watch(places, { signal }));
  await come(places, 16);
  places.asked[0]?.answer();
  // The first one has sent a message, and asks for its second.
  await come(places, 17);
  places.asked[16]?.answer();
  assertEquals(await ended[0], "ended");
  await come(places, 18);
  for (let at = 0; at < 34; at++) {
    places.asked[at]?.answer();
    await settle();
  }
  await Promise.all(ended);
});

Deno.test("who holds every stream still gets its calls through", async () => {
  const places = newPlaces();
  const cancel = new AbortController();
  const { signal } = cancel;
  const streams = Array.from({ length: 20 }, () => watch(places, { signal }));
  await come(places, 16);
  const call = places.runs.getRunDetails({ runId: RUN });
  await come(places, 17);
  places.asked[16]?.answer();
  await call;
  cancel.abort();
  await Promise.all(streams);
});
