/** Big values: what is kept, what is cut, and how to get the rest. */
import type { JsonValue } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decodeLiteral,
  decodeLiterals,
} from "../../../src/client/literals/decode.ts";
import {
  collection,
  fenced,
  integer,
  literal,
  MARKER,
  named,
  presented,
  presentedBytes,
  string,
} from "./literals.ts";

const SENTENCE = "All work and no play. ";

function numbers(count: number): JsonValue {
  return collection(...Array.from({ length: count }, (_, i) => integer(i)));
}

function struct(value: JsonValue): JsonValue {
  return { scalar: { generic: value } };
}

/** A member of a JSON object. */
function member(value: JsonValue | undefined, key: string | number) {
  // Tests know the shape of what they decode.
  return (value as Record<string, JsonValue> | undefined)?.[key];
}

Deno.test("decodeLiterals() shows everything when it fits to the byte", () => {
  const values = named({ o0: string("two words"), o1: numbers(200) });
  const whole = decodeLiterals(values, undefined);
  const bytes = presentedBytes(whole.value);
  const fitting = decodeLiterals(values, undefined, { maxBytes: bytes });
  const cut = decodeLiterals(values, undefined, { maxBytes: bytes - 1 });
  assertEquals(fitting, whole);
  assertEquals([whole.isCut, fitting.isCut, cut.isCut], [false, false, true]);
});

Deno.test("decodeLiterals() keeps small values whole beside a big one", () => {
  const values = named({
    big: string(SENTENCE.repeat(1_000)),
    n: integer(3),
    name: string("two words"),
  });
  const value = presented(
    decodeLiterals(values, undefined, { maxBytes: 1_000 }),
  );
  assertEquals(member(value, "n"), 3);
  assertEquals(member(value, "name"), fenced("two words"));
  assertEquals(member(member(value, "big"), "cut"), "text");
});

Deno.test("decodeLiterals() shares the budget among big values", () => {
  const long = string(SENTENCE.repeat(1_000));
  const values = named({ a: long, b: long, c: long });
  const { value } = decodeLiterals(values, undefined, { maxBytes: 3_000 });
  const sizes = ["a", "b", "c"].map((key) =>
    presentedBytes(member(value, key) ?? null)
  );
  assert(sizes.every((bytes) => bytes > 800 && bytes < 1_000), `${sizes}`);
});

Deno.test("decodeLiterals() holds each value to its own limit", () => {
  const values = named({ a: string(SENTENCE.repeat(100)), n: integer(3) });
  const options = { maxBytes: 10_000, maxValueBytes: 300 };
  const { value, isCut } = decodeLiterals(values, undefined, options);
  assertEquals(isCut, true);
  assertEquals(member(value, "n"), 3);
  assert(presentedBytes(member(value, "a") ?? null) <= 300);
  const alone = decodeLiterals(values, undefined, { ...options, path: "a" });
  assertEquals(alone.isCut, false);
});

Deno.test("decodeLiteral() cuts a text at its end and says where it goes on", () => {
  const text = SENTENCE.repeat(100);
  const value = literal(string(text));
  const cut = presented(decodeLiteral(value, null, { maxBytes: 300 }));
  const start = String(member(cut, "start"));
  const shown = start.length - fenced("").length;
  assertEquals(start, fenced(text.slice(0, shown)));
  assertEquals(cut, {
    cut: "text",
    characters: 2_200,
    start,
    path: `[${shown}:]`,
  });
});

for (const character of ['"', "\\", "\n", "\t", "é", "→", "🚀"]) {
  Deno.test(`decodeLiteral() counts the bytes of ${JSON.stringify(character)} when it cuts`, () => {
    const value = literal(string(character.repeat(500)));
    const cut = decodeLiteral(value, null, { maxBytes: 400 });
    const bytes = presentedBytes(cut.value);
    assertEquals(member(cut.value, "cut"), "text");
    assert(bytes <= 400 && bytes > 390, `${bytes}`);
  });
}

Deno.test("decodeLiteral() shows the first items of a long list and where it goes on", () => {
  const { value } = decodeLiteral(literal(numbers(5_000)), null, {
    maxBytes: 256,
  });
  assert(Array.isArray(value));
  const shown = value.length - 1;
  assertEquals(
    value.slice(0, shown),
    Array.from({ length: shown }, (_, i) => i),
  );
  assertEquals(value[shown], {
    cut: "list",
    items: 5_000,
    bytes: 23_891,
    path: `[${shown}:]`,
  });
  assert(shown > 50, `${shown}`);
});

Deno.test("decodeLiteral() shows a part of each item of a short list", () => {
  const rows = collection(numbers(5_000), numbers(5_000), integer(7));
  const { value } = decodeLiteral(literal(rows), null, { maxBytes: 1_000 });
  assert(Array.isArray(value));
  const [first, second, third] = value;
  assert(Array.isArray(first) && Array.isArray(second));
  assertEquals(member(first.at(-1), "path"), `[0][${first.length - 1}:]`);
  assertEquals(member(second.at(-1), "path"), `[1][${second.length - 1}:]`);
  assertEquals(third, 7);
});

