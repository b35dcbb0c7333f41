import { assertEquals } from "@std/assert";
import { retryAfterOf } from "../../src/http/retry_after.ts";

const DATE = "Sat, 01 Aug 2026 12:00:00 GMT";

Deno.test.each([
  ["0", 0],
  ["12", 12],
  ["Sat, 01 Aug 2026 12:01:30 GMT", 90],
  ["Sat, 01 Aug 2026 12:00:00 GMT", 0],
  ["soon", null],
  ["-1", null],
  ["1.5", null],
  ["", null],
])("retryAfterOf() reads %j as %s seconds", (value, expected) => {
  const headers = new Headers({ date: DATE, "retry-after": value });
  assertEquals(retryAfterOf({ headers }), expected);
});

Deno.test("retryAfterOf() knows nothing without the header, or its clock", () => {
  assertEquals(retryAfterOf({ headers: new Headers() }), null);
  const headers = new Headers({ "retry-after": DATE });
  assertEquals(retryAfterOf({ headers }), null);
});
