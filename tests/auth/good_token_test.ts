/** A token that is about to run out, and an issuer that cannot be asked. */
import { assertEquals } from "@std/assert";
import type { IssuerFault } from "../../sandbox/issuer/faults.ts";
import { systemClock } from "../../src/clock.ts";
import { openTestBed } from "../harness.ts";

/** The machine's clock, which can be put forward. */
function movableClock() {
  let ahead = 0;
  return {
    now: () => systemClock.now() + ahead,
    sleep: systemClock.sleep,
    forward: (seconds: number) => {
      ahead += seconds * 1000;
    },
  };
}

const SILENCES: Readonly<Record<string, IssuerFault>> = {
  "answers 503": { kind: "status", status: 503 },
  "hangs up": { kind: "drop" },
};

for (const [what, fault] of Object.entries(SILENCES)) {
  Deno.test(`a good token is used until its end while the issuer ${what}`, async () => {
    const clock = movableClock();
    await using bed = await openTestBed({
      clock,
      sandbox: { seeded: false, issuer: { accessTokenSeconds: 3600 } },
    });
    await bed.logIn();
    bed.sandbox.issuer?.faults.next("token", fault, { times: 9 });
    clock.forward(3570);
    assertEquals((await bed.call("list_projects")).data.status, "ok");
    clock.forward(60);
    const { data } = await bed.call("list_projects");
    assertEquals(data.error?.fix_by, "retry");
  });
}
