import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  nameOf,
  newMarker,
  present,
  presentAll,
  quote,
  startOf,
  visible,
  withShortQuotes,
} from "../src/text.ts";
import { type Random, randomFrom } from "./config/random.ts";

/** What no reader can see, by Unicode's own names; tab and newline are fine. */
const UNSEEN =
  /[^\P{Cc}\t\n]|\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}|\p{Noncharacter_Code_Point}|\p{Surrogate}|[\u2028\u2029\ufff9-\ufffb]/u;

/** Scraps that hostile texts are made of. */
const SCRAPS = [
  "done",
  " ",
  "\n",
  "\r",
  "\t",
  "<<data-",
  "<<data-0badcafe ",
  " 0badcafe-data>>",
  "-data>>",
  "\u{fdd0}",
  "\u{fdd1}",
  "\u{fdef}",
  "\u{fffe}",
  "\u{1ffff}",
  "\u{10fffe}",
  "\x1b",
  "[31m",
  "\x1b[2J",
  "\x1b]0;title\x07",
  "\x1b]8;;",
  "\x9b",
  "\0",
  "\x7f",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u200d",
  "\u2060",
  "\ufeff",
  "\u{e0041}",
  "\udb40",
  "\udc41",
  "😀",
  "é",
] as const;

function hostileText(random: Random): string {
  const length = random.below(40);
  return Array.from({ length }, () => random.pick(SCRAPS)).join("");
}

function fenced(text: string, marker: string): string {
  return present(quote(text), marker);
}

Deno.test("present() puts a fence around any text that the text cannot close", () => {
  const random = randomFrom(1);
  for (let round = 0; round < 2000; round++) {
    const text = hostileText(random);
    const marker = newMarker();
    const result = `${fenced(text, marker)} and ${fenced(text, marker)}`;
    const open = `<<data-${marker} `;
    const close = ` ${marker}-data>>`;
    assertEquals(result.split(open).length, 3, JSON.stringify(text));
    assertEquals(result.split(close).length, 3, JSON.stringify(text));
    assert(result.startsWith(open) && result.endsWith(close));
    assertEquals(UNSEEN.exec(result), null, JSON.stringify(text));
  }
});

Deno.test("visible() leaves nothing unseen, and nothing to do again", () => {
  const random = randomFrom(2);
  for (let round = 0; round < 2000; round++) {
    const text = hostileText(random);
    const clean = visible(text);
    assertEquals(UNSEEN.exec(clean), null, JSON.stringify(text));
    assertEquals(visible(clean), clean, JSON.stringify(text));
    assertEquals(UNSEEN.exec(present(text, "m")), null, JSON.stringify(text));
  }
});

Deno.test.each([
  ["plain é 漢字 😀\tand\nlines", "plain é 漢字 😀\tand\nlines"],
  ["one\r\ntwo\rthree", "one\ntwo\nthree"],
  ["\x1b[1;31mred\x1b[0m", "red"],
  ["\x1b]0;title\x07text", "text"],
  ["\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"],
  ["\x1b]0;never ended\nnext line", "\nnext line"],
  ["\x1b(Bx\x1b7", "(Bx7"],
  ["a\u202eb\u2066c\u200fd\u061ce", "abcde"],
  ["a\u200bb\u200cc\u2060d\ufeffe\u00adf\u180eg", "abcdefg"],
  ["a\u{e0049}\u{e0067}b\ufe0f\u{e0100}c", "abc"],
  ["a\u2028b\u2029c", "abc"],
  ["a\u0000b\u0007c\u007fd\u0085e", "abcde"],
  ["a\ufdd0b\ufdd1c\ufdefd\uffffe\u{1fffe}f", "abcdef"],
  ["half \ud83d pair", "half \ufffd pair"],
  ["\udb40\u200b\udc41", "\ufffd\ufffd"],
])("visible() reads %j as %j", (text, expected) => {
  assertEquals(visible(text), expected);
});

