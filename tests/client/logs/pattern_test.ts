import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readPattern } from "../../../src/client/logs/pattern.ts";

for (
  const [source, line, matches] of [
    ["error", "An ERROR occurred", true],
    ["ERROR", "an error occurred", true],
    ["oom|killed", "OOMKilled", true],
    ["oom|killed", "fine", false],
    ["größe", "Größe 5", true],
    ["^step", "step 5", true],
    ["^step", "a step", false],
    ["5$", "step 5", true],
    ["5$", "step 50", false],
    ["^$", "", true],
    ["^$", "a", false],
    ["loss=\\d+\\.\\d+", "loss=0.25", true],
    ["loss=\\d+\\.\\d+", "loss=nan", false],
    ["\\bnan\\b", "loss=nan", true],
    ["\\bnan\\b", "banana", false],
    ["\\Bnan", "banana", true],
    ["a.c", "abc", true],
    ["a.c", "ac", false],
    ["a\\.c", "abc", false],
    ["[A-F]{2}", "xxCaxx", true],
    ["[^a-z ]", "abc def", false],
    ["[^a-z ]", "abc 1", true],
    ["[\\d-]+x", "1-2x", true],
    ["[.]", "abc", false],
    ["(ab|cd)+e", "xababcde", true],
    ["(?:ab){2,3}c", "ababc", true],
    ["(?:ab){3}", "ababxab", false],
    ["a{2,}b", "aaaab", true],
    ["x?", "", true],
    ["a{,2}", "a{,2}", true],
    ["{", "a {b}", true],
    ["]", "a]", true],
    ["\\[flyte\\]", "[flyte] WARNING", true],
    ["\\s\\S\\w\\W", "a b!?", false],
    ["\\s\\S\\w\\W", "a !b?", true],
    ["epoch \\d+.*loss", "Epoch 12/30 - loss: 0.5", true],
    ["\\t", "a\tb", true],
    ["a*?b+?", "aab", true],
    ["(|a)b", "b", true],
  ] as const
) {
  Deno.test(`the pattern ${source} ${matches ? "matches" : "does not match"} "${line}"`, () => {
    assertEquals(readPattern(source).matches(line), matches);
  });
}

for (
  const source of [
    "(a",
    "a)",
    "[a",
    "*a",
    "a**",
    "a{2}{3}",
    "a{3,2}",
    "[z-a]",
    "\\",
    "(?=a)",
    "(?<name>a)",
    "(a)\\1",
    "\\p{L}",
    "(((a{30}){30}){30})",
  ]
) {
  Deno.test(`the pattern ${source} is refused`, () => {
    assertThrows(() => readPattern(source), SyntaxError);
  });
}

/** Patterns of all that is understood, over few letters so that they match. */
const SOURCES = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    fc.constantFrom("a", "b", "1", " ", "_", ".", "\\d", "\\w", "\\s", "\\W"),
    fc.constantFrom("\\b", "\\B", "^", "$", "[ab]", "[^a]", "[a-b1]", "[\\d_]"),
    tie("pattern").map((pattern) => `(${pattern})`),
  ),
  pattern: fc.oneof(
    { maxDepth: 3, depthIdentifier: "pattern" },
    tie("atom"),
    fc.array(tie("atom"), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join("")),
    fc.tuple(tie("pattern"), tie("pattern")).map((parts) => parts.join("|")),
    fc.tuple(
      tie("pattern"),
      fc.constantFrom("*", "+", "?", "{2}", "{0,2}", "{1,}"),
    ).map(([part, quantifier]) => `(${part})${quantifier}`),
  ),
})).pattern;

Deno.test("a pattern matches what JavaScript's own matches", () => {
  const lines = fc.string({
    unit: fc.constantFrom("a", "b", "A", "1", " ", "_", "-"),
    maxLength: 12,
  });
  const property = fc.property(SOURCES, lines, (source, line) => {
    assertEquals(
      readPattern(source).matches(line),
      new RegExp(source, "i").test(line),
      `${source} on "${line}"`,
    );
  });
  fc.assert(property, { numRuns: 3000 });
});

Deno.test("a pattern says the same of a line whatever it was asked before", () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "b", " ") }));
  const property = fc.property(SOURCES, lines, (source, asked) => {
    const pattern = readPattern(source);
    for (const line of asked) {
      const fresh = readPattern(source).matches(line);
      assertEquals(pattern.matches(line), fresh);
    }
  });
  fc.assert(property, { numRuns: 300 });
});

for (
  const source of [
    "(a+)+$",
    "(a|a)*b",
    "(a*)*c",
    "a*a*a*a*a*a*b",
    "(.*)*x",
    "()*x",
  ]
) {
  Deno.test(`the pattern ${source} costs no more than others on a long line`, () => {
    // JavaScript's own would need longer than there is time for some of these.
    const pattern = readPattern(source);
    assert(!pattern.matches(`${"a".repeat(5000)}!`));
  });
}

Deno.test("a pattern of very many states is forgotten and goes on", () => {
  const pattern = readPattern("(a|b)*a(a|b){12}$");
  for (let at = 0; at < 5000; at++) {
    const line = at.toString(2).padStart(14, "0").replace(/0/g, "b")
      .replace(/1/g, "a");
    assertEquals(pattern.matches(line), line.at(-13) === "a", line);
  }
});
