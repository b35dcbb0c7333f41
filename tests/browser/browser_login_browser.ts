import { assertEquals } from "@std/assert";
import { openBed } from "./bed.ts";
import { DEVICES } from "./visit.ts";

for (const device of DEVICES) {
  Deno.test(`a browser login ends on the page of flyte-mcp on a ${device}`, async () => {
    await using bed = await openBed(device, "browser");
    const { visit, asked } = bed;
    await visit.open(asked.data.authorization_url);
    await bed.look("Who are you?", "browser-1-account");
    await visit.press("Grace Example");
    await bed.look("Allow Flyte CLI to use Flyte?", "browser-2-consent");
    await visit.press("Allow");
    assertEquals(visit.page.url().split("?")[0], bed.callback);
    await bed.look("You are logged in", "browser-3-done");
    const { data } = await bed.server.call("whoami");
    assertEquals(data.email, "grace@example.com");
  });
}
