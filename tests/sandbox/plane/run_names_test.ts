import { assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import {
  checkRunName,
  generateRunName,
} from "../../../sandbox/plane/workflow/run_names.ts";

Deno.test("generateRunName() draws unlike names that are valid", () => {
  const [first, second] = [generateRunName(1_000), generateRunName(1_001)];
  assertNotEquals(first, second);
  assertMatch(first, /^r[bcdfghjklmnpqrstvwxz2456789]{19}$/);
  checkRunName(first);
});

for (const name of ["", "1a", "A", "a_b", "a-", "a".repeat(31)]) {
  Deno.test(`checkRunName() refuses ${JSON.stringify(name)}`, () => {
    assertThrows(() => checkRunName(name), Error, "invalid run name");
  });
}
