import { assertEquals, assertThrows } from "@std/assert";
import { base32 } from "../../../sandbox/plane/dataproxy/base32.ts";
import { decodeMsgpack } from "../../../sandbox/plane/translator/msgpack.ts";

const BASE32: [string, string][] = [
  ["", ""],
  ["f", "MY======"],
  ["fo", "MZXQ===="],
  ["foobar", "MZXW6YTBOI======"],
];

for (const [plain, encoded] of BASE32) {
  Deno.test(`base32() encodes ${JSON.stringify(plain)}`, () => {
    assertEquals(base32(new TextEncoder().encode(plain)), encoded);
  });
}

Deno.test("decodeMsgpack() reads what dataclasses are made of", () => {
  const bytes = Uint8Array.fromHex(
    "84a26c72cb3fb999999999999aa66c617965727392 0102a46e616d65c0a26f6bc3"
      .replaceAll(" ", ""),
  );
  const value = { lr: 0.1, layers: [1, 2], name: null, ok: true };
  assertEquals(decodeMsgpack(bytes), value);
});

Deno.test("decodeMsgpack() refuses bytes that end too early", () => {
  assertThrows(() => decodeMsgpack(new Uint8Array([0x92, 0x01])));
});
