import { assertEquals } from "@std/assert";
import { type ErrorCode, FIX_BY, ToolError } from "../src/errors.ts";

/** The closed codes, by who can act. */
const CODES = {
  agent:
    "invalid_argument not_found ambiguous scope_missing different_endpoint run_finished over_budget",
  retry: "unavailable rate_limited timeout login_starting refresh_busy",
  person:
    "login_required login_declined login_denied login_expired credentials_required not_configured config_invalid config_conflict permission_missing endpoint_unreachable tls_untrusted not_flyte_endpoint sso_redirect command_failed person_required declined confirmation_unavailable",
  admin: "permission_denied token_rejected grant_not_allowed unimplemented",
};

Deno.test.each(Object.entries(CODES))(
  "ToolError says of its codes that the %s can act",
  (fixBy, codes) => {
    const known = Object.entries(FIX_BY).filter(([, by]) => by === fixBy);
    assertEquals(known.map(([code]) => code), codes.split(" "));
    for (const [code] of known) {
      // Object.entries widens the keys to string.
      const error = new ToolError(code as ErrorCode, "What", {
        nextStep: "Do",
      });
      assertEquals(error.fixBy, fixBy);
    }
  },
);

Deno.test("ToolError has no codes but those", () => {
  const all = Object.values(CODES).join(" ").split(" ");
  assertEquals(Object.keys(FIX_BY).toSorted(), all.toSorted());
});

Deno.test("ToolError holds null for what is not known", () => {
  const error = new ToolError("not_found", "No such run", { nextStep: "Look" });
  assertEquals(
    [error.message, error.nextStep, error.retryAfterS, error.requestId],
    ["No such run", "Look", null, null],
  );
  assertEquals(error.scope, null);
});

Deno.test("ToolError keeps what it was made from", () => {
  const cause = new RangeError("Below");
  const error = new ToolError("timeout", "Late", {
    nextStep: "Wait",
    retryAfterS: 3,
    requestId: "r-1",
    scope: { project: "p" },
    cause,
  });
  assertEquals(error.cause, cause);
  assertEquals([error.retryAfterS, error.requestId], [3, "r-1"]);
  assertEquals(error.scope, { project: "p" });
});
