import { assertEquals, assertMatch } from "@std/assert";
import { approve, connectServer, openTestBed } from "../harness.ts";
import { startSandbox } from "../../sandbox/mod.ts";

/** Logs in once, and gives the token that the issuer handed out. */
async function openWithToken() {
  const stack = new AsyncDisposableStack();
  const bed = stack.use(await openTestBed());
  await approve(await bed.call("whoami"));
  await bed.call("auth_status", { wait_seconds: 10 });
  const token = [...bed.sandbox.issuer?.secrets ?? []]
    .find((secret) => secret.split(".").length === 3) ?? "";
  return {
    token,
    endpoint: bed.sandbox.endpoint,
    sandbox: bed.sandbox,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("FLYTE_ACCESS_TOKEN is sent under the published header", async () => {
  await using given = await openWithToken();
  await using server = await connectServer(given.endpoint, {
    env: { FLYTE_ACCESS_TOKEN: given.token },
  });
  const who = await server.call("whoami");
  assertEquals(who.data.auth_type, "Passthrough");
  assertEquals(who.data.email, "ada@example.com");
});

Deno.test("FLYTE_AUTH_METADATA is sent as it is", async () => {
  await using given = await openWithToken();
  await using server = await connectServer(given.endpoint, {
    env: {
      FLYTE_AUTH_METADATA: JSON.stringify({
        authorization: `Bearer ${given.token}`,
        "x-team": "ml",
      }),
    },
  });
  assertEquals((await server.call("list_projects")).isError, false);
});

Deno.test("a token that is refused is token_rejected and names its source", async () => {
  await using given = await openWithToken();
  await using server = await connectServer(given.endpoint, {
    env: { FLYTE_ACCESS_TOKEN: "made-up-token-that-nobody-issued" },
  });
  const answer = await server.call("list_projects");
  assertEquals(answer.data.error.code, "token_rejected");
  assertMatch(answer.text, /FLYTE_ACCESS_TOKEN/);
  assertEquals(JSON.stringify(answer).includes("made-up-token"), false);
});

Deno.test("a token that ran out is credentials_required and says when", async () => {
  await using sandbox = await startSandbox({ auth: "device" });
  const payload = { sub: "u", exp: 1_700_000_000 };
  const part = (value: unknown) =>
    new TextEncoder().encode(JSON.stringify(value))
      .toBase64({ alphabet: "base64url", omitPadding: true });
  const token = `${part({ alg: "none" })}.${part(payload)}.bm90LXNpZ25lZA`;
  await using server = await connectServer(sandbox.endpoint, {
    env: { FLYTE_ACCESS_TOKEN: token },
  });
  const answer = await server.call("whoami");
  assertEquals(answer.data.error.code, "credentials_required");
  assertMatch(answer.text, /expired at 2023-11-14T22:13:20/);
});

Deno.test("logout says that a set token goes on working", async () => {
  await using given = await openWithToken();
  await using server = await connectServer(given.endpoint, {
    env: { FLYTE_ACCESS_TOKEN: given.token },
  });
  const out = await server.call("logout");
  assertEquals(out.data.logged_out, false);
  assertMatch(out.text, /FLYTE_ACCESS_TOKEN stays set/);
  assertEquals((await server.call("list_projects")).isError, false);
});

Deno.test("auth_status tells where a passed-through token came from", async () => {
  await using given = await openWithToken();
  await using server = await connectServer(given.endpoint, {
    env: { FLYTE_ACCESS_TOKEN: given.token },
  });
  const status = await server.call("auth_status");
  assertEquals(status.data.token.source, "FLYTE_ACCESS_TOKEN");
  assertEquals(status.data.token.renewable, false);
});
