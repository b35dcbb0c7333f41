import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { resolveConfig } from "../../src/config/mod.ts";
import { splitWords } from "../../src/config/shell_words.ts";
import { readCommand } from "../../src/config/values.ts";
import { sourcesOf } from "./machine.ts";

Deno.test.each([
  ["", []],
  ["  \t\n ", []],
  ["aws sso  get-token", ["aws", "sso", "get-token"]],
  ["a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"]],
  ["a'b'\"c\"\\d", ["abcd"]],
  ["a '' \"\"", ["a", "", ""]],
  ["'a\\b' \"a\\b\" a\\b", ["a\\b", "a\\b", "ab"]],
  ['"\\$HOME \\`id\\` \\" \\\\"', ['$HOME `id` " \\']],
  ["'it'\\''s'", ["it's"]],
  ["a \\\n b\\\nc \"d\\\ne\" 'f\\\ng'", ["a", "bc", "de", "f\\\ng"]],
  ["C:\\\\Tools\\\\token.exe", ["C:\\Tools\\token.exe"]],
])("splitWords() splits %j as a shell does", (text, expected) => {
  assertEquals(splitWords(text), [...expected]);
});

/** What a shell would replace, run or redirect; here all of it is text. */
const EXPANDED = [
  ...["$HOME", "${HOME}", "$(id)", "`id`", "~", "~root/x", "*", "?", "[a-z]"],
  ...["{a,b}", "!!", "#x", ";", "&&", "|", ">", "<(id)", "$'x'", "x=y", "%1"],
];

Deno.test.each(EXPANDED.filter((word) => !word.includes("'")).map((w) => [w]))(
  "splitWords() leaves %s as it is, bare and in quotes",
  (word) => {
    assertEquals(splitWords(`a ${word} b`), ["a", word, "b"]);
    assertEquals(splitWords(`a "${word}" b`), ["a", word, "b"]);
    assertEquals(splitWords(`a '${word}' b`), ["a", word, "b"]);
  },
);

Deno.test.each([
  ["token --for 'ada", "expected words with every quote closed"],
  ['token --for "ada', "expected words with every quote closed"],
  ['token "a\\"', "expected words with every quote closed"],
  ["it's", "expected words with every quote closed"],
  ["token \\", "expected a character after the last backslash"],
  ["''", "expected a program and its arguments"],
  ['["token", {}]', "expected a text"],
  ['["token"', "expected valid JSON"],
  ['["tok\\u0000en"]', "expected words without NUL characters"],
])("resolveConfig() says of FLYTE_COMMAND=%s: %s", (text, why) => {
  for (const name of ["FLYTE_COMMAND", "FLYTE_PROXY_COMMAND"]) {
    const { faults } = resolveConfig(sourcesOf({
      env: { FLYTE_ENDPOINT: "flyte.example.com", [name]: text },
    }));
    // The command may hold a secret, so the sentence ends here.
    assertEquals(faults.map(({ code, message }) => [code, message]), [
      ["config_invalid", `${name} cannot be used: ${why}.`],
    ]);
  }
});

Deno.test("readCommand() keeps a JSON array's words as they are", () => {
  assertEquals(readCommand('["a", " b ", "", "$HOME", "c\\n"]'), [
    ...["a", " b ", "", "$HOME", "c\n"],
  ]);
  assertEquals(readCommand(["a", " b ", 1]), ["a", " b ", "1"]);
});

/** Characters that mean nothing else to a shell in the words of a command. */
const CHARACTERS = fc.constantFrom(
  ...[
    "'",
    '"',
    "\\",
    " ",
    "\t",
    "\u00a0",
    "a",
    "b",
    "é",
    "-",
    "=",
    "/",
    ".",
    ",",
  ],
  ...["\\\n", "\\\\", "''", '""', "\\'", '\\"'],
);

Deno.test("splitWords() agrees with sh about quotes and backslashes", async () => {
  const texts = fc.sample(
    fc.array(CHARACTERS, { maxLength: 12 }).map((parts) => parts.join("")),
    400,
  ).filter((text) => isWhole(text) && !hasBareLineEnd(text));
  // One shell for all of them: a line of words each, and a mark after it.
  const script = texts.map((text) =>
    `set -- ${text}\nfor word do printf '%s\\0' "$word"; done; printf '\\1'\n`
  ).join("");
  const { stdout, code } = await new Deno.Command("sh", {
    args: ["-c", script],
  }).output();
  assertEquals(code, 0);
  const lines = new TextDecoder().decode(stdout).split("\x01").slice(0, -1);
  assertEquals(lines.length, texts.length);
  for (const [at, line] of lines.entries()) {
    const text = texts[at] ?? "";
    const words = line.split("\0").slice(0, -1);
    assertEquals(splitWords(text), words, JSON.stringify(text));
  }
});

/** To a shell that is the end of a command; here it is a blank. */
function hasBareLineEnd(text: string): boolean {
  const quoted = /'[^']*'|"(?:[^"\\]|\\[^])*"|\\[^]/g;
  return text.replace(quoted, "").includes("\n");
}

/** A text that would swallow the script's next line is no line of its own. */
function isWhole(text: string): boolean {
  try {
    splitWords(text);
    return true;
  } catch {
    return false;
  }
}

Deno.test("splitWords() gives words or its own error, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      if (isWhole(text)) splitWords(text).forEach((word) => word.length);
      else assertThrows(() => splitWords(text), SyntaxError, "Expected");
    }),
    { numRuns: 200 },
  );
});

Deno.test("splitWords() gives back words that were quoted", () => {
  const words = fc.array(fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(words, (argv) => {
      const text = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`);
      assertEquals(splitWords(text.join(" ")), argv);
    }),
    { numRuns: 200 },
  );
});