Deno.test("decodeLiteral() counts from the beginning where it was asked from the end", () => {
  const rows = literal(collection(integer(7), numbers(5_000)));
  const options = { maxBytes: 300, path: "[-1]" };
  const { value } = decodeLiteral(rows, null, options);
  assert(Array.isArray(value));
  assertEquals(member(value.at(-1), "path"), `[1][${value.length - 1}:]`);
});

Deno.test("decodeLiteral() shows a part of the first item when no item fits", () => {
  const rows = collection(...Array.from({ length: 30 }, () => numbers(1_000)));
  const { value } = decodeLiteral(literal(rows), null, { maxBytes: 500 });
  assert(Array.isArray(value));
  const [first, rest] = value;
  assertEquals(value.length, 2);
  assert(Array.isArray(first));
  assertEquals(member(first.at(-1), "cut"), "list");
  assertEquals(member(rest, "path"), "[1:]");
});

Deno.test("decodeLiteral() shows the first fields of a large object and where it goes on", () => {
  const fields = Object.fromEntries(
    Array.from({ length: 500 }, (_, i) => [`key_${i}`, i]),
  );
  const { value } = decodeLiteral(literal(struct(fields)), null, {
    maxBytes: 256,
  });
  const names = Object.keys(value ?? {});
  const shown = names.length - 1;
  assertEquals(names.slice(0, shown), Object.keys(fields).slice(0, shown));
  assertEquals(member(member(value, "…"), "path"), `[${shown}:]`);
  assertEquals(member(member(value, "…"), "fields"), 500);
});

Deno.test("decodeLiteral() tells a field named … from its own marker", () => {
  const value = literal(struct({ "…": 1 }));
  assertEquals(decodeLiteral(value, null).value, { "… (2)": 1 });
});

Deno.test("decodeLiteral() tells fields apart whose names look the same", () => {
  const value = literal(struct({ "a\u200b": 1, a: 2, " a ": 3 }));
  const { value: decoded } = decodeLiteral(value, null);
  assertEquals(decoded, { a: 1, "a (2)": 2, "a (3)": 3 });
  assertEquals(decodeLiteral(value, null, { path: '["a (2)"]' }).value, 2);
});

Deno.test("decodeLiteral() gives the size alone when not even a marker fits", () => {
  const key = "k".repeat(199);
  const nested = struct({ [key]: { [key]: SENTENCE.repeat(100) } });
  const path = `${key}.${key}[5:]`;
  const { value } = decodeLiteral(literal(nested), null, { maxBytes: 1, path });
  assertEquals(value, { cut: "value", bytes: 2_195 + 2 + 32 });
});

/** Everything behind the markers of a list or a text, page by page. */
function collect(page: (path: string) => JsonValue, start: string): string {
  let all = "";
  for (let path: string | undefined = start; path !== undefined;) {
    const value = page(path);
    const [shown, marker] = split(value);
    all += shown;
    const next = marker === undefined
      ? undefined
      : String(member(marker, "path"));
    assert(next !== path, `${path} does not go on`);
    path = next;
  }
  return all;
}

function split(value: JsonValue): [string, JsonValue | undefined] {
  const bare = (text: JsonValue | undefined) =>
    String(text).replace(`<<data-${MARKER} `, "")
      .replace(` ${MARKER}-data>>`, "");
  if (!Array.isArray(value)) {
    return member(value, "cut")
      ? [bare(member(value, "start")), value]
      : [bare(value), undefined];
  }
  const isCut = typeof value.at(-1) === "object";
  const items = isCut ? value.slice(0, -1) : value;
  return [
    items.map((item) => `${item};`).join(""),
    isCut ? value.at(-1) : undefined,
  ];
}

Deno.test("decodeLiterals() leads to all of a list, page by page", () => {
  const values = named({
    o0: struct({ rows: Array.from({ length: 700 }, (_, i) => i) }),
  });
  const page = (path: string) =>
    presented(decodeLiterals(values, undefined, { path, maxBytes: 400 }));
  const expected = Array.from({ length: 700 }, (_, i) => `${i};`).join("");
  assertEquals(collect(page, "o0.rows"), expected);
  assertEquals(collect(page, "o0.rows[10:600]"), expected.slice(20, 2290));
});

Deno.test("decodeLiterals() leads to all of any text, page by page", () => {
  const text = fc.string({ unit: "grapheme", minLength: 300, maxLength: 1_500 })
    .filter((one) => !one.includes("data-") && !/[\ufdd0-\ufdef]/.test(one));
  fc.assert(fc.property(text, (given) => {
    const values = named({ o0: string(given) });
    const page = (path: string) =>
      presented(decodeLiterals(values, undefined, { path, maxBytes: 256 }));
    const whole = presented(
      decodeLiterals(values, undefined, { path: "o0", maxBytes: 100_000 }),
    );
    assertEquals(collect(page, "o0"), split(whole)[0]);
  }));
});
