import { assertEquals, assertStringIncludes } from "@std/assert";
import { type BrowserBed, openBed } from "./bed.ts";
import { DEVICES } from "./visit.ts";

/** Signs in as far as the last question. */
async function signIn({ visit, asked }: BrowserBed): Promise<void> {
  await visit.open(asked.data.authorization_url);
  await visit.press("Ada Example");
}

for (const device of DEVICES) {
  Deno.test(`a denied browser login is said to both on a ${device}`, async () => {
    await using bed = await openBed(device, "browser");
    await signIn(bed);
    await bed.visit.press("Deny");
    await bed.look("The login was denied", "callback-denied");
    const { data } = await bed.server.call("whoami");
    assertEquals(data.error.code, "login_denied");
  });

  for (
    const [what, query] of [
      ["stray", ""],
      ["forged", "?code=made-up-code&state=made-up-state"],
    ]
  ) {
    Deno.test(`a ${what} callback is no login and disturbs none on a ${device}`, async () => {
      await using bed = await openBed(device, "browser");
      const { visit } = bed;
      await visit.open(`${bed.callback}${query}`);
      await bed.look("This is not your login", `callback-${what}`);
      assertEquals(visit.answer.status(), 400);
      assertEquals((await bed.text()).includes("made-up"), false);
      await signIn(bed);
      await visit.press("Allow");
      assertStringIncludes(await bed.text(), "You are logged in");
    });
  }

  Deno.test(`a code that the issuer refuses is said on a ${device}`, async () => {
    await using bed = await openBed(device, "browser");
    await signIn(bed);
    const fault = { kind: "error", error: "invalid_grant" } as const;
    bed.server.sandbox.issuer?.faults.next("token", fault);
    await bed.visit.press("Allow");
    await bed.look("The login did not work", "callback-refused");
    assertStringIncludes(
      await bed.text(),
      "refused this login (invalid_grant)",
    );
  });

  Deno.test(`an exchange without an answer is tried again from the page on a ${device}`, async () => {
    await using bed = await openBed(device, "browser");
    await signIn(bed);
    bed.server.sandbox.issuer?.faults.next("token", { kind: "drop" });
    await bed.visit.press("Allow");
    await bed.look("Not logged in yet", "callback-unfinished");
    await bed.visit.press("Load again");
    assertStringIncludes(await bed.text(), "You are logged in");
  });

  Deno.test(`a request that the issuer refuses is said there on a ${device}`, async () => {
    await using bed = await openBed(device, "browser");
    const address = new URL(bed.asked.data.authorization_url);
    address.searchParams.set("redirect_uri", "https://elsewhere.example/");
    await bed.visit.open(address.href);
    await bed.look("This did not work", "issuer-refuses-request");
  });
}
