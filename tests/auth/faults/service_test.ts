/** Faults while a service gets its token: told, and gone at the next call. */
import { assertEquals } from "@std/assert";
import { CI_CLIENT } from "../../../sandbox/issuer/clients.ts";
import { assertTold, FAULTS, openFaultBed } from "./bed.ts";

const SECRET = CI_CLIENT.secret ?? "";

for (const [what, known] of Object.entries(FAULTS)) {
  Deno.test(`ClientSecret that meets ${what} is told, never asks a person, and works at the next call`, async () => {
    await using bed = await openFaultBed({
      env: {
        FLYTE_CLIENT_ID: CI_CLIENT.clientId,
        FLYTE_CLIENT_SECRET: SECRET,
        FLYTE_SCOPES: "all",
      },
    });
    bed.fail("token", known.fault);
    const told = await bed.call("list_projects");
    assertTold(told, known);
    assertEquals(told.text.includes(SECRET), false);
    assertEquals(bed.asked("client_credentials"), 1);
    assertEquals((await bed.call("list_projects")).isError, false);
    assertEquals(bed.asked("client_credentials"), 2);
    assertEquals(bed.asked("device_authorization"), 0);
    bed.assertNoSecrets();
  });
}