Deno.test("quote() keeps both ends of a long text and says what is left out", () => {
  const text = `first${"x".repeat(10_000)}last`;
  const result = present(quote(text, 100), "m");
  assertMatch(
    result,
    /^<<data-m firstx{45}\n\[… 9909 characters left out …\]\nx{46}last m-data>>$/,
  );
});

Deno.test("quote() leaves a text that just fits alone", () => {
  assertEquals(
    present(quote("x".repeat(100), 100), ""),
    `<<data- ${"x".repeat(100)} -data>>`,
  );
});

Deno.test("quote() accounts for every character, wherever it cuts", () => {
  const random = randomFrom(3);
  for (let round = 0; round < 500; round++) {
    const text = "😀a".repeat(random.below(50));
    const max = random.below(60);
    const inside = present(quote(text, max), "m").slice(9, -9);
    assert(inside.isWellFormed());
    const cut = /^(.*)\n\[… (\d+) characters left out …\]\n(.*)$/.exec(inside);
    if (!cut) assertEquals(inside, text);
    const [, head = inside, left = "0", tail = ""] = cut ?? [];
    assertEquals(head.length + Number(left) + tail.length, text.length);
    assert(head.length + tail.length <= max, `${max}: ${inside}`);
  }
});

Deno.test("nameOf() makes one short line", () => {
  assertEquals(nameOf("  my\r\n\tproject\u202e  "), "my project");
  assertEquals(nameOf("x".repeat(200)), "x".repeat(200));
  assertEquals(nameOf("x".repeat(201)), `${"x".repeat(199)}…`);
  assertEquals(nameOf("a😀😀", 3), "a\ufffd…");
});

Deno.test("present() lets no escape sequence swallow a fence", () => {
  for (const start of ["\x1b]0;", "\x1b", "\x1b[", "\x9d"]) {
    const result = present(`run ${start}${quote("text")} ended`, "m");
    assertMatch(result, /<<data-m text m-data>> ended$/);
  }
});

Deno.test("presentAll() reaches every string, keys included", () => {
  const value = {
    plain: 1,
    none: null,
    yes: true,
    list: [quote("a"), { ["k\u202ey"]: "b\x1b[0m" }],
  };
  assertEquals<unknown>(presentAll(value, "m"), {
    plain: 1,
    none: null,
    yes: true,
    list: ["<<data-m a m-data>>", { ky: "b" }],
  });
});

Deno.test("newMarker() is eight hexadecimal digits, and never the same", () => {
  const markers = Array.from({ length: 100 }, newMarker);
  assertEquals(new Set(markers).size, 100);
  for (const marker of markers) assertMatch(marker, /^[0-9a-f]{8}$/);
});

Deno.test("startOf() leaves no quote open, wherever it cuts", () => {
  const text = `before ${quote("first")} between ${quote("second")} after`;
  for (let max = 0; max <= text.length; max++) {
    const shown = present(startOf(text, max), "0badcafe");
    const [opened, closed] = ["<<data-0badcafe ", " 0badcafe-data>>"]
      .map((mark) => shown.split(mark).length - 1);
    assertEquals(opened, closed, shown);
    assertEquals(/<<data-0badcafe {2}0badcafe-data>>/.test(shown), false);
    assert(shown.endsWith("…") || /…? 0badcafe-data>>|after$/.test(shown));
  }
  assertEquals(startOf(text, text.length), text);
});

Deno.test("withShortQuotes() cuts each quote in its middle, and nothing else", () => {
  const long = `head${"x".repeat(500)}tail`;
  const text = `${"ours ".repeat(50)}${quote(long)} and ${quote("short")}`;
  const shown = present(withShortQuotes(text, 40), "0badcafe");
  assert(shown.startsWith("ours ".repeat(50)));
  assertMatch(shown, /head.*characters left out.*tail 0badcafe-data>>/s);
  assertMatch(shown, /<<data-0badcafe short 0badcafe-data>>$/);
  assertEquals(withShortQuotes(text, 1000), text);
});
