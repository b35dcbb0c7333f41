import { assertEquals } from "@std/assert";
import { retryAfterOf } from "../../src/http/retry_after.ts";

const DATE = "Sat, 01 Aug 2026 12:00:00 GMT";

Deno.test.each([
  ["0", 0],
  ["12", 12],
  [" 12 ", 12],
  ["Sat, 01 Aug 2026 12:01:30 GMT", 90],
  ["Saturday, 01-Aug-26 12:01:30 GMT", 90],
  ["Sat Aug  1 12:01:30 2026", 90],
  ["Sat, 01 Aug 2026 12:00:00 GMT", 0],
  ["Sat, 01 Aug 2026 11:00:00 GMT", 0],
  ["Sat, 99 Aug 2026 12:00:00 GMT", null],
  // No number that a computer has is as large.
  ["9".repeat(400), null],
  ["soon", null],
  ["2027", 2027],
  ["-1", null],
  ["1.5", null],
  ["", null],
])("retryAfterOf() reads %j as %s seconds", (value, expected) => {
  const headers = new Headers({ date: DATE, "retry-after": value });
  assertEquals(retryAfterOf({ headers }), expected);
});

Deno.test("retryAfterOf() knows nothing without the header, or any clock", () => {
  assertEquals(retryAfterOf({ headers: new Headers() }), null);
  const headers = new Headers({ "retry-after": DATE });
  assertEquals(retryAfterOf({ headers }), null);
});

for (const date of [undefined, "yesterday"]) {
  const said = date ?? "not said";
  Deno.test(`retryAfterOf() counts from our own time when the server's is ${said}`, () => {
    const headers = new Headers({ "retry-after": DATE });
    if (date) headers.set("date", date);
    assertEquals(retryAfterOf({ headers }, Date.parse(DATE) - 5000), 5);
  });
}
