import { assert, assertEquals, assertRejects } from "@std/assert";
import * as fc from "fast-check";
import {
  type KeepingOptions,
  SharedLookups,
} from "../../src/client/sharing/shared_lookups.ts";

/** Look-ups that the test answers, and time that it sets. */
function newLookups(options: Partial<KeepingOptions<string>> = {}) {
  const time = { now: 0 };
  const lookups = new SharedLookups<string>({
    now: () => time.now,
    lifeOf: () => 300_000,
    ...options,
  });
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
    ...{ time, begun, clear: () => lookups.clear() },
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

Deno.test("SharedLookups.get() keeps an answer for as long as it is good", async () => {
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

Deno.test("SharedLookups.get() keeps nothing of an answer that is good for nobody later", async () => {
  const { get, begun } = newLookups({ lifeOf: () => 0 });
  const both = [get("a"), get("a")];
  begun[0]?.answer("one");
  assertEquals(await Promise.all(both), ["one", "one"]);
  assertEquals(begun[0]?.signal.aborted, false);
  const later = get("a");
  begun[1]?.answer("other");
  assertEquals(await later, "other");
});

Deno.test("SharedLookups.get() forgets the oldest answers when all weigh too much", async () => {
  const { get, begun } = newLookups({
    bytesOf: ({ length }) => length,
    maxBytes: 10,
  });
  for (const key of ["a", "b", "c"]) {
    const found = get(key);
    begun.at(-1)?.answer("1234");
    await found;
  }
  await get("b");
  await get("c");
  assertEquals(begun.length, 3);
  const oldest = get("a");
  assertEquals(begun.length, 4);
  begun.at(-1)?.answer("1234");
  await oldest;
});

Deno.test("SharedLookups.get() hands out an answer that is too heavy to be kept", async () => {
  const { get, begun } = newLookups({
    bytesOf: ({ length }) => length,
    maxBytes: 3,
  });
  const found = get("a");
  begun[0]?.answer("1234");
  assertEquals(await found, "1234");
  const again = get("a");
  begun[1]?.answer("12");
  assertEquals(await again, "12");
  assertEquals(await get("a"), "12");
});

Deno.test("SharedLookups.clear() forgets what is there and what is on its way", async () => {
  const { get, begun, clear } = newLookups();
  const kept = get("a");
  begun[0]?.answer("kept");
  await kept;
  const onItsWay = get("b");
  clear();
  const others = [get("a"), get("b")];
  assertEquals(begun.length, 4);
  begun[1]?.answer("old");
  begun[2]?.answer("new a");
  begun[3]?.answer("new b");
  assertEquals(await onItsWay, "old");
  assertEquals(await Promise.all(others), ["new a", "new b"]);
  assertEquals(await get("b"), "new b");
});

Deno.test("SharedLookups.clear() lets nothing weigh that is forgotten", async () => {
  const { get, begun, clear } = newLookups({
    bytesOf: ({ length }) => length,
    maxBytes: 10,
  });
  const onItsWay = get("a");
  clear();
  begun[0]?.answer("12345678");
  await onItsWay;
  const kept = get("b");
  begun[1]?.answer("1234");
  await kept;
  assertEquals(await get("b"), "1234");
});

/** What can happen to look-ups; each word with a key or with time. */
const STEPS = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("get"), key: fc.constantFrom("a", "b", "c") }),
    fc.record({ do: fc.constantFrom("answer", "fail", "leave", "clear") }),
    fc.record({ do: fc.constant("wait"), ms: fc.nat(60) }),
  ),
  { maxLength: 60 },
);

Deno.test("SharedLookups.get() never has two look-ups of a key at a time, nor answers older than their life", async () => {
  const LIFE_MS = 100;
  await fc.assert(fc.asyncProperty(STEPS, async (steps) => {
    const time = { now: 0 };
    const running = new Map<string, Set<() => void>>();
    const open: { settle(fails: boolean): void }[] = [];
    const callers: AbortController[] = [];
    const asked: Promise<unknown>[] = [];
    const lookups = new SharedLookups<{ key: string; at: number }>({
      now: () => time.now,
      lifeOf: () => LIFE_MS,
    });
    let generation = 0;
    const find = (key: string, signal: AbortSignal) => {
      const { promise, resolve, reject } = Promise.withResolvers<
        { key: string; at: number }
      >();
      const mine = `${generation} ${key}`;
      const done = () => running.get(mine)?.delete(done);
      const set = running.get(mine) ?? new Set();
      running.set(mine, set.add(done));
      assert(set.size === 1, `Two look-ups of ${mine}`);
      signal.addEventListener("abort", () => {
        done();
        reject(signal.reason);
      });
      open.push({
        settle(fails) {
          done();
          if (fails) reject(new Error("Failed"));
          else resolve({ key, at: time.now });
        },
      });
      return promise;
    };
    for (const step of steps) {
      if ("key" in step) {
        const caller = new AbortController();
        callers.push(caller);
        const since = time.now;
        const { key } = step;
        asked.push(
          lookups.get(key, {
            find: (signal) => find(key, signal),
            signal: caller.signal,
          }).then((answer) => {
            assertEquals(answer.key, key);
            assert(answer.at > since - LIFE_MS, "An answer that is too old");
          }, () => {}),
        );
      } else if ("ms" in step) time.now += step.ms;
      else if (step.do === "clear") {
        lookups.clear();
        generation++;
      } else if (step.do === "leave") callers.pop()?.abort();
      else open.shift()?.settle(step.do === "fail");
      // What was settled is told before the next step.
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
    for (const { settle } of open) settle(false);
    await Promise.all(asked);
  }));
});
