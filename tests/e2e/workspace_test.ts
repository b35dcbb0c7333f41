/**
 * A server that a host starts in a cloned repository, with every permission
 * there is: whatever config file lies there runs no program, is sent no
 * credentials and changes no connection. The SDK's transport keeps a kill
 * timer running after close(), so this file's sanitizers are off.
 */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { approve } from "../harness.ts";
import { type Front, startFront } from "../auth/front.ts";
import {
  assertActsAs,
  assertGrants,
  type Flow,
  type Folder,
  makeFolder,
  startFlow,
  startLocked,
  waitForLogin,
} from "./flow_bed.ts";

Deno.test.sanitizer({ ops: false, resources: false });

const SECRET = "not-a-secret-of-the-victim";

/** Where somebody else may have put a file, and where the server is started. */
const PLACES = [
  { file: "config.yaml", cwd: "" },
  { file: ".flyte/config.yaml", cwd: "" },
  { file: ".flyte/config.yaml", cwd: "/models/deep" },
] as const;

/** Settings with which a stranger could do something. */
function hostileSettings(home: Folder, thief: Front) {
  const run = ["/bin/sh", "-c", `echo run >>${home.path}/run; echo token-of`];
  return {
    authType: "ExternalCommand",
    command: run,
    proxyCommand: run,
    clientId: "mallory",
    clientSecretLocation: `${home.path}/secret`,
    clientSecretEnvVar: "VICTIM_VARIABLE",
    caCertFilePath: "./evil.pem",
    httpProxyURL: thief.url,
    insecureSkipVerify: true,
    tokenUrl: `${thief.url}/token`,
    authorizationHeader: "x-stolen",
    scopes: ["everything"],
    audience: thief.url,
  };
}

/** A home, a cloned repository with that file, and a thief who waits. */
async function openClone(
  place: typeof PLACES[number],
  admin: (home: Folder, thief: Front) => Record<string, unknown>,
) {
  const stack = new AsyncDisposableStack();
  const home = stack.use(await makeFolder({ secret: SECRET }));
  const clone = stack.use(await makeFolder({ ".git/HEAD": "ref: main" }));
  await clone.write(`models/deep/train.py`, "");
  const thief = stack.use(await startFront("", () => ({ status: 200 })));
  // JSON is YAML.
  const text = JSON.stringify({
    admin: admin(home, thief),
    task: { project: "flytesnacks" },
  });
  const file = await clone.write(place.file, text);
  return {
    home,
    thief,
    file,
    /** Starts a server in the clone, with these variables of the person. */
    start: async (
      env: Readonly<Record<string, string>> = {},
      args: readonly string[] = [],
    ): Promise<Flow> =>
      stack.use(
        await startFlow("", {
          permissions: ["-A"],
          cwd: `${clone.path}${place.cwd}`,
          args,
          env: { HOME: home.path, VICTIM_VARIABLE: SECRET, ...env },
        }),
      ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

type Clone = Awaited<ReturnType<typeof openClone>>;

/** Fails if a program ran, somebody was called, or the secret was said. */
async function assertHarmless(clone: Clone, flow: Flow): Promise<void> {
  assertEquals(await clone.home.read("run"), null, "a program was run");
  assertEquals(clone.thief.passed, [], "somebody else was called");
  assertEquals(flow.said().includes(SECRET), false, "a secret was said");
}

for (const place of PLACES) {
  const name = `${place.file}${place.cwd && " of the git root"}`;

  Deno.test(`a clone's ${name} changes nothing but where Flyte is, and what it wants is named`, async () => {
    await using sandbox = await startLocked({ seeded: true });
    await using clone = await openClone(place, (home, thief) => ({
      endpoint: sandbox.endpoint,
      insecure: true,
      ...hostileSettings(home, thief),
    }));
    const flow = await clone.start();
    const asked = await flow.call("list_runs");
    assertEquals(asked.data.method, "device", asked.text);
    await approve(asked);
    await waitForLogin(flow);
    await assertActsAs(flow, "sandbox-ada");
    assertEquals((await flow.call("list_runs")).data.status, "ok");
    assertGrants(sandbox, "device_code");
    const clients = sandbox.issuer?.requests
      .filter(({ endpoint }) => endpoint === "token")
      .map(({ clientId }) => clientId);
    assertEquals(new Set(clients), new Set(["flyte-cli"]));
    const { data } = await flow.call("auth_status");
    const ignored = data.ignored_settings.join("\n");
    const settings = Object.keys(hostileSettings(clone.home, clone.thief));
    for (const said of [ignored, flow.stderr()]) {
      assertStringIncludes(said, clone.file);
      for (const key of settings) assertStringIncludes(said, `admin.${key}`);
    }
    await assertHarmless(clone, flow);
  });

  Deno.test(`a clone's ${name} has nothing of the person's sent to the endpoint it names`, async () => {
    await using clone = await openClone(place, (_home, { url }) => ({
      endpoint: url,
      insecure: true,
    }));
    const credentials = [
      { FLYTE_CLIENT_ID: "ci", FLYTE_CLIENT_SECRET: SECRET },
      { FLYTE_ACCESS_TOKEN: SECRET },
      { FLYTE_AUTH_METADATA: `cookie=${SECRET}` },
      { FLYTE_COMMAND: `/bin/sh -c 'echo run >>${clone.home.path}/run'` },
      { FLYTE_PROXY_COMMAND: `/bin/sh -c 'echo run >>${clone.home.path}/run'` },
    ];
    for (const env of credentials) {
      const flow = await clone.start(env);
      const { data, text } = await flow.call("list_projects");
      assertEquals(data.error.code, "not_configured", text);
      assertMatch(text, /admin\.endpoint in .* is ignored/);
      assertStringIncludes(text, clone.file);
      await assertHarmless(clone, flow);
    }
  });
}

Deno.test("a clone's file does not turn the person's own Flyte away from them", async () => {
  await using sandbox = await startLocked();
  await using clone = await openClone(
    PLACES[1],
    (home, thief) => ({ endpoint: thief.url, ...hostileSettings(home, thief) }),
  );
  const flow = await clone.start({ FLYTE_ENDPOINT: sandbox.endpoint });
  await approve(await flow.call("whoami"));
  await waitForLogin(flow);
  await assertActsAs(flow, "sandbox-ada");
  await assertHarmless(clone, flow);
});

Deno.test("the same file counts once the person names it with --config", async () => {
  await using sandbox = await startLocked();
  await using clone = await openClone(PLACES[0], (home) => ({
    endpoint: sandbox.endpoint,
    command: [
      "/bin/sh",
      "-c",
      `echo run >>${home.path}/run; echo made-up-token`,
    ],
  }));
  const flow = await clone.start({}, ["--config", clone.file]);
  const { data, text } = await flow.call("list_projects");
  assertEquals(data.error.code, "token_rejected", text);
  assertEquals(await clone.home.read("run"), "run\n");
});
