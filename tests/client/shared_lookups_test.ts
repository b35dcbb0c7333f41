import { assertEquals, assertRejects } from "@std/assert";
import { SharedLookups } from "../../src/client/shared_lookups.ts";

/** Look-ups that the test answers, and time that it sets. */
function newLookups() {
  const time = { now: 0 };
  const lookups = new SharedLookups<string>({ now: () => time.now });
  const begun: {
    readonly signal: AbortSignal;
    answer(text: string): void;
    fail(): void;
  }[] = [];
  const find = (signal: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    begun.push({
      signal,
      answer: resolve,
      fail: () => reject(new Error("Failed")),
    });
    return promise;
  };
  return {
    ...{ time, begun },
    get: (key: string, signal = new AbortController().signal) =>
      lookups.get(key, { find, signal }),
  };
}

Deno.test("SharedLookups.get() finds once for all who ask meanwhile", async () => {
  const { get, begun } = newLookups();
  const asked = [get("a"), get("a"), get("b")];
  assertEquals(begun.length, 2);
  begun.forEach(({ answer }, at) => answer(`answer ${at}`));
  assertEquals(await Promise.all(asked), ["answer 0", "answer 0", "answer 1"]);
});

Deno.test("SharedLookups.get() keeps an answer for five minutes", async () => {
  const { get, begun, time } = newLookups();
  const first = get("a");
  begun[0]?.answer("old");
  await first;
  time.now = 299_999;
  assertEquals(await get("a"), "old");
  time.now = 300_000;
  const second = get("a");
  begun[1]?.answer("new");
  assertEquals(await second, "new");
});

Deno.test("SharedLookups.get() keeps no failure", async () => {
  const { get, begun } = newLookups();
  const both = [get("a"), get("a")];
  begun[0]?.fail();
  for (const one of both) await assertRejects(() => one, Error, "Failed");
  const again = get("a");
  begun[1]?.answer("good");
  assertEquals(await again, "good");
});

Deno.test("SharedLookups.get() leaves the look-up to the others when a caller gives up", async () => {
  const { get, begun } = newLookups();
  const cancel = new AbortController();
  const leaving = get("a", cancel.signal);
  const staying = get("a");
  cancel.abort(new Error("Enough"));
  await assertRejects(() => leaving, Error, "Enough");
  assertEquals(begun[0]?.signal.aborted, false);
  begun[0]?.answer("answer");
  assertEquals(await staying, "answer");
});

Deno.test("SharedLookups.get() ends a look-up that nobody waits for, and begins anew", async () => {
  const { get, begun } = newLookups();
  const cancel = new AbortController();
  const leaving = get("a", cancel.signal);
  cancel.abort(new Error("Enough"));
  await assertRejects(() => leaving, Error, "Enough");
  assertEquals(begun[0]?.signal.aborted, true);
  const next = get("a");
  // What the one that was ended still says is nobody's answer.
  begun[0]?.fail();
  begun[1]?.answer("answer");
  assertEquals(await next, "answer");
});

Deno.test("SharedLookups.get() asks nothing for a caller that has given up", async () => {
  const { get, begun } = newLookups();
  await assertRejects(() => get("a", AbortSignal.abort(new Error("Gone"))));
  assertEquals(begun, []);
});

Deno.test("SharedLookups.get() forgets the oldest of more than 1,000 answers", async () => {
  const { get, begun } = newLookups();
  for (let at = 0; at <= 1_000; at++) {
    const found = get(`key ${at}`);
    begun.at(-1)?.answer(`answer ${at}`);
    await found;
  }
  await get("key 1");
  assertEquals(begun.length, 1_001);
  const oldest = get("key 0");
  assertEquals(begun.length, 1_002);
  begun.at(-1)?.answer("again");
  assertEquals(await oldest, "again");
});
