import { assertEquals, assertRejects } from "@std/assert";
import { forEachOf } from "../../src/tools/parts.ts";

Deno.test("forEachOf() works on four at a time, and keeps their order", async () => {
  const open: (() => void)[] = [];
  const done = forEachOf([1, 2, 3, 4, 5, 6], async (item) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    open.push(resolve);
    await promise;
    return item * 10;
  });
  assertEquals(open.length, 4);
  // Those that are begun meanwhile are at the end.
  for (const finish of open.toReversed()) finish();
  while (open.length < 6) await Promise.resolve();
  for (const finish of open) finish();
  assertEquals(await done, [10, 20, 30, 40, 50, 60]);
});

Deno.test("forEachOf() begins nothing more once something has failed", async () => {
  const begun: number[] = [];
  const waits = Promise.withResolvers<void>();
  const done = forEachOf([1, 2, 3, 4, 5, 6, 7, 8], async (item) => {
    begun.push(item);
    if (item === 2) throw new RangeError("Item 2");
    await waits.promise;
  });
  await assertRejects(() => done, RangeError, "Item 2");
  waits.resolve();
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  assertEquals(begun, [1, 2, 3, 4]);
});
