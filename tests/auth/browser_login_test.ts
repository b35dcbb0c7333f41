import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { approveAuthorization } from "../../sandbox/issuer/person.ts";
import { freePort } from "../free_port.ts";
import type { Called, TestBed } from "../harness.ts";
import { openTestBed } from "../harness.ts";

/** A bed whose published redirect URI has a port of its own. */
async function openPkceBed(
  {
    env = {},
    host = "localhost",
    port = freePort(),
    issuer = {},
  }: {
    env?: Record<string, string>;
    host?: string;
    port?: number;
    issuer?: Record<string, unknown>;
  } = {},
): Promise<TestBed & { callback: string }> {
  const callback = `http://${host}:${port}/callback`;
  const bed = await openTestBed({
    env: { FLYTE_AUTH_TYPE: "Pkce", ...env },
    sandbox: { client: { redirectUri: callback }, issuer },
  });
  return { ...bed, callback };
}

/** Signs in as the person would, and gives where the browser is sent to. */
async function signIn({ data }: Called, deny = false): Promise<string> {
  return await approveAuthorization(data.authorization_url, { deny });
}

/** Opens an address as the browser does, and gives the page. */
async function open(
  address: string,
): Promise<{ status: number; html: string }> {
  const response = await fetch(address);
  return { status: response.status, html: await response.text() };
}

Deno.test("a browser login ends in a page of its own, and the next call works", async () => {
  await using bed = await openPkceBed();
  const asked = await bed.call("whoami");
  assertEquals(asked.data.method, "browser");
  assertEquals(asked.data.status, "login_required");
  const page = await open(await signIn(asked));
  assertEquals(page.status, 200);
  assertStringIncludes(page.html, "You are logged in");
  const who = await bed.call("whoami");
  assertEquals(who.data.identity, "known");
  assertEquals(who.data.auth_type, "Pkce");
});

Deno.test("the authorization address has PKCE, a state, scopes and the redirect URI to the letter", async () => {
  await using bed = await openPkceBed();
  const { data } = await bed.call("whoami");
  const { searchParams } = new URL(data.authorization_url);
  assertEquals(searchParams.get("code_challenge_method"), "S256");
  assertMatch(searchParams.get("code_challenge") ?? "", /^[\w-]{43}$/);
  assertEquals(searchParams.get("redirect_uri"), bed.callback);
  assertEquals(searchParams.get("scope"), "all offline_access");
  assertEquals(searchParams.get("response_type"), "code");
  assert((searchParams.get("state") ?? "").length >= 32);
});

Deno.test("each login has a verifier and a state of its own", async () => {
  await using bed = await openPkceBed();
  const first = await bed.call("whoami");
  await bed.call("logout");
  const second = await bed.call("whoami");
  const [a, b] = [first, second]
    .map(({ data }) => new URL(data.authorization_url).searchParams);
  assertNotEquals(a?.get("state"), b?.get("state"));
  assertNotEquals(a?.get("code_challenge"), b?.get("code_challenge"));
});

Deno.test("asking again while pending gives the same address", async () => {
  await using bed = await openPkceBed();
  const first = await bed.call("whoami");
  const second = await bed.call("list_projects");
  assertEquals(second.data.authorization_url, first.data.authorization_url);
  assertEquals(second.data.flow, "pending");
});

Deno.test("strays at the callback get 404 and change nothing", async () => {
  await using bed = await openPkceBed();
  const asked = await bed.call("whoami");
  const origin = new URL(bed.callback).origin;
  for (const path of ["/favicon.ico", "/", "/callback/x", "/robots.txt"]) {
    assertEquals((await open(`${origin}${path}`)).status, 404);
  }
  assertEquals((await open(bed.callback)).status, 400);
  const forged = `${bed.callback}?error=access_denied&state=made-up-state`;
  assertEquals((await open(forged)).status, 400);
  await open(await signIn(asked));
  assertEquals((await bed.call("whoami")).data.identity, "known");
});

Deno.test("the callback listens on every address that localhost may mean", async () => {
  await using bed = await openPkceBed();
  await bed.call("whoami");
  const { port } = new URL(bed.callback);
  const addresses = [`http://127.0.0.1:${port}/x`];
  if (await hasIpv6()) addresses.push(`http://[::1]:${port}/x`);
  for (const address of addresses) {
    assertEquals((await open(address)).status, 404);
  }
});

async function hasIpv6(): Promise<boolean> {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return await Promise.resolve(true);
  } catch {
    return false;
  }
}

Deno.test("a redirect URI of 127.0.0.1 is listened on there", async () => {
  await using bed = await openPkceBed({ host: "127.0.0.1" });
  const page = await open(await signIn(await bed.call("whoami")));
  assertStringIncludes(page.html, "You are logged in");
});

Deno.test("nobody listens any more after the login", async () => {
  await using bed = await openPkceBed();
  await open(await signIn(await bed.call("whoami")));
  await bed.call("auth_status", { wait_seconds: 5 });
  using again = Deno.listen({
    hostname: "127.0.0.1",
    port: Number(new URL(bed.callback).port),
  });
  assert(again);
});

Deno.test("a denial is told on the page and to the agent", async () => {
  await using bed = await openPkceBed();
  const page = await open(await signIn(await bed.call("whoami"), true));
  assertStringIncludes(page.html, "The login was denied");
  const status = await bed.call("auth_status", { wait_seconds: 5 });
  assertEquals(status.data.error.code, "login_denied");
});

