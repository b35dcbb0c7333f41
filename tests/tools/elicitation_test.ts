/**
 * What each kind of host is asked by login, by what it declares and by what
 * the person does, and what becomes of the login.
 */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { type Elicited, type Generation, GENERATIONS } from "../e2e/spawn.ts";
import { approve, type Called } from "../harness.ts";
import { patientClock } from "./clocks.ts";
import { CAPABILITIES, type HostBed, openHost } from "./hosts.ts";

/** What a person can do, in words. */
const ACTIONS = {
  accept: "accept",
  decline: "decline",
  cancel: "cancel",
  silent: "do nothing",
} as const;

type Action = keyof typeof ACTIONS;

/** A host whose person does this, and cancels whatever is asked again. */
async function openPerson(
  { generation, capability = "url", action }: {
    generation: Generation;
    capability?: keyof typeof CAPABILITIES;
    action: Action | "error";
  },
) {
  const clock = patientClock();
  const asked = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  const actions = [action];
  const bed = await openHost({
    generation,
    capabilities: CAPABILITIES[capability],
    ...(capability !== "none" && {
      onElicit: async (_page: Elicited, signal: AbortSignal) => {
        asked.resolve();
        const action = actions.shift() ?? "cancel";
        if (action === "error") throw new TypeError("Cannot show it");
        if (action !== "silent") return { action };
        const { promise, reject } = Promise.withResolvers<never>();
        signal.addEventListener("abort", () => {
          ended.resolve(signal.reason);
          reject(signal.reason);
        });
        return await promise;
      },
    }),
  }, { clock });
  return { ...bed, clock, asked: asked.promise, ended: ended.promise };
}

/** The person's part of the device login, and that it was not lost. */
async function finish(bed: HostBed, { data }: Called): Promise<void> {
  const status = await bed.call("auth_status");
  assertEquals(status.data.login, "pending");
  assertEquals(status.data.user_code, data.user_code);
  await approve(status);
  const done = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(done.data.logged_in, true, done.text);
  assertEquals((await bed.call("whoami")).data.identity, "known");
}

/** The answer of a host that was asked nothing, or whose person did nothing. */
function assertPayload(answer: Called): void {
  assertEquals(answer.isError, false);
  assertEquals(answer.data.status, "login_required");
  assertMatch(answer.text, /^LOGIN REQUIRED for /);
  assert(answer.text.includes(answer.data.say_to_user));
}

/** What came over the wire is this login's page, and nothing else. */
function assertAsked(
  bed: HostBed,
  { generation, data }: { generation: Generation; data: Called["data"] },
): void {
  for (const { elicitationId = null, ...page } of bed.elicited()) {
    const flyte = new URL(bed.sandbox.endpoint).host;
    assertEquals(page, {
      mode: "url",
      url: data.verification_uri_complete,
      message:
        `Sign in to Flyte (${flyte}) at ${data.issuer_host}. Check that the page shows the code ${data.user_code}.`,
    });
    if (generation === "modern") assertEquals(elicitationId, null);
    else assertMatch(elicitationId ?? "", /^[0-9a-f-]{36}$/);
  }
}

for (const generation of GENERATIONS) {
  for (const capability of ["none", "form"] as const) {
    // The table's keys are the actions.
    for (
      const [action, words] of Object.entries(ACTIONS) as [Action, string][]
    ) {
      Deno.test(`a ${generation} host that declares ${capability} is asked nothing, even if its person would ${words}`, async () => {
        await using bed = await openPerson({ generation, capability, action });
        const answer = await bed.call("login");
        assertPayload(answer);
        await finish(bed, answer);
        assertEquals(bed.elicited(), []);
        assertEquals(bed.clock.waits, []);
      });
    }
  }

  Deno.test(`a ${generation} host whose person accepts is told of the login when nobody finishes it`, async () => {
    await using bed = await openPerson({ generation, action: "accept" });
    const call = bed.call("login");
    // The older revisions wait for the answer first, and then for the login.
    await bed.clock.begun(generation === "modern" ? 1 : 2);
    bed.clock.runOut();
    const answer = await call;
    assertPayload(answer);
    assertEquals(bed.elicited().length, 1);
    assertAsked(bed, { generation, data: answer.data });
    await finish(bed, answer);
    assertEquals(bed.elicited().length, 1);
  });

  Deno.test(`a ${generation} host whose person declines is not asked again before login is called`, async () => {
    await using bed = await openPerson({ generation, action: "decline" });
    const answer = await bed.call("login");
    const calls = [answer];
    calls.push(await bed.call("whoami"), await bed.call("list_projects"));
    calls.push(await bed.call("auth_status", { wait_seconds: 25 }));
    for (const { data, isError, text } of calls) {
      assertEquals(isError, true);
      assertEquals(data.error.code, "login_declined");
      assertEquals(data.error.fix_by, "person");
      assertEquals(
        text,
        "The person declined. Do not ask again unless they bring it up; then call login. [login_declined]",
      );
    }
    assertEquals(bed.elicited().length, 1);
    const again = await bed.call("login");
    assertEquals(again.data.status, "login_required");
    assertEquals(again.data.then_repeat, "list_projects");
    assertEquals(bed.elicited().length, 2);
    assertAsked(bed, { generation, data: again.data });
    assertEquals((await bed.call("whoami")).data.status, "login_required");
    await finish(bed, again);
    assertEquals(bed.elicited().length, 2);
  });

  Deno.test(`a ${generation} host that cancels by itself does not end the login`, async () => {
    await using bed = await openPerson({ generation, action: "cancel" });
    const answer = await bed.call("login");
    assertPayload(answer);
    assertEquals(bed.elicited().length, 1);
    assertAsked(bed, { generation, data: answer.data });
    assertEquals((await bed.call("whoami")).data.status, "login_required");
    await finish(bed, answer);
    assertEquals(bed.elicited().length, 1);
  });
}

for (const generation of ["legacy", "old"] as const) {
  Deno.test(`a ${generation} host that shows nothing is given up after 25 s`, async () => {
    await using bed = await openPerson({ generation, action: "silent" });
    const call = bed.call("login");
    await bed.asked;
    assertEquals(bed.clock.waits, [25_000]);
    bed.clock.runOut();
    const answer = await call;
    // The old SDK does not listen when its request 0 is called off.
    if (generation === "legacy") {
      assertEquals(await bed.ended, "Not waited for any more");
    }
    assertPayload(answer);
    assertEquals(bed.elicited().length, 1);
    assertAsked(bed, { generation, data: answer.data });
    await finish(bed, answer);
    assertEquals(bed.clock.waits, [25_000]);
  });

  Deno.test(`a ${generation} host that fails to show the page gets the login in its answer`, async () => {
    await using bed = await openPerson({ generation, action: "error" });
    const answer = await bed.call("login");
    assertPayload(answer);
    assertEquals(bed.elicited().length, 1);
    await finish(bed, answer);
    assertEquals(bed.reports, []);
  });
}

Deno.test("a modern host that shows nothing keeps no call waiting", async () => {
  await using bed = await openPerson({
    generation: "modern",
    action: "silent",
  });
  const cancel = new AbortController();
  const login = { name: "login", arguments: {} };
  const call = bed.client.callTool(login, { signal: cancel.signal });
  await bed.asked;
  // The server has answered, and waits for nothing.
  assertEquals(bed.clock.waits, []);
  cancel.abort();
  await assertRejects(() => call);
  const status = await bed.call("auth_status");
  assertEquals(bed.elicited().length, 1);
  assertAsked(bed, { generation: "modern", data: status.data });
  await finish(bed, status);
});
