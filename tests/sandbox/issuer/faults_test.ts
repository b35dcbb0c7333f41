import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { IssuerFault } from "../../../sandbox/issuer/faults.ts";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { askForCode, logIn, poll, refresh } from "./client.ts";

const signingKey = await generateSigningKey();

Deno.test.each([
  ["slow_down"],
  ["authorization_pending"],
  ["expired_token"],
  ["access_denied"],
])("faults.next() answers %s so many times", async (error) => {
  await using issuer = await startIssuer({
    signingKey,
    enforceInterval: false,
  });
  const { body } = await askForCode(issuer);
  issuer.faults.next("token", { kind: "error", error }, { times: 2 });
  assertEquals((await poll(issuer, body)).body, { error });
  assertEquals((await poll(issuer, body)).body, { error });
  assertEquals(issuer.faults.pending, 0);
  const after = await poll(issuer, body);
  assert("error_description" in after.body);
  assertEquals(issuer.requests.map(({ fault }) => fault), [
    undefined,
    "error",
    "error",
    undefined,
  ]);
});

Deno.test("faults.next() with slow_down raises the interval", async () => {
  let time = 0;
  await using issuer = await startIssuer({ signingKey, now: () => time });
  const { body } = await askForCode(issuer);
  issuer.faults.next("token", { kind: "error", error: "slow_down" });
  const errorAfter = async (ms: number) => {
    time += ms;
    return (await poll(issuer, body)).body["error"];
  };
  assertEquals(await errorAfter(1000), "slow_down");
  assertEquals(await errorAfter(5900), "slow_down");
  assertEquals(await errorAfter(11_000), "authorization_pending");
});

Deno.test.each<[string, IssuerFault, number, string, string | null]>([
  ["503 html", { kind: "status", status: 503 }, 503, "text/html", null],
  ["503 empty", { kind: "status", status: 503, body: "empty" }, 503, "", null],
  [
    "429",
    { kind: "status", status: 429, body: "text", retryAfter: 7 },
    429,
    "text/plain",
    "7",
  ],
  ["404", { kind: "status", status: 404 }, 404, "text/html", null],
  [
    "unsupported_grant_type",
    { kind: "error", error: "unsupported_grant_type" },
    400,
    "application/json; charset=utf-8",
    null,
  ],
])("faults.next() answers %s", async (_name, fault, status, type, retry) => {
  await using issuer = await startIssuer({ signingKey });
  issuer.faults.next("device_authorization", fault);
  const response = await fetch(`${issuer.url}/device/auth`, { method: "POST" });
  await response.text();
  assertEquals(response.status, status);
  assertEquals(response.headers.get("content-type") ?? "", type);
  assertEquals(response.headers.get("retry-after"), retry);
  assertEquals(issuer.requests[0]?.status, status);
});

Deno.test("faults.next() answers what is not JSON as JSON", async () => {
  await using issuer = await startIssuer({ signingKey });
  issuer.faults.next("discovery", { kind: "not_json", body: "<html>" });
  const url = `${issuer.url}/.well-known/oauth-authorization-server`;
  const response = await fetch(url);
  assertEquals(response.status, 200);
  assertEquals(
    response.headers.get("content-type"),
    "application/json; charset=utf-8",
  );
  assertEquals(await response.text(), "<html>");
});

Deno.test.each([["drop"], ["reset"]] as const)(
  "faults.next() can %s a connection, once",
  async (kind) => {
    await using issuer = await startIssuer({ signingKey });
    const { body } = await askForCode(issuer);
    issuer.faults.next("token", { kind });
    await assertRejects(() => poll(issuer, body), TypeError);
    assertEquals(issuer.requests.at(-1)?.status, undefined);
    assertEquals((await poll(issuer, body)).status, 400);
  },
);

Deno.test("faults.next() loses an answer after the token is spent", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { refresh_token } = await logIn(issuer);
  issuer.faults.next("token", { kind: "lose_answer" });
  const known = issuer.secrets.size;
  await assertRejects(() => refresh(issuer, refresh_token), TypeError);
  assert(issuer.secrets.size > known);
  assertEquals(
    (await refresh(issuer, refresh_token)).body["error"],
    "invalid_grant",
  );
});

Deno.test("faults.next() cuts an answer after the token is spent", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { refresh_token } = await logIn(issuer);
  issuer.faults.next("token", { kind: "cut", afterBytes: 12 });
  const known = issuer.secrets.size;
  await assertRejects(() => refresh(issuer, refresh_token), TypeError);
  assert(issuer.secrets.size > known);
});

Deno.test("faults.next() never answers, and close() ends that", async () => {
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  const now = () => {
    resolve();
    return 0;
  };
  const issuer = await startIssuer({ signingKey, now });
  issuer.faults.next("token", { kind: "stall" });
  const stalled = assertRejects(() => refresh(issuer, "any"), TypeError);
  await arrived;
  await issuer.close();
  await stalled;
  assertEquals(issuer.requests[0]?.status, undefined);
});

Deno.test("faults.next() answers late by the sleep it was given", async () => {
  const slept: number[] = [];
  const sleep = (ms: number) => Promise.resolve(void slept.push(ms));
  await using issuer = await startIssuer({ signingKey, sleep });
  issuer.faults.next("token", { kind: "delay", ms: 900 });
  assertEquals((await refresh(issuer, "any")).body["error"], "invalid_grant");
  assertEquals(slept, [900]);
});

Deno.test("faults.next() leaves fields out of an answer", async () => {
  await using issuer = await startIssuer({ signingKey });
  issuer.faults.next("token", {
    kind: "omit",
    fields: ["expires_in", "refresh_token"],
  }, { grant: "device_code" });
  const tokens = await logIn(issuer);
  assertEquals(Object.keys(tokens).toSorted(), [
    "access_token",
    "scope",
    "token_type",
  ]);
});

Deno.test("faults.next() changes fields of an answer", async () => {
  await using issuer = await startIssuer({ signingKey });
  issuer.faults.next("device_authorization", {
    kind: "set",
    fields: { interval: 30, verification_uri: "http://evil.example/" },
  });
  const { body } = await askForCode(issuer);
  assertEquals(body["interval"], 30);
  assertEquals(body["verification_uri"], "http://evil.example/");
});

Deno.test("faults.next() waits for the grant it is meant for", async () => {
  await using issuer = await startIssuer({ signingKey });
  const fault = { kind: "error", error: "invalid_grant" } as const;
  issuer.faults.next("token", fault, { grant: "refresh_token" });
  const { refresh_token } = await logIn(issuer);
  assertEquals((await refresh(issuer, refresh_token)).status, 400);
  assertEquals((await refresh(issuer, refresh_token)).status, 200);
});

Deno.test("faults.clear() forgets them all", async () => {
  await using issuer = await startIssuer({ signingKey });
  issuer.faults.next("jwks", { kind: "drop" }, { times: Infinity });
  assertEquals(issuer.faults.pending, 1);
  issuer.faults.clear();
  const response = await fetch(`${issuer.url}/jwks`);
  await response.text();
  assertEquals(response.status, 200);
});

Deno.test("faults.next() rejects a fault for no request", async () => {
  await using issuer = await startIssuer({ signingKey });
  assertThrows(
    () => issuer.faults.next("token", { kind: "drop" }, { times: 0 }),
    RangeError,
    "0 requests",
  );
});
