import { assertEquals, assertRejects } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Caller } from "../../../sandbox/plane/auth/caller.ts";
import type { IssuerWorld } from "../../../sandbox/plane/auth/issuer.ts";
import { createMetadata } from "../../../sandbox/plane/auth/metadata.ts";
import { createProfiles } from "../../../sandbox/plane/auth/profiles.ts";

const ISSUER = "https://login.example.com";
const { signal } = new AbortController();

const BARE: Caller = {
  subject: "ada",
  firstName: "",
  lastName: "",
  email: "",
};

/** An issuer that gives these answers by path, counts, and sleeps at once. */
function issuerWorld(answers: Record<string, () => Response>) {
  const asked: string[] = [];
  const slept: number[] = [];
  let time = 0;
  const world: IssuerWorld = {
    now: () => time,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      // Deadlines never come; delays are over at once.
      if (ms === 1_000) resolve();
      else signal.addEventListener("abort", () => reject(signal.reason));
      slept.push(ms);
      return promise;
    },
    fetch(input) {
      const { pathname } = new URL(String(input));
      asked.push(pathname);
      const answer = answers[pathname];
      return answer
        ? Promise.resolve(answer())
        : Promise.reject(new TypeError("Connection refused"));
    },
  };
  return {
    world,
    asked,
    delays: () => slept.filter((ms) => ms === 1_000).length,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

const DISCOVERY = "/.well-known/openid-configuration";
const DOCUMENT = "/.well-known/oauth-authorization-server";

const WITH_USERINFO = {
  [DISCOVERY]: () => Response.json({ userinfo_endpoint: `${ISSUER}/me` }),
  "/me": () => Response.json({ sub: "ada", given_name: "Ada", email: "a@b.c" }),
};

Deno.test("createProfiles() asks userinfo once for a token", async () => {
  const { world, asked } = issuerWorld(WITH_USERINFO);
  const profiles = createProfiles(ISSUER, world);
  const given = { caller: BARE, token: "made-up-token" };
  const first = await profiles.complete(given, signal);
  const second = await profiles.complete(given, signal);
  assertEquals(first, { ...BARE, firstName: "Ada", email: "a@b.c" });
  assertEquals(second, first);
  assertEquals(asked, [DISCOVERY, "/me"]);
});

Deno.test("createProfiles() asks again after a day", async () => {
  const { world, asked, pass } = issuerWorld(WITH_USERINFO);
  const profiles = createProfiles(ISSUER, world);
  const given = { caller: BARE, token: "made-up-token" };
  await profiles.complete(given, signal);
  pass(25 * 3_600_000);
  await profiles.complete(given, signal);
  assertEquals(asked, [DISCOVERY, "/me", "/me"]);
});

Deno.test("createProfiles() asks nobody when the token tells everything", async () => {
  const { world, asked } = issuerWorld({});
  const caller = { subject: "a", firstName: "A", lastName: "B", email: "a@b" };
  const given = { caller, token: "made-up-token" };
  assertEquals(
    await createProfiles(ISSUER, world).complete(given, signal),
    caller,
  );
  assertEquals(asked, []);
});

Deno.test("createProfiles() leaves a caller as it is when userinfo fails", async () => {
  const { world } = issuerWorld({
    ...WITH_USERINFO,
    "/me": () => new Response("no", { status: 401 }),
  });
  const given = { caller: BARE, token: "made-up-token" };
  assertEquals(
    await createProfiles(ISSUER, world).complete(given, signal),
    BARE,
  );
});

/** Metadata of an issuer that answers in this way. */
function metadataOf(answer: () => Response) {
  const issuer = issuerWorld({ [DOCUMENT]: answer });
  const client = { clientId: "cli", redirectUri: "http://x", scopes: [] };
  const metadata = createMetadata({ url: ISSUER, client }, issuer.world);
  return { ...issuer, metadata };
}

const FAILURES: [string, () => Response, { asked: number; code: Code }][] = [
  ["tries five times", () => new Response("", { status: 503 }), {
    asked: 5,
    code: Code.Unavailable,
  }],
  ["tries once", () => new Response("", { status: 404 }), {
    asked: 1,
    code: Code.Internal,
  }],
  ["refuses what is no JSON", () => new Response("<html>"), {
    asked: 1,
    code: Code.Internal,
  }],
];

for (const [what, answer, { asked, code }] of FAILURES) {
  Deno.test(`createMetadata() ${what} when the issuer answers ${answer().status}`, async () => {
    const issuer = metadataOf(answer);
    const error = await assertRejects(
      () => issuer.metadata(signal),
      ConnectError,
    );
    assertEquals(error.code, code);
    assertEquals(issuer.asked.length, asked);
    assertEquals(issuer.delays(), asked - 1);
  });
}

Deno.test("createMetadata() keeps a document for five minutes", async () => {
  const issuer = metadataOf(() => Response.json({ issuer: ISSUER }));
  await issuer.metadata(signal);
  issuer.pass(4 * 60_000);
  await issuer.metadata(signal);
  assertEquals(issuer.asked.length, 1);
  issuer.pass(2 * 60_000);
  assertEquals((await issuer.metadata(signal)).issuer, ISSUER);
  assertEquals(issuer.asked.length, 2);
});
