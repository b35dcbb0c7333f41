import { assertEquals, assertStringIncludes } from "@std/assert";
import { openBed } from "./bed.ts";
import { focusOnPage } from "./seen.ts";
import type { Visit } from "./visit.ts";

/** Goes to the control of this name with the Tab key. */
async function tabTo({ page }: Visit, name: string): Promise<void> {
  for (let keys = 0; keys < 10; keys++) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(focusOnPage);
    if (focus?.name.startsWith(name)) return;
  }
  throw new Error(`Tab does not lead to "${name}" at ${page.url()}`);
}

async function pressEnter(visit: Visit): Promise<void> {
  await visit.leave(() => visit.page.keyboard.press("Enter"));
}

Deno.test("a device login needs nothing but a keyboard", async () => {
  await using bed = await openBed("desktop", "device");
  const { visit, asked } = bed;
  await visit.open(asked.data.verification_uri);
  await tabTo(visit, "Code");
  await visit.page.keyboard.type(asked.data.user_code);
  await pressEnter(visit);
  await tabTo(visit, "Grace Example");
  await pressEnter(visit);
  await tabTo(visit, "Allow");
  await pressEnter(visit);
  assertStringIncludes(await bed.text(), "You are logged in");
  await bed.server.call("auth_status", { wait_seconds: 10 });
  const { data } = await bed.server.call("whoami");
  assertEquals(data.email, "grace@example.com");
});

Deno.test("a browser login is denied with nothing but a keyboard", async () => {
  await using bed = await openBed("desktop", "browser");
  const { visit, asked } = bed;
  await visit.open(asked.data.authorization_url);
  await tabTo(visit, "Ada Example");
  await pressEnter(visit);
  await tabTo(visit, "Deny");
  await pressEnter(visit);
  assertStringIncludes(await bed.text(), "The login was denied");
});
