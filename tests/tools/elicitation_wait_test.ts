/** How long login waits for the person, and what ends it before its time. */
import type { RequestOptions } from "@modelcontextprotocol/client";
import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { type Generation, GENERATIONS } from "../e2e/spawn.ts";
import { approve } from "../harness.ts";
import { patientClock } from "./clocks.ts";
import {
  CAPABILITIES,
  type HostBed,
  openAccepting,
  openHost,
} from "./hosts.ts";

Deno.test("the question and the login have 25 s together", async () => {
  const clock = patientClock();
  const before = () => clock.advance(10_000);
  await using bed = await openAccepting("legacy", { clock, before });
  const call = bed.call("login");
  await clock.begun(2);
  clock.runOut();
  assertEquals((await call).data.status, "login_required");
  const [question = 0, login = 0] = clock.waits;
  assertEquals(question, 25_000);
  assert(login <= 15_000 && login > 10_000, `${login}`);
});

Deno.test("a login that is given up while its person is at it is not waited for", async () => {
  const clock = patientClock();
  await using bed = await openAccepting("legacy", { clock });
  const call = bed.call("login");
  await clock.begun(2);
  assertEquals((await bed.call("logout")).data.pending_login_cancelled, true);
  const { data, text } = await call;
  assertEquals(data.error.code, "login_declined");
  assertStringIncludes(text, "The login was cancelled.");
});

/** The old SDK's client takes a schema before the options. */
async function callLogin(
  { client }: HostBed,
  { generation, ...options }: RequestOptions & { generation: Generation },
): Promise<void> {
  const login = { name: "login", arguments: {} };
  const callTool = client.callTool.bind(client);
  if (generation !== "old") return void await callTool(login, options);
  // The types are those of the other SDK.
  const callOld = callTool as (...args: unknown[]) => Promise<unknown>;
  await callOld(login, undefined, options);
}

for (const generation of GENERATIONS) {
  Deno.test(`a ${generation} host that waits for its person is told of it`, async () => {
    const clock = patientClock();
    await using bed = await openAccepting(generation, { clock });
    const heard: (string | undefined)[] = [];
    const call = callLogin(bed, {
      generation,
      onprogress: ({ message }) => heard.push(message),
    });
    await clock.begun(generation === "modern" ? 1 : 2);
    clock.runOut();
    await call;
    assert(heard.includes("Waiting for the person to log in"), `${heard}`);
  });

  Deno.test(`a ${generation} host that cancels the call while the login is waited for keeps the login`, async () => {
    const clock = patientClock();
    await using bed = await openAccepting(generation, { clock });
    const cancel = new AbortController();
    const { signal } = cancel;
    const call = callLogin(bed, { generation, signal });
    await clock.begun(generation === "modern" ? 1 : 2);
    cancel.abort();
    await assertRejects(() => call);
    const status = await bed.call("auth_status");
    assertEquals(status.data.login, "pending");
    await approve(status);
    const done = await bed.call("auth_status", { wait_seconds: 10 });
    assertEquals(done.data.logged_in, true);
    assertEquals(bed.reports, []);
  });
}

Deno.test("cancelling login takes the page away, and leaves the login to the person", async () => {
  const asked = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  await using bed = await openHost({
    capabilities: CAPABILITIES.url,
    onElicit: async (_page, signal) => {
      signal.addEventListener("abort", () => ended.resolve(signal.reason));
      asked.resolve();
      await ended.promise;
      return { action: "cancel" };
    },
  }, { clock: patientClock() });
  const cancel = new AbortController();
  const { signal } = cancel;
  const call = callLogin(bed, { generation: "legacy", signal });
  await asked.promise;
  cancel.abort();
  await assertRejects(() => call);
  assertEquals(await ended.promise, "Not waited for any more");
  const status = await bed.call("auth_status");
  assertEquals(status.data.login, "pending");
  await approve(status);
  const done = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(done.data.logged_in, true);
});
