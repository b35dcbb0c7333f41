/** Faults of Flyte itself, called with a token: the token is not to blame. */
import { assertEquals } from "@std/assert";
import { openFaultBed } from "./bed.ts";
import { impatientClock } from "../../tools/clocks.ts";
import { AT_FLYTE, LONGEST_PAUSE_MS } from "./flyte.ts";

for (const [what, { fault, code, attempts }] of Object.entries(AT_FLYTE)) {
  Deno.test(`a call with a token that meets ${what} is told, and costs no token`, async () => {
    const clock = impatientClock();
    await using bed = await openFaultBed({ clock });
    await bed.logIn();
    await bed.call("list_projects");
    const { faults, requests } = bed.sandbox.ingress;
    const listed = () =>
      requests.filter(({ path }) => path.includes("ListProjects")).length;
    const before = listed();
    faults.next("ListProjects", fault, { times: attempts });
    const { data, text } = await bed.call("list_projects");
    assertEquals([data.error?.code, data.error?.fix_by], [code, "retry"], text);
    assertEquals(listed() - before, attempts);
    clock.advance(LONGEST_PAUSE_MS);
    assertEquals((await bed.call("auth_status")).data.logged_in, true);
    assertEquals((await bed.call("list_projects")).isError, false);
    assertEquals(bed.asked("refresh_token"), 0);
    assertEquals(bed.asked("device_authorization"), 1);
    bed.assertNoSecrets();
  });
}
