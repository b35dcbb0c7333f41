import { assertEquals, assertThrows } from "@std/assert";
import {
  readBoolean,
  readCommand,
  readHeaders,
  readList,
  readResultBytes,
  readText,
} from "../../src/config/values.ts";

Deno.test.each([
  ["true", true],
  [" TRUE ", true],
  ["1", true],
  [1, true],
  [true, true],
  ["off", false],
  ["No", false],
  [0, false],
  [false, false],
])("readBoolean() reads %j as %s", (raw, expected) => {
  assertEquals(readBoolean(raw), expected);
});

Deno.test.each([["maybe"], ["truee"], [2], [null], [["true"]], [{}]])(
  "readBoolean() refuses %j",
  (raw) => {
    assertThrows(() => readBoolean(raw), SyntaxError);
  },
);

Deno.test.each([
  ["a", ["a"]],
  ["a,b", ["a", "b"]],
  [" a , ,b,", ["a", "b"]],
  ['["a, b", "c"]', ["a, b", "c"]],
  [["a", 2], ["a", "2"]],
  ["[]", []],
  ["", []],
])("readList() reads %j", (raw, expected) => {
  assertEquals(readList(raw), [...expected]);
});

Deno.test.each([["["], ['["a"'], [[{}]], [[["a"]]], [{ a: 1 }], [true]])(
  "readList() refuses %j",
  (raw) => {
    assertThrows(() => readList(raw), SyntaxError);
  },
);

Deno.test.each([[true], [null], [undefined], [["a"]], [{}], [new Date(0)]])(
  "readText() refuses %j",
  (raw) => {
    assertThrows(() => readText(raw), SyntaxError);
  },
);

Deno.test.each([
  ["made-up"],
  ["=made-up"],
  ["x y=made-up"],
  ["x=made\u0000up"],
  ["x=made\nup"],
  ["{}"],
  ['{"x":"made-up"'],
  ['{"x":null}'],
  ['{"x":["made-up"]}'],
  ["{x: made-up}"],
])("readHeaders() refuses %j without repeating it", (raw) => {
  const error = assertThrows(() => readHeaders(raw), SyntaxError);
  assertEquals(/made|up/.test(error.message), false);
});

Deno.test.each([
  ["gcloud auth print-access-token", ["gcloud", "auth", "print-access-token"]],
  ["  aws   sso\tget ", ["aws", "sso", "get"]],
  ["token --for 'ada l.' \"x y\"", ["token", "--for", "ada l.", "x y"]],
  ["echo $HOME ~ `id` $(id) *", ["echo", "$HOME", "~", "`id`", "$(id)", "*"]],
  ['["my token", "--for", "a b"]', ["my token", "--for", "a b"]],
  [["token", "--port", 8080], ["token", "--port", "8080"]],
])("readCommand() reads %j", (raw, expected) => {
  assertEquals(readCommand(raw), [...expected]);
});

Deno.test.each([[""], ["  "], ["[]"], [[]], ["token 'half"], ["['a']"], [
  null,
]])(
  "readCommand() refuses %j",
  (raw) => {
    assertThrows(() => readCommand(raw), SyntaxError);
  },
);

Deno.test.each([["6144", 6144], [" 20480 ", 20_480], [65_536, 65_536]])(
  "readResultBytes() reads %j as %s",
  (raw, expected) => {
    assertEquals(readResultBytes(raw), expected);
  },
);

Deno.test.each([["6143"], ["65537"], ["0"], ["-8192"], ["8k"], ["8192.5"], [
  "1e4",
], [""]])(
  "readResultBytes() refuses %j",
  (raw) => {
    assertThrows(() => readResultBytes(raw), RangeError, "6144 to 65536");
  },
);
