/**
 * FLYTE_MCP_OPEN_BROWSER over a spawned server: what is run, with what, and
 * when it may not be. The SDK's transport keeps a kill timer running after
 * close(), so this file's sanitizers are off.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openerProgram } from "../../src/auth/browser.ts";
import {
  assertActsAs,
  assertGrants,
  assertNothingLeaked,
  type Flow,
  type Folder,
  freeCallback,
  makeFolder,
  openPage,
  signIn,
  startFlow,
  startLocked,
} from "./flow_bed.ts";

Deno.test.sanitizer({ ops: false, resources: false });

const OPENER = openerProgram(Deno.build.os);

/** A folder for PATH whose opener writes down what it was run with. */
async function makeOpener(): Promise<Folder> {
  const folder = await makeFolder();
  await folder.write(
    OPENER,
    `#!/bin/sh\nprintf '%s\\n' "$#" "$@" >>"\${0%/*}/opened"\n`,
    0o700,
  );
  return folder;
}

/** What the opener was run with, once it has written that. */
async function openedWith(folder: Folder, flow: Flow): Promise<string[]> {
  for (let tries = 0; tries < 1000; tries++) {
    const lines = (await folder.read("opened"))?.split("\n") ?? [];
    if (lines.length > Number(lines[0] ?? 1) + 1) return lines.slice(0, -1);
    await flow.call("auth_status");
  }
  return [];
}

/** Starts a browser login with this opener first on PATH. */
async function startOpening(
  opener: Folder,
  { env, permissions }: {
    env: Readonly<Record<string, string>>;
    permissions: readonly string[];
  },
) {
  const stack = new AsyncDisposableStack();
  const sandbox = stack.use(
    await startLocked({ client: { redirectUri: freeCallback() } }),
  );
  const flow = stack.use(
    await startFlow(sandbox.endpoint, {
      permissions,
      env: {
        FLYTE_AUTH_TYPE: "Pkce",
        PATH: `${opener.path}:${Deno.env.get("PATH")}`,
        ...env,
      },
    }),
  );
  return {
    sandbox,
    flow,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("FLYTE_MCP_OPEN_BROWSER runs the opener with the page's address alone", async () => {
  await using opener = await makeOpener();
  await using bed = await startOpening(opener, {
    env: { FLYTE_MCP_OPEN_BROWSER: "true" },
    permissions: ["-P", `--allow-run=${OPENER}`],
  });
  const asked = await bed.flow.call("whoami");
  assertEquals(asked.data.note, null);
  const opened = await openedWith(opener, bed.flow);
  assertEquals(opened, ["1", asked.data.authorization_url]);
  await openPage(await signIn(asked));
  await assertActsAs(bed.flow, "sandbox-ada");
  assertGrants(bed.sandbox, "authorization_code");
  assertNothingLeaked(bed.flow, bed.sandbox);
});

Deno.test("no browser is opened unless FLYTE_MCP_OPEN_BROWSER says so, though it could be", async () => {
  await using opener = await makeOpener();
  await using bed = await startOpening(opener, {
    env: {},
    permissions: ["-P", `--allow-run=${OPENER}`],
  });
  const asked = await bed.flow.call("whoami");
  await openPage(await signIn(asked));
  await assertActsAs(bed.flow, "sandbox-ada");
  assertEquals(await opener.read("opened"), null);
});

Deno.test("FLYTE_MCP_OPEN_BROWSER opens nothing for a device login", async () => {
  await using opener = await makeOpener();
  await using bed = await startOpening(opener, {
    env: { FLYTE_MCP_OPEN_BROWSER: "true", FLYTE_AUTH_TYPE: "DeviceFlow" },
    permissions: ["-P", `--allow-run=${OPENER}`],
  });
  assertEquals((await bed.flow.call("whoami")).data.method, "device");
  // The same person changes to the browser, and that is opened.
  const { data } = await bed.flow.call("login", { method: "browser" });
  const opened = await openedWith(opener, bed.flow);
  assertEquals(opened, ["1", data.authorization_url]);
});

Deno.test("FLYTE_MCP_OPEN_BROWSER without the permission says the flag, and the login works", async () => {
  await using opener = await makeOpener();
  await using bed = await startOpening(opener, {
    env: { FLYTE_MCP_OPEN_BROWSER: "true" },
    permissions: ["-P"],
  });
  const asked = await bed.flow.call("whoami");
  const flag = `--allow-run=${OPENER}`;
  assertStringIncludes(asked.text, flag);
  assertStringIncludes(asked.data.say_to_user, flag);
  assertMatch(asked.data.note, /does not open by itself\.$/);
  await openPage(await signIn(asked));
  await assertActsAs(bed.flow, "sandbox-ada");
  assertGrants(bed.sandbox, "authorization_code");
  assertEquals(await opener.read("opened"), null);
});

Deno.test("FLYTE_MCP_OPEN_BROWSER without a program for it says so, and the login works", async () => {
  await using empty = await makeFolder();
  await using bed = await startOpening(empty, {
    env: { FLYTE_MCP_OPEN_BROWSER: "true", PATH: empty.path },
    permissions: ["-A"],
  });
  const asked = await bed.flow.call("whoami");
  assertStringIncludes(asked.data.note, `cannot run ${OPENER}, so the page`);
  await openPage(await signIn(asked));
  await assertActsAs(bed.flow, "sandbox-ada");
  assertGrants(bed.sandbox, "authorization_code");
});
