/**
 * Processes that are killed in the middle of a renewal. The points in time are
 * random; what holds is asserted after each.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { CLI_CLIENT } from "../../../sandbox/issuer/clients.ts";
import { type Issuer, startIssuer } from "../../../sandbox/issuer/mod.ts";
import { approveDevice } from "../../../sandbox/issuer/person.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { Issuer as IssuerClient } from "../../../src/auth/issuer.ts";
import { parseRecord } from "../../../src/auth/store/login_record.ts";
import { toToken } from "../../../src/auth/token.ts";
import { systemClock } from "../../../src/clock.ts";
import { createFetch } from "../../../src/http/fetch.ts";
import { openKeptLogin, type RenewerOptions } from "./renewer.ts";

/** Enough for every point of a renewal to be met. */
const KILLS = 50;

/** Some renewals take this long, the first one included. */
const MAX_LIFE_MS = 120;

const signingKey = await generateSigningKey();

const RENEWER = new URL("./renewer.ts", import.meta.url).pathname;

/** An issuer and a folder with a login in it. */
async function openBed(options: { reuseLeewayMs: number }) {
  const stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "flyte-mcp-killed-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const issuer = stack.use(
    await startIssuer({
      ...{ signingKey, refreshTokens: "always", ...options },
      ...{ interval: 0.05, enforceInterval: false },
    }),
  );
  const fetch = stack.use(createFetch({ caCert: null }));
  const reports: string[] = [];
  const notes: (string | null)[] = [];
  const parameters: RenewerOptions = {
    ...{ folder, endpoint: "http://127.0.0.1:1", issuer: issuer.url },
    clientId: CLI_CLIENT.clientId,
  };
  const kept = openKeptLogin(parameters, {
    fetch,
    report: (message) => reports.push(message),
    onLogin: (note) => notes.push(note),
  });
  return {
    ...{ issuer, fetch, reports, notes, parameters, ...kept },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

type Bed = Awaited<ReturnType<typeof openBed>>;

/** Logs in as a person does, and keeps it. */
async function logIn({ issuer, fetch, config, logins, login }: Bed) {
  const signal = AbortSignal.timeout(10_000);
  const client = new IssuerClient({
    ...config,
    scopes: ["all", "offline_access"],
    deviceAuthorizationEndpoint: `${issuer.url}/device/auth`,
  }, fetch);
  const device = await client.startDevice(signal);
  await approveDevice(device.verificationUri, device.userCode);
  const response = await client.pollDevice(device.deviceCode, { signal });
  const token = toToken(response, { now: Date.now() });
  const identity = login.identityOf(config);
  await logins.update(identity, { signal }, ({ write }) =>
    write({
      ...{ identity, flow: null, ended: null, renewingSince: null },
      kept: { token, method: "device" },
    }));
}

/** Starts a renewer, and kills it at a random point of its first renewals. */
async function killOne(parameters: RenewerOptions): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", RENEWER, JSON.stringify(parameters)],
    stdout: "piped",
  }).spawn();
  const lines = child.stdout.getReader();
  await lines.read();
  await systemClock.sleep(Math.random() * MAX_LIFE_MS);
  child.kill("SIGKILL");
  await child.status;
  for (; !(await lines.read()).done;);
}

/** Renews here what the killed process left. @returns whether that went */
async function renews({ login }: Bed): Promise<boolean> {
  const signal = AbortSignal.timeout(20_000);
  const used = await login.fresh(signal);
  if (used) login.accepted(used);
  try {
    await login.renew(used, signal);
    return true;
  } catch {
    return false;
  }
}

/** What lies in the folder, which must always be readable. */
async function assertReadable({ parameters, reports }: Bed): Promise<void> {
  for await (const { name } of Deno.readDir(parameters.folder)) {
    assert(!name.includes("corrupt"), name);
    if (!name.endsWith(".json")) continue;
    parseRecord(await Deno.readTextFile(`${parameters.folder}/${name}`));
  }
  assertEquals(reports, []);
}

/** How often the issuer renewed. */
function renewalsOf({ requests }: Issuer): number {
  return requests.filter(({ grant }) => grant === "refresh_token").length;
}

Deno.test("a renewal that is killed costs one login at most, and it is named as such", async () => {
  await using bed = await openBed({ reuseLeewayMs: 0 });
  await logIn(bed);
  for (let n = 0; n < KILLS; n++) {
    await killOne(bed.parameters);
    await assertReadable(bed);
    if (await renews(bed)) continue;
    assertStringIncludes(bed.notes.pop() ?? "", "in the middle of renewing");
    await logIn(bed);
    assert(await renews(bed), "one login is enough");
  }
  assert(renewalsOf(bed.issuer) > KILLS, "the renewers were at work");
});

Deno.test("with an issuer that allows some reuse, a killed renewal costs nothing", async () => {
  await using bed = await openBed({ reuseLeewayMs: 60_000 });
  await logIn(bed);
  for (let n = 0; n < KILLS; n++) {
    await killOne(bed.parameters);
    await assertReadable(bed);
    assert(await renews(bed), bed.notes.join());
  }
  assertEquals(bed.notes, []);
  assert(renewalsOf(bed.issuer) > KILLS, "the renewers were at work");
});
