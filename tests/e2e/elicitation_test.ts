/**
 * login with hosts of each generation over a spawned server. The SDK's
 * transport keeps a kill timer running after close(), so this file's
 * sanitizers are off.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { approve } from "../harness.ts";
import { type Elicited, GENERATIONS, spawnServer } from "./spawn.ts";

Deno.test.sanitizer({ ops: false, resources: false });

const SHOWS_PAGES = { elicitation: { form: {}, url: {} } };

for (const generation of GENERATIONS) {
  Deno.test(`a ${generation} client shows the page, and its person logs in`, async () => {
    await using sandbox = await startSandbox({ auth: "device" });
    const pages: Elicited[] = [];
    await using server = await spawnServer({
      generation,
      env: { FLYTE_ENDPOINT: sandbox.endpoint },
      capabilities: SHOWS_PAGES,
      onElicit: async (page) => {
        pages.push(page);
        const code = new URL(page.url).searchParams.get("user_code") ?? "";
        await approveDevice(page.url, code);
        return { action: "accept" };
      },
    });
    const { data, text } = await server.call("login");
    assertEquals(data.logged_in, true, text);
    assertEquals((await server.call("whoami")).data.identity, "known");
    assertEquals(pages.map(({ mode }) => mode), ["url"]);
    assertMatch(pages[0]?.message ?? "", /^Sign in to Flyte \(127\.0\.0\.1:/);
    assertEquals(server.stderr(), "");
  });

  Deno.test(`a ${generation} client whose person declines passes that on to every tool`, async () => {
    await using sandbox = await startSandbox({ auth: "device" });
    let pages = 0;
    await using server = await spawnServer({
      generation,
      env: { FLYTE_ENDPOINT: sandbox.endpoint },
      capabilities: SHOWS_PAGES,
      onElicit: () => {
        pages++;
        return Promise.resolve({ action: "decline" });
      },
    });
    for (const tool of ["login", "whoami", "list_projects", "auth_status"]) {
      const { data, text } = await server.call(tool);
      assertEquals(data.error?.code, "login_declined", text);
    }
    assertEquals(pages, 1);
    assertEquals(server.stderr(), "");
  });

  Deno.test(`a ${generation} client that shows forms alone gets the login in its answer`, async () => {
    await using sandbox = await startSandbox({ auth: "device" });
    let pages = 0;
    await using server = await spawnServer({
      generation,
      env: { FLYTE_ENDPOINT: sandbox.endpoint },
      capabilities: { elicitation: {} },
      onElicit: () => {
        pages++;
        return Promise.resolve({ action: "accept" });
      },
    });
    const asked = await server.call("login");
    assertEquals(asked.data.status, "login_required", asked.text);
    await approve(asked);
    const status = await server.call("auth_status", { wait_seconds: 20 });
    assertEquals(status.data.logged_in, true);
    assertEquals(pages, 0);
  });
}
