/** Faults while the browser's code is exchanged for a token. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { approveAuthorization } from "../../../sandbox/issuer/person.ts";
import { freePort } from "../../free_port.ts";
import { assertTold, type FaultBed, FAULTS, openFaultBed } from "./bed.ts";

/** A bed with a browser login whose person has signed in. */
async function openSignedIn(): Promise<FaultBed & { address: string }> {
  const redirectUri = `http://localhost:${freePort()}/callback`;
  const bed = await openFaultBed({
    env: { FLYTE_AUTH_TYPE: "Pkce" },
    sandbox: { client: { redirectUri } },
  });
  const { data } = await bed.call("whoami");
  return {
    ...bed,
    address: await approveAuthorization(data.authorization_url),
  };
}

/** What the browser shows at an address. */
async function pageOf(address: string): Promise<string> {
  return await (await fetch(address)).text();
}

for (const [what, known] of Object.entries(FAULTS)) {
  if (known.isSpent) continue;

  Deno.test(`a browser login that meets ${what} is finished when the page is loaded again`, async () => {
    await using bed = await openSignedIn();
    bed.fail("token", known.fault, { times: 2 });
    for (let tries = 0; tries < 2; tries++) {
      const page = await pageOf(bed.address);
      assertStringIncludes(page, "Load this page again in a moment");
    }
    const pending = await bed.call("auth_status");
    assertEquals(pending.data.login, "pending", pending.text);
    assertStringIncludes(await pageOf(bed.address), "You are logged in");
    assertEquals((await bed.call("whoami")).data.identity, "known");
    assertEquals(bed.asked("authorization_code"), 3);
    bed.assertNoSecrets();
  });

  Deno.test(`a pasted address that meets ${what} can be pasted again`, async () => {
    await using bed = await openSignedIn();
    bed.fail("token", known.fault);
    const paste = { callback_url: bed.address };
    assertTold(await bed.call("login", paste), known);
    const done = await bed.call("login", paste);
    assertEquals(done.data.logged_in, true, done.text);
    assertEquals(bed.asked("authorization_code"), 2);
    bed.assertNoSecrets();
  });
}

for (const [what, known] of Object.entries(FAULTS)) {
  if (!known.isSpent) continue;

  Deno.test(`a browser's token that comes in ${what} costs one login, and says so`, async () => {
    await using bed = await openSignedIn();
    bed.fail("token", known.fault);
    const paste = { callback_url: bed.address };
    assertTold(await bed.call("login", paste), known);
    const over = await bed.call("login", paste);
    assertEquals(over.data.error.code, "login_expired", over.text);
    assertStringIncludes(over.text, "call login for a new");
    const { data } = await bed.call("login");
    assertEquals(data.flow, "new");
    await pageOf(await approveAuthorization(data.authorization_url));
    assertEquals((await bed.call("whoami")).data.identity, "known");
    bed.assertNoSecrets();
  });
}
