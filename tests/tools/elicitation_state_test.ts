/**
 * What a host of revision 2026-07-28 carries from one round to the next, and
 * what becomes of it when it is not what the server gave.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createRequestStateCodec } from "@modelcontextprotocol/server";
import { approve, type Called, toCalled } from "../harness.ts";
import { patientClock } from "./clocks.ts";
import { CAPABILITIES, openHost } from "./hosts.ts";

/** What came of a call: an answer, or a question with what to carry back. */
type Round = Called & { readonly requestState: string };

/** A host that answers questions as a test says, and not by itself. */
async function openManual(issuer: { deviceCodeSeconds?: number } = {}) {
  const clock = patientClock();
  const host = {
    generation: "modern",
    capabilities: CAPABILITIES.url,
  } as const;
  const bed = await openHost(host, { clock, sandbox: { issuer } });
  return {
    ...bed,
    clock,
    async round(
      extra: { requestState?: string; inputResponses?: unknown } = {},
    ): Promise<Round> {
      const params = { name: "login", arguments: {}, ...extra };
      // An answer and a question differ, and each test knows which it gets.
      const result = await bed.client.request(
        { method: "tools/call", params },
        { allowInputRequired: true },
      ) as unknown as { content?: []; requestState: string };
      return {
        ...toCalled({ content: [], ...result }),
        requestState: result.requestState,
      };
    },
  };
}

type Bed = Awaited<ReturnType<typeof openManual>>;

function answering(action: string) {
  return { inputResponses: { login: { action } } };
}

/** The pending login in full, at once, and without another question. */
async function assertPayload(bed: Bed, answer: Called): Promise<void> {
  assertEquals(answer.isError, false);
  assertEquals(answer.data.status, "login_required");
  assertMatch(answer.text, /^LOGIN REQUIRED for /);
  assertEquals(bed.clock.waits, []);
  const asked = bed.elicited().length;
  const status = await bed.call("auth_status");
  assertEquals(status.data.user_code, answer.data.user_code);
  assertEquals((await bed.call("whoami")).data.status, "login_required");
  await approve(status);
  const done = await bed.call("auth_status", { wait_seconds: 10 });
  assertEquals(done.data.logged_in, true);
  assertEquals(bed.elicited().length, asked);
}

/** What anybody can read of it. */
function contentsOf(requestState: string): Record<string, unknown> {
  const [, body = ""] = requestState.split(".");
  const bytes = Uint8Array.fromBase64(body, { alphabet: "base64url" });
  return JSON.parse(new TextDecoder().decode(bytes));
}

Deno.test("what the host carries back names the login and nothing else", async () => {
  await using bed = await openManual();
  const { requestState } = await bed.round();
  const { p: flowId, exp: expiry, ...rest } = contentsOf(requestState);
  assertMatch(`${flowId}`, /^[\w-]{43}$/);
  assertEquals(typeof expiry, "number");
  assertEquals(rest, {});
});

Deno.test("every question on one login carries the same name, and on another a new one", async () => {
  await using bed = await openManual();
  const flows: unknown[] = [];
  for (let rounds = 0; rounds < 2; rounds++) {
    flows.push(contentsOf((await bed.round()).requestState).p);
  }
  await bed.call("logout");
  const other = contentsOf((await bed.round()).requestState).p;
  assertEquals(new Set(flows).size, 1);
  assert(!flows.includes(other));
});

/** What is not the server's, made from what is. */
const FORGED: Record<string, (state: string) => string | Promise<string>> = {
  "another signature": (state) => `${state.slice(0, -4)}AAAA`,
  "no signature": (state) => state.slice(0, state.lastIndexOf(".")),
  "another body": (state) =>
    state.replace(
      /^(v1\..{9})(.)/,
      (_, start, letter) => `${start}${letter === "A" ? "B" : "A"}`,
    ),
  "another version": (state) => state.replace("v1", "v2"),
  "nothing in it": () => "",
  "nonsense in it": () => "v1.%%%.\u{1F511}",
  "a key of its own": async (state) => {
    const key = new Uint8Array(32).fill(7);
    return await createRequestStateCodec({ key }).mint(contentsOf(state).p);
  },
};

for (const [what, forge] of Object.entries(FORGED)) {
  for (const action of ["accept", "decline", "cancel"]) {
    Deno.test(`a host that answers ${action} with ${what} gets the login in its answer`, async () => {
      await using bed = await openManual();
      const { requestState } = await bed.round();
      const forged = await forge(requestState);
      assert(forged !== requestState);
      await assertPayload(
        bed,
        await bed.round({ requestState: forged, ...answering(action) }),
      );
    });
  }
}

