/** What a person who opens the page brings about, and when nobody is asked. */
import { assertEquals, assertMatch } from "@std/assert";
import { freePort } from "../free_port.ts";
import { approveAuthorization } from "../../sandbox/issuer/person.ts";
import type { AuthStatus } from "../../src/auth/authenticator.ts";
import { hasDeclined, newConversation } from "../../src/tools/conversation.ts";
import { type Elicited, GENERATIONS } from "../e2e/spawn.ts";
import { CAPABILITIES, onPage, openAccepting, openHost } from "./hosts.ts";

const capabilities = CAPABILITIES.url;

/** A person who does not want to be asked this way. */
function cancelling(): Promise<{ action: "cancel" }> {
  return Promise.resolve({ action: "cancel" });
}

for (const generation of GENERATIONS) {
  Deno.test(`a ${generation} host whose person logs in is told so by the same call`, async () => {
    const options = { before: onPage };
    await using bed = await openAccepting(generation, options);
    assertEquals((await bed.call("whoami")).data.status, "login_required");
    const { data, text, isError } = await bed.call("login");
    assertEquals(isError, false);
    assertEquals(data.logged_in, true);
    assertEquals(data.then_repeat, "whoami");
    assertMatch(text, /^Logged in to .* Tell the person, then repeat whoami\./);
    assertEquals((await bed.call("whoami")).data.identity, "known");
    assertEquals(bed.elicited().length, 1);
  });

  Deno.test(`a ${generation} host whose person denies on the page is told so by the same call`, async () => {
    const options = { before: (page: Elicited) => onPage(page, true) };
    await using bed = await openAccepting(generation, options);
    const { data, isError } = await bed.call("login");
    assertEquals(isError, true);
    assertEquals(data.error.code, "login_denied");
    assertEquals(bed.elicited().length, 1);
  });

  Deno.test(`a ${generation} host is asked nothing when somebody is logged in`, async () => {
    await using bed = await openAccepting(generation, { before: onPage });
    await bed.call("login");
    assertEquals((await bed.call("login")).data.logged_in, true);
    assertEquals(bed.elicited().length, 1);
  });

  Deno.test(`a ${generation} host is asked nothing where no login is needed`, async () => {
    const sandbox = { auth: "open" } as const;
    await using bed = await openAccepting(generation, { sandbox });
    assertEquals((await bed.call("login")).data.login, "not_needed");
    assertEquals(bed.elicited(), []);
  });

  Deno.test(`a ${generation} host is asked nothing by any other tool`, async () => {
    await using bed = await openAccepting(generation);
    for (const { name } of (await bed.client.listTools()).tools) {
      if (name !== "login") await bed.call(name, { run: "r1" });
      if (name !== "login") await bed.call(name);
    }
    assertEquals((await bed.call("whoami")).data.status, "login_required");
    assertEquals(bed.elicited(), []);
  });

  Deno.test(`a ${generation} host shows the code where the page does not know it`, async () => {
    const onElicit = cancelling;
    await using bed = await openHost({ generation, capabilities, onElicit });
    bed.sandbox.issuer?.faults.next("device_authorization", {
      kind: "omit",
      fields: ["verification_uri_complete"],
    });
    const { data } = await bed.call("login");
    const [page] = bed.elicited();
    const flyte = new URL(bed.sandbox.endpoint).host;
    assertEquals(page?.url, data.verification_uri);
    assertEquals(
      page?.message,
      `Sign in to Flyte (${flyte}) at ${data.issuer_host}. Enter the code ${data.user_code} there; check that the page shows the same code.`,
    );
  });
}

for (const generation of GENERATIONS) {
  Deno.test(`a ${generation} host opens the browser's page`, async () => {
    const redirectUri = `http://localhost:${freePort()}/callback`;
    await using bed = await openAccepting(generation, {
      sandbox: { client: { redirectUri } },
      before: async ({ url }) => {
        const address = await approveAuthorization(url);
        await (await fetch(address)).body?.cancel();
      },
    });
    const { data } = await bed.call("login", { method: "browser" });
    assertEquals(data.logged_in, true);
    const [page] = bed.elicited();
    const { pathname, searchParams } = new URL(page?.url ?? "");
    assertEquals(pathname, "/auth");
    assertEquals(searchParams.get("redirect_uri"), redirectUri);
    const flyte = new URL(bed.sandbox.endpoint).host;
    const issuer = new URL(bed.sandbox.issuer?.url ?? "").host;
    assertEquals(
      page?.message,
      `Sign in to Flyte (${flyte}) at ${issuer}, with a browser on the computer where this server runs. If it ends on a page that cannot connect to "${
        new URL(redirectUri).host
      }", the sign-in still worked: paste that page's whole address into the conversation.`,
    );
  });
}

for (const deny of [false, true]) {
  Deno.test(`a person who pastes the address of a login that they ${deny ? "denied" : "finished"} is not asked to open a page`, async () => {
    const redirectUri = `http://localhost:${freePort()}/callback`;
    await using bed = await openHost({ capabilities, onElicit: cancelling }, {
      sandbox: { client: { redirectUri } },
    });
    const { data } = await bed.call("login", { method: "browser" });
    const address = await approveAuthorization(data.authorization_url, {
      deny,
    });
    const answer = await bed.call("login", { callback_url: address });
    assertEquals(answer.data.logged_in === true, !deny);
    assertEquals(bed.elicited().length, 1);
  });
}

Deno.test("a login that was declined and finished after all works", async () => {
  const actions = ["decline", "accept"] as const;
  await using bed = await openHost({
    capabilities,
    onElicit: async (page) => {
      const action = actions[bed.elicited().length - 1];
      if (action === "decline") await onPage(page);
      return { action: action ?? "cancel" };
    },
  });
  assertEquals((await bed.call("login")).data.error.code, "login_declined");
  const done = await bed.call("login");
  assertEquals(done.data.logged_in, true, done.text);
  assertEquals((await bed.call("whoami")).data.identity, "known");
});

/** A status in which nothing is known but when the token came. */
function statusOf(obtainedAt: number | null): AuthStatus {
  const token = obtainedAt === null ? null : {
    source: "device login",
    issuerHost: null,
    obtainedAt,
    expiresAt: null,
    renewable: false,
    claims: null,
  };
  const nothing = { authType: null, pending: null, ended: null };
  return { ...nothing, token, failure: null, place: null };
}

for (
  const [declinedAt, obtainedAt, declined] of [
    [null, null, false],
    [null, 5, false],
    [10, null, true],
    [10, 5, true],
    [10, 15, false],
  ] as const
) {
  Deno.test(`hasDeclined() is ${declined} when the person declined at ${declinedAt} and the token is of ${obtainedAt}`, () => {
    const conversation = { ...newConversation(), declinedAt };
    assertEquals(hasDeclined(conversation, statusOf(obtainedAt)), declined);
  });
}
