import { assertEquals, assertRejects } from "@std/assert";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";
import { approveDevice } from "../../../sandbox/issuer/person.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { askForCode, poll } from "./client.ts";

const signingKey = await generateSigningKey();

Deno.test("startIssuer() answers expired_token after the code's time", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { body } = await askForCode(issuer);
  issuer.expire("device_codes");
  const { status, body: { error } } = await poll(issuer, body);
  assertEquals({ status, error }, { status: 400, error: "expired_token" });
  await assertRejects(
    () => approveDevice(`${body["verification_uri"]}`, `${body["user_code"]}`),
    Error,
    "This code has expired",
  );
});

Deno.test("startIssuer() gives a device code once only", async () => {
  await using issuer = await startIssuer({
    signingKey,
    enforceInterval: false,
  });
  const { body } = await askForCode(issuer);
  await approveDevice(`${body["verification_uri"]}`, `${body["user_code"]}`);
  assertEquals((await poll(issuer, body)).status, 200);
  assertEquals((await poll(issuer, body)).body["error"], "invalid_grant");
});

Deno.test("startIssuer() slows down a client that polls too fast", async () => {
  let time = 0;
  await using issuer = await startIssuer({ signingKey, now: () => time });
  const { body } = await askForCode(issuer);
  const errorAfter = async (ms: number) => {
    time += ms;
    return (await poll(issuer, body)).body["error"];
  };
  assertEquals(await errorAfter(0), "authorization_pending");
  assertEquals(await errorAfter(1000), "authorization_pending");
  assertEquals(await errorAfter(500), "slow_down");
  // From here on the interval is 6 s, and then 11 s.
  assertEquals(await errorAfter(5000), "slow_down");
  assertEquals(await errorAfter(11_000), "authorization_pending");
});

Deno.test("startIssuer() expects five seconds if it names no interval", async () => {
  let time = 0;
  const now = () => time;
  await using issuer = await startIssuer({ signingKey, now, interval: null });
  const { body } = await askForCode(issuer);
  assertEquals("interval" in body, false);
  await poll(issuer, body);
  time += 4000;
  assertEquals((await poll(issuer, body)).body["error"], "slow_down");
});
