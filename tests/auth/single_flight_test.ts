import { assertEquals, assertRejects } from "@std/assert";
import { abortable, SingleFlight } from "../../src/auth/single_flight.ts";

/** Work that ends when it is told to. */
function controlled() {
  const runs: (PromiseWithResolvers<string> & { signal: AbortSignal })[] = [];
  const flight = new SingleFlight((signal) => {
    const run = { ...Promise.withResolvers<string>(), signal };
    runs.push(run);
    return run.promise;
  }, { timeoutMs: 60_000 });
  return { runs, flight };
}

const { signal } = new AbortController();

Deno.test("SingleFlight.join() runs once for all who ask meanwhile", async () => {
  const { runs, flight } = controlled();
  const all = [flight.join(signal), flight.join(signal), flight.join(signal)];
  runs[0]?.resolve("token");
  assertEquals(await Promise.all(all), ["token", "token", "token"]);
  assertEquals(runs.length, 1);
});

Deno.test("SingleFlight.join() runs anew for who asks afterwards", async () => {
  const { runs, flight } = controlled();
  const first = flight.join(signal);
  runs[0]?.resolve("one");
  // At once, so that not even a microtask lies between.
  const second = first.then(() => flight.join(signal));
  await first;
  runs[1]?.resolve("two");
  assertEquals([await first, await second], ["one", "two"]);
});

Deno.test("SingleFlight.join() gives a failure to all, and keeps none of it", async () => {
  const { runs, flight } = controlled();
  const all = [flight.join(signal), flight.join(signal)];
  runs[0]?.reject(new RangeError("Refused"));
  for (const waiting of all) {
    await assertRejects(() => waiting, RangeError, "Refused");
  }
  const again = flight.join(signal);
  runs[1]?.resolve("token");
  assertEquals(await again, "token");
});

Deno.test("SingleFlight.join() leaves the work to others when one gives up", async () => {
  const { runs, flight } = controlled();
  const controller = new AbortController();
  const leaving = flight.join(controller.signal);
  const staying = flight.join(signal);
  controller.abort(new RangeError("Enough"));
  await assertRejects(() => leaving, RangeError, "Enough");
  assertEquals(runs[0]?.signal.aborted, false);
  runs[0]?.resolve("token");
  assertEquals(await staying, "token");
});

Deno.test("SingleFlight.join() goes on when everybody has given up", async () => {
  const { runs, flight } = controlled();
  const controller = new AbortController();
  const leaving = flight.join(controller.signal);
  controller.abort();
  await assertRejects(() => leaving, DOMException);
  const late = flight.join(signal);
  assertEquals(runs.length, 1);
  runs[0]?.resolve("token");
  assertEquals(await late, "token");
});

Deno.test("SingleFlight.join() minds no failure that nobody waits for", async () => {
  const { runs, flight } = controlled();
  const controller = new AbortController();
  const leaving = flight.join(controller.signal);
  controller.abort();
  await assertRejects(() => leaving, DOMException);
  // An unhandled rejection would fail this test.
  runs[0]?.reject(new TypeError("Too late"));
  await new Promise((resolve) => setTimeout(resolve, 0));
});

Deno.test("SingleFlight.join() starts nothing for who has given up already", async () => {
  const { runs, flight } = controlled();
  const gone = AbortSignal.abort(new RangeError("Over"));
  await assertRejects(() => flight.join(gone), RangeError, "Over");
  assertEquals(runs.length, 0);
});

Deno.test("SingleFlight.join() recovers from work that throws at once", async () => {
  let calls = 0;
  const flight = new SingleFlight<number>(() => {
    calls += 1;
    if (calls === 1) throw new RangeError("Refused");
    return Promise.resolve(calls);
  }, { timeoutMs: 60_000 });
  await assertRejects(() => flight.join(signal), RangeError, "Refused");
  assertEquals(await flight.join(signal), 2);
});

Deno.test("SingleFlight.join() ends the work when its own time is over", async () => {
  const flight = new SingleFlight<never>(
    (own) => abortable(new Promise<never>(() => {}), own),
    { timeoutMs: 1 },
  );
  const error = await assertRejects(() => flight.join(signal), DOMException);
  assertEquals(error.name, "TimeoutError");
});

Deno.test("abortable() gives what the work gives, or the reason", async () => {
  assertEquals(await abortable(Promise.resolve(1), signal), 1);
  const failing = Promise.reject(new TypeError("Failed"));
  await assertRejects(() => abortable(failing, signal), TypeError);
  const gone = AbortSignal.abort(new RangeError("Over"));
  await assertRejects(
    () => abortable(new Promise(() => {}), gone),
    RangeError,
    "Over",
  );
});