for (const action of ["accept", "decline"]) {
  Deno.test(`a host that answers ${action} to another process gets the login in its answer`, async () => {
    await using other = await openManual();
    const { requestState } = await other.round();
    await using bed = await openManual();
    await bed.round();
    await assertPayload(
      bed,
      await bed.round({ requestState, ...answering(action) }),
    );
  });

  Deno.test(`a host that answers ${action} to an earlier login gets the present one in its answer`, async () => {
    await using bed = await openManual();
    const { requestState } = await bed.round();
    await bed.call("logout");
    await assertPayload(
      bed,
      await bed.round({ requestState, ...answering(action) }),
    );
  });

  Deno.test(`a host that answers ${action} without what it should carry back gets the login in its answer`, async () => {
    await using bed = await openManual();
    await bed.round();
    await assertPayload(bed, await bed.round(answering(action)));
  });
}

/** Responses that say nothing of what the person did. */
const UNCLEAR: Record<string, unknown> = {
  "no responses": undefined,
  "an empty response": {},
  "a response to something else": { other: { action: "accept" } },
  "an action that does not exist": { login: { action: "maybe" } },
  "a response that is wrapped": {
    login: { method: "elicitation/create", result: { action: "accept" } },
  },
  "a text": { login: "accept" },
};

for (const [what, inputResponses] of Object.entries(UNCLEAR)) {
  Deno.test(`a host that calls again with ${what} gets the login in its answer`, async () => {
    await using bed = await openManual();
    const { requestState } = await bed.round();
    const extra = inputResponses === undefined ? {} : { inputResponses };
    await assertPayload(bed, await bed.round({ requestState, ...extra }));
  });
}

for (const action of ["accept", "decline", "cancel"]) {
  Deno.test(`a host that answers ${action} when somebody has logged in is told so`, async () => {
    await using bed = await openManual();
    const { requestState } = await bed.round();
    await approve(await bed.call("auth_status"));
    await bed.call("auth_status", { wait_seconds: 10 });
    const extra = { requestState, ...answering(action) };
    assertEquals((await bed.round(extra)).data.logged_in, true);
    assertEquals((await bed.call("whoami")).data.identity, "known");
  });

  for (const end of ["denied", "expired"]) {
    Deno.test(`a host that answers ${action} to a login that was ${end} gets no new code`, async () => {
      await using bed = await openManual({
        deviceCodeSeconds: end === "denied" ? 600 : 1,
      });
      const { requestState } = await bed.round();
      if (end === "denied") {
        await approve(await bed.call("auth_status"), { deny: true });
      }
      await bed.call("auth_status", { wait_seconds: 10 });
      const extra = { requestState, ...answering(action) };
      const { data } = await bed.round(extra);
      assertEquals(data.error.code, `login_${end}`);
      const { data: status } = await bed.call("auth_status");
      assertEquals(status.error.code, `login_${end}`);
      assertEquals(bed.elicited().length, 1);
    });
  }
}

Deno.test("a host that answers accept again and again is never asked again", async () => {
  await using bed = await openManual();
  const { requestState } = await bed.round();
  for (let rounds = 1; rounds <= 3; rounds++) {
    const answer = bed.round({ requestState, ...answering("accept") });
    await bed.clock.begun(rounds);
    bed.clock.runOut();
    assertEquals((await answer).data.status, "login_required");
  }
  assertEquals(bed.clock.waits.map((ms) => ms <= 25_000), [true, true, true]);
  assertEquals(bed.elicited().length, 1);
});

/** What only the newest revision has in a call. */
const NEWER: Record<string, Record<string, unknown>> = {
  "an answer": { requestState: "v1.made.up", ...answering("decline") },
  "its revision": {
    _meta: {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "0" },
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  },
};

for (const [what, extra] of Object.entries(NEWER)) {
  Deno.test(`a host that connected by an older revision is asked as ever, even if its call brings ${what}`, async () => {
    await using bed = await openHost({
      capabilities: CAPABILITIES.url,
      onElicit: () => Promise.resolve({ action: "cancel" }),
    });
    const params = { name: "login", arguments: {}, ...extra };
    const answer = await bed.client.request({ method: "tools/call", params });
    assertEquals(toCalled(answer).data.status, "login_required");
    assertEquals(bed.elicited().length, 1);
    assert(bed.elicited()[0]?.elicitationId);
  });
}