Deno.test("a code that the issuer refuses is told on the page and to the agent", async () => {
  await using bed = await openPkceBed();
  const asked = await bed.call("whoami");
  bed.sandbox.issuer?.faults.next("token", {
    kind: "error",
    error: "invalid_grant",
    description: "<script>alert(1)</script>",
  });
  const page = await open(await signIn(asked));
  assertEquals(page.status, 400);
  assertStringIncludes(page.html, "The login did not work");
  assertEquals(page.html.includes("<script>"), false);
  const { data } = await bed.call("whoami");
  assertEquals(data.error.code, "login_expired");
});

Deno.test("login takes the pasted address and never repeats it", async () => {
  await using bed = await openPkceBed();
  const address = await signIn(await bed.call("whoami"));
  const answer = await bed.call("login", { callback_url: ` ${address}\n` });
  assertEquals(answer.data.logged_in, true, answer.text);
  const code = new URL(address).searchParams.get("code") ?? "?";
  assertEquals(JSON.stringify(answer).includes(code), false);
  assertEquals((await bed.call("whoami")).data.identity, "known");
});

Deno.test("a pasted address of another login is invalid_argument and not repeated", async () => {
  await using bed = await openPkceBed();
  const asked = await bed.call("whoami");
  for (
    const callback_url of [
      `${bed.callback}?code=made-up-code-1&state=another`,
      "not an address, made-up-code-1",
      "javascript:made-up-code-1",
      bed.callback,
    ]
  ) {
    const { data, text } = await bed.call("login", { callback_url });
    assertEquals(data.error.code, "invalid_argument");
    assertEquals(text.includes("made-up-code-1"), false);
  }
  const answer = await bed.call("login", { callback_url: await signIn(asked) });
  assertEquals(answer.data.logged_in, true);
});

Deno.test("pasting where no browser login is pending is invalid_argument", async () => {
  await using bed = await openPkceBed();
  const { data } = await bed.call("login", {
    callback_url: `${bed.callback}?code=x&state=y`,
  });
  assertEquals(data.error.code, "invalid_argument");
});

Deno.test("a port that another program has is said, and the paste works", async () => {
  using stranger = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = stranger.addr;
  await using bed = await openPkceBed({ port });
  const asked = await bed.call("whoami");
  assertMatch(asked.text, /Another program listens on localhost:\d+/);
  assertEquals(asked.data.other_methods, ["device"]);
  const answer = await bed.call("login", { callback_url: await signIn(asked) });
  assertEquals(answer.data.logged_in, true);
});

Deno.test("the conversation can change to the device login and back", async () => {
  await using bed = await openPkceBed();
  const browser = await bed.call("whoami");
  assertEquals(browser.data.other_methods, ["device"]);
  const device = await bed.call("login", { method: "device" });
  assertEquals(device.data.method, "device");
  assertEquals(device.data.other_methods, ["browser"]);
  const again = await bed.call("login", { method: "device" });
  assertEquals(again.data.user_code, device.data.user_code);
  const back = await bed.call("login", { method: "browser" });
  assertNotEquals(back.data.authorization_url, browser.data.authorization_url);
  await open(await signIn(back));
  assertEquals((await bed.call("whoami")).data.identity, "known");
});

Deno.test("unconfigured, an issuer that refuses the device grant leads to the browser", async () => {
  await using bed = await openPkceBed({
    env: { FLYTE_AUTH_TYPE: "", FLYTE_CLIENT_ID: "flyte-browser" },
  });
  const asked = await bed.call("whoami");
  assertEquals(asked.data.method, "browser");
  assertMatch(
    asked.data.say_to_user,
    /refuses device login for client "flyte-browser" \(unauthorized_client\)\. Browser login is used instead/,
  );
  assertEquals(asked.data.other_methods, []);
  await bed.call("logout");
  await bed.call("whoami");
  const tried = bed.sandbox.issuer?.requests
    .filter(({ endpoint }) => endpoint === "device_authorization");
  assertEquals(tried?.length, 1);
});

Deno.test("Pkce with a client secret is a confidential client", async () => {
  const port = freePort();
  await using bed = await openPkceBed({
    port,
    env: {
      FLYTE_CLIENT_ID: "flyte-admin",
      FLYTE_CLIENT_SECRET: "made-up-admin-secret",
    },
    issuer: {
      clients: [{
        clientId: "flyte-admin",
        clientName: "Flyte Admin",
        grants: ["authorization_code", "refresh_token"],
        secret: "made-up-admin-secret",
        redirectUris: [`http://localhost:${port}/callback`],
      }],
    },
  });
  await open(await signIn(await bed.call("whoami")));
  assertEquals((await bed.call("whoami")).data.identity, "known");
  const [exchange] = bed.sandbox.issuer?.requests
    .filter(({ grant }) => grant === "authorization_code") ?? [];
  assertEquals(exchange?.clientAuthentication, "client_secret_basic");
});

Deno.test("a browser login's token is refreshed like any other", async () => {
  await using bed = await openPkceBed({ issuer: { refreshTokens: "always" } });
  await open(await signIn(await bed.call("whoami")));
  await bed.call("whoami");
  bed.sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("the query of the authorization endpoint itself is kept", async () => {
  await using bed = await openPkceBed();
  const { authorization_url } = (await bed.call("whoami")).data;
  const endpoint = `${new URL(authorization_url).origin}/auth?idp=corp%20sso`;
  await using other = await openPkceBed({
    env: { FLYTE_AUTHORIZATION_ENDPOINT: endpoint },
  });
  const asked = await other.call("whoami");
  const url = new URL(asked.data.authorization_url);
  assertEquals(url.searchParams.get("idp"), "corp sso");
});
