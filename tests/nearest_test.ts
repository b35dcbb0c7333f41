import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { editsBetween, nearestFirst } from "../src/nearest.ts";

for (
  const [one, other, edits] of [
    ["", "", 0],
    ["abc", "abc", 0],
    ["abc", "", 3],
    ["kitten", "sitting", 3],
    ["get_lgos", "get_logs", 2],
    ["list_run", "list_runs", 1],
  ] as const
) {
  Deno.test(`editsBetween("${one}", "${other}") is ${edits}`, () => {
    assertEquals(editsBetween(one, other), edits);
  });
}

Deno.test("editsBetween() is a distance", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "b", "_"),
    maxLength: 8,
  });
  fc.assert(fc.property(text, text, text, (one, other, third) => {
    const edits = editsBetween(one, other);
    assertEquals(edits, editsBetween(other, one));
    assertEquals(edits === 0, one === other);
    assert(edits <= editsBetween(one, third) + editsBetween(third, other));
  }));
});

Deno.test("nearestFirst() has every name, the likeliest first", () => {
  const names = ["default", "all", "runs", "logs"];
  assertEquals(nearestFirst("lgos", names)[0], "logs");
  assertEquals(nearestFirst("zzz", names).toSorted(), names.toSorted());
});
