/** Faults while a kept token is renewed: the login outlives them all. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { MemoryLoginStore } from "../../../src/auth/store/memory_login_store.ts";
import {
  assertTold,
  type FaultBed,
  FAULTS,
  openFaultBed,
  refused,
} from "./bed.ts";

/** A bed with a login that Flyte has taken, and where it is kept. */
async function openLoggedIn() {
  const logins = new MemoryLoginStore();
  const bed = await openFaultBed({ logins });
  await bed.logIn();
  await bed.call("list_projects");
  return { ...bed, logins };
}

/** The refresh token that is kept. */
async function keptIn(
  { logins, sandbox }: FaultBed & { logins: MemoryLoginStore },
): Promise<string | undefined> {
  const [identity] = await logins.identities(sandbox.endpoint);
  const record = identity && await logins.read(identity);
  return record?.kept?.token.refreshToken?.reveal();
}

for (const [what, known] of Object.entries(FAULTS)) {
  if (known.isSpent) continue;

  Deno.test(`a renewal that meets ${what} is told, keeps the token, and works at the next call`, async () => {
    await using bed = await openLoggedIn();
    const before = await keptIn(bed);
    assertEquals(typeof before, "string");
    bed.fail("token", known.fault);
    assertTold(await refused(bed), known);
    assertEquals(await keptIn(bed), before);
    assertEquals(bed.asked("refresh_token"), 1);
    assertEquals((await refused(bed)).isError, false);
    assertEquals(bed.asked("refresh_token"), 2);
    assertEquals(bed.asked("device_authorization"), 1);
    bed.assertNoSecrets();
  });
}

for (const [what, known] of Object.entries(FAULTS)) {
  if (!known.isSpent) continue;

  Deno.test(`a renewed token that comes in ${what} costs one login, which says why`, async () => {
    await using bed = await openLoggedIn();
    bed.fail("token", known.fault);
    assertTold(await refused(bed), known);
    const asked = await refused(bed);
    assertEquals(asked.data.status, "login_required", asked.text);
    assertStringIncludes(asked.text, "in the middle of renewing");
    assertEquals(bed.asked("refresh_token"), 2);
    await bed.logIn();
    assertEquals((await bed.call("list_projects")).isError, false);
    bed.assertNoSecrets();
  });

  Deno.test(`an issuer that allows some reuse gives once more what came in ${what}`, async () => {
    await using bed = await openFaultBed({
      sandbox: { issuer: { reuseLeewayMs: 60_000 } },
    });
    await bed.logIn();
    await bed.call("list_projects");
    bed.fail("token", known.fault);
    assertTold(await refused(bed), known);
    assertEquals((await refused(bed)).isError, false);
    assertEquals(bed.asked("device_authorization"), 1);
  });
}
