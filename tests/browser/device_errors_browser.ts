import { assertEquals, assertStringIncludes } from "@std/assert";
import { openBed } from "./bed.ts";
import { DEVICES } from "./visit.ts";

for (const device of DEVICES) {
  Deno.test(`a wrong code is said, and the right one still works, on a ${device}`, async () => {
    await using bed = await openBed(device, "device");
    const { visit, asked } = bed;
    await visit.open(asked.data.verification_uri);
    await visit.page.type("#user_code", "BBBB-BBBB");
    await visit.press("Continue");
    await bed.look("Log in to Flyte", "device-wrong-code");
    assertStringIncludes(await bed.text(), "There is no such code");
    await visit.replace("#user_code", asked.data.user_code);
    await visit.press("Continue");
    assertStringIncludes(await bed.text(), "Who are you?");
  });

  Deno.test(`an expired code is said on a ${device}`, async () => {
    await using bed = await openBed(device, "device");
    const { visit, asked } = bed;
    await visit.open(asked.data.verification_uri_complete);
    bed.server.sandbox.issuer?.expire("device_codes");
    await visit.press("Continue");
    await bed.look("Log in to Flyte", "device-expired-code");
    assertStringIncludes(await bed.text(), "This code has expired");
    const status = await bed.server.call("auth_status", { wait_seconds: 10 });
    assertEquals(status.data.error.code, "login_expired");
  });

  Deno.test(`a code that was used is said on a ${device}`, async () => {
    await using bed = await openBed(device, "device");
    const { visit, asked } = bed;
    await visit.open(asked.data.verification_uri_complete);
    await visit.press("Continue");
    await visit.press("Ada Example");
    await visit.press("Allow");
    await visit.open(asked.data.verification_uri_complete);
    await visit.press("Continue");
    await bed.look("Log in to Flyte", "device-used-code");
    assertStringIncludes(await bed.text(), "This code was used already");
  });

  Deno.test(`a denied device login is said to both on a ${device}`, async () => {
    await using bed = await openBed(device, "device");
    const { visit, asked } = bed;
    await visit.open(asked.data.verification_uri_complete);
    await visit.press("Continue");
    await visit.press("Ada Example");
    await visit.press("Deny");
    await bed.look("The login was denied", "device-denied");
    const status = await bed.server.call("auth_status", { wait_seconds: 10 });
    assertEquals(status.data.error.code, "login_denied");
  });

  Deno.test(`a page that was answered before is said on a ${device}`, async () => {
    await using bed = await openBed(device, "device");
    const { visit, asked } = bed;
    await visit.open(asked.data.verification_uri_complete);
    await visit.press("Continue");
    const answered = visit.page.url();
    await visit.press("Ada Example");
    await visit.open(answered);
    await bed.look("This did not work", "device-answered-page");
  });
}
