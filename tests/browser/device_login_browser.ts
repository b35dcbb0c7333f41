import { assertEquals, assertStringIncludes } from "@std/assert";
import { openBed } from "./bed.ts";
import { DEVICES } from "./visit.ts";

for (const device of DEVICES) {
  Deno.test(`a device login goes from code to done on a ${device}`, async () => {
    await using bed = await openBed(device, "device");
    const { visit, asked } = bed;
    const { verification_uri, user_code } = asked.data;
    await visit.open(verification_uri);
    await bed.look("Log in to Flyte", "device-1-code");
    await visit.page.type("#user_code", user_code.toLowerCase());
    await visit.press("Continue");
    await bed.look("Who are you?", "device-2-account");
    await visit.press("Ada Example");
    await bed.look("Allow Flyte CLI to use Flyte?", "device-3-consent");
    assertStringIncludes(await bed.text(), user_code);
    await visit.press("Allow");
    await bed.look("You are logged in", "device-4-done");
    await bed.server.call("auth_status", { wait_seconds: 10 });
    const { data } = await bed.server.call("whoami");
    assertEquals(data.email, "ada@example.com");
  });

  Deno.test(`the complete address shows the code on a ${device}`, async () => {
    await using bed = await openBed(device, "device");
    const { verification_uri_complete, user_code } = bed.asked.data;
    await bed.visit.open(verification_uri_complete);
    await bed.look("Log in to Flyte", "device-1-code-filled-in");
    assertStringIncludes(await bed.text(), user_code);
  });
}
