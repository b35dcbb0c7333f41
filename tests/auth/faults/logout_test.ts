/** Faults while a token is revoked: a logout never fails for them. */
import { assertEquals } from "@std/assert";
import { FAULTS, openFaultBed } from "./bed.ts";

for (const leg of ["discovery", "revocation"] as const) {
  for (const [what, { fault, isSpent = false }] of Object.entries(FAULTS)) {
    // A revocation's answer is its status, so a lost or odd body is no matter.
    if (leg === "revocation" && (isSpent || fault.kind === "not_json")) {
      continue;
    }
    // The issuer has its document in two places.
    const times = leg === "discovery" ? 3 : 1;

    Deno.test(`a logout whose ${leg} meets ${what} forgets the login, and says that nothing was revoked`, async () => {
      await using bed = await openFaultBed();
      await bed.logIn();
      await bed.call("list_projects");
      bed.fail(leg, fault, { times });
      const { data, text } = await bed.call("logout");
      assertEquals([data.logged_out, data.revoked], [true, false], text);
      bed.sandbox.issuer?.faults.clear();
      await bed.logIn();
      assertEquals((await bed.call("list_projects")).isError, false);
      const again = await bed.call("logout");
      assertEquals([again.data.logged_out, again.data.revoked], [true, true]);
      bed.assertNoSecrets();
    });
  }
}
