import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  isName,
  matchesPattern,
  textWithin,
} from "../../../src/client/limits/pattern.ts";

for (
  const [pattern, name, matches] of [
    ["training.*", "training.fit", true],
    ["training.*", "training.", true],
    ["training.*", "training", false],
    ["training.*", "my-training.fit", false],
    ["training.fit", "training.fit", true],
    ["training.fit", "training.fit2", false],
    ["training.fi?", "training.fit", true],
    ["training.fi?", "training.fi", false],
    ["*.fit", "training.fit", true],
    ["*", "", true],
    ["**", "x", true],
    ["?", "", false],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-c-b", false],
    ["training.[fx]it", "training.fit", false],
    ["Training.*", "training.fit", false],
  ] as const
) {
  Deno.test(`matchesPattern("${name}", "${pattern}") is ${matches}`, () => {
    assertEquals(matchesPattern(name, pattern), matches);
  });
}

const NAME = fc.string({ unit: fc.constantFrom("a", "b", ".", "\n", "\\") });
const PATTERN = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "?") });

Deno.test("matchesPattern() agrees with a regular expression", () => {
  fc.assert(fc.property(NAME, PATTERN, (name, pattern) => {
    const source = pattern.replace(
      /[.*?]/g,
      (sign) => sign === "." ? "\\." : sign === "*" ? ".*" : ".",
    );
    assertEquals(
      matchesPattern(name, pattern),
      new RegExp(`^${source}$`, "s").test(name),
    );
  }));
});

Deno.test("textWithin() is in every name that a pattern matches", () => {
  fc.assert(fc.property(NAME, PATTERN, (name, pattern) => {
    fc.pre(matchesPattern(name, pattern));
    assert(name.includes(textWithin(pattern)));
  }));
});

Deno.test("isName() is true of patterns that only match themselves", () => {
  assertEquals(["a.b", "a.*", "a?"].map(isName), [true, false, false]);
});
