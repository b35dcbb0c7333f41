/** What a refresh may not cost: the refresh token, or the login. */
import { assertEquals } from "@std/assert";
import type { IssuerFault } from "../../sandbox/issuer/faults.ts";
import { openTestBed, type TestBed } from "../harness.ts";

/** Has the next call refused, so that it refreshes the token. */
async function refreshing(bed: TestBed) {
  bed.sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  return await bed.call("list_projects");
}

/** How often the issuer was asked for this. */
function askedFor(
  { sandbox }: TestBed,
  what: "refresh_token" | "device_authorization",
): number {
  return sandbox.issuer?.requests
    .filter(({ grant, endpoint }) => what === grant || what === endpoint)
    .length ?? 0;
}

Deno.test("a refresh that brings no refresh token keeps the one before", async () => {
  await using bed = await openTestBed({
    sandbox: { issuer: { rotateRefreshTokens: false } },
  });
  await bed.logIn();
  await bed.call("list_projects");
  bed.sandbox.issuer?.faults.next("token", {
    kind: "omit",
    fields: ["refresh_token"],
  });
  assertEquals((await refreshing(bed)).isError, false);
  assertEquals((await refreshing(bed)).isError, false);
  assertEquals(askedFor(bed, "refresh_token"), 2);
});

/** Ways in which a refresh fails that say nothing about the refresh token. */
const FAILURES: Readonly<Record<string, IssuerFault>> = {
  "a 503": { kind: "status", status: 503 },
  "a 429": { kind: "status", status: 429 },
  "a dropped connection": { kind: "drop" },
  "a reset connection": { kind: "reset" },
  "a page": { kind: "not_json", body: "<h1>Maintenance</h1>" },
};

for (const [what, fault] of Object.entries(FAILURES)) {
  Deno.test(`a login outlives a refresh that ended with ${what}`, async () => {
    await using bed = await openTestBed();
    await bed.logIn();
    await bed.call("list_projects");
    bed.sandbox.issuer?.faults.next("token", fault);
    const failed = await refreshing(bed);
    assertEquals(failed.data.error.fix_by, "retry");
    assertEquals((await refreshing(bed)).isError, false);
    assertEquals(askedFor(bed, "device_authorization"), 1);
  });
}
