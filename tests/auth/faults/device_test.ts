/** Faults while a device login is started and while it is waited for. */
import { assert, assertEquals } from "@std/assert";
import { systemClock } from "../../../src/clock.ts";
import { approve } from "../../harness.ts";
import { impatientClock } from "../../tools/clocks.ts";
import { assertTold, FAULTS, openFaultBed } from "./bed.ts";

for (const [what, known] of Object.entries(FAULTS)) {
  Deno.test(`a device login that begins with ${what} is told, and the next call begins it`, async () => {
    await using bed = await openFaultBed();
    bed.fail("device_authorization", known.fault);
    assertTold(await bed.call("whoami"), known);
    assertEquals(bed.asked("device_authorization"), 1);
    await bed.logIn();
    assertEquals((await bed.call("whoami")).data.identity, "known");
    assertEquals(bed.asked("device_authorization"), 2);
    bed.assertNoSecrets();
  });
}

for (const [what, { fault, retryAfterS, isSpent }] of Object.entries(FAULTS)) {
  // The answer that brings the token is another matter, see below.
  if (isSpent) continue;

  Deno.test(`a device login that is polled in vain with ${what} goes on with the same code`, async () => {
    const clock = impatientClock();
    await using bed = await openFaultBed({ clock });
    const hasRetryAfter = what.endsWith("with Retry-After");
    const times = hasRetryAfter ? 1 : 3;
    bed.fail("token", fault, { times });
    const asked = await bed.call("whoami");
    await approve(asked);
    const status = await bed.call("auth_status", { wait_seconds: 25 });
    assertEquals(status.data.logged_in, true, status.text);
    assertEquals((await bed.call("whoami")).data.identity, "known");
    assertEquals(bed.asked("device_authorization"), 1);
    assertEquals(bed.asked("device_code"), times + 1);
    assertEquals(clock.paused.includes(retryAfterS), hasRetryAfter);
    bed.assertNoSecrets();
  });
}

/** A clock at which nobody polls before the person is done. */
function heldClock() {
  const done = Promise.withResolvers<void>();
  return {
    now: systemClock.now,
    random: () => 0,
    sleep: async (ms: number, signal?: AbortSignal) => {
      if (ms <= 400) await done.promise;
      await systemClock.sleep(ms, signal);
    },
    done: done.resolve,
  };
}

for (const [what, { fault, isSpent }] of Object.entries(FAULTS)) {
  if (!isSpent) continue;

  Deno.test(`a token that comes in ${what} costs one code, and says so`, async () => {
    const clock = heldClock();
    await using bed = await openFaultBed({ clock });
    const asked = await bed.call("whoami");
    await approve(asked);
    bed.fail("token", fault);
    clock.done();
    const status = await bed.call("auth_status", { wait_seconds: 20 });
    const { code, fix_by } = status.data.error;
    assertEquals([code, fix_by], ["login_expired", "person"], status.text);
    assertEquals(bed.asked("device_code"), 2);
    const again = await bed.call("login");
    assert(again.data.user_code !== asked.data.user_code);
    await approve(again);
    await bed.call("auth_status", { wait_seconds: 20 });
    assertEquals((await bed.call("whoami")).data.identity, "known");
    bed.assertNoSecrets();
  });
}
