import { assertEquals } from "@std/assert";
import { Secret } from "../../src/config/secret.ts";
import { printed } from "./printed.ts";

Deno.test("Secret tells its value only to who asks", () => {
  for (const secret of [new Secret("hunter2"), new Secret(() => "hunter2")]) {
    assertEquals(secret.reveal(), "hunter2");
    assertEquals(printed(secret).includes("hunter2"), false);
    assertEquals(printed({ deep: [{ secret }] }).includes("hunter2"), false);
    assertEquals(Object.keys({ ...secret }), []);
  }
});
