import { assertEquals, assertRejects } from "@std/assert";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";
import { approveDevice } from "../../../sandbox/issuer/person.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { askForCode, claimsOf, poll } from "./client.ts";

const signingKey = await generateSigningKey();

Deno.test("approveDevice() logs in as the account it is given", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { body } = await askForCode(issuer);
  const outcome = await approveDevice(
    `${body["verification_uri_complete"]}`,
    `${body["user_code"]}`.toLowerCase(),
    { account: "grace@example.com" },
  );
  assertEquals(outcome, "approved");
  const { access_token } = (await poll(issuer, body)).body;
  assertEquals(claimsOf(access_token)["sub"], "sandbox-grace");
});

Deno.test("approveDevice() denies when told to", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { body } = await askForCode(issuer);
  const outcome = await approveDevice(
    `${body["verification_uri"]}`,
    `${body["user_code"]}`,
    { deny: true },
  );
  assertEquals(outcome, "denied");
  const { status, body: { error } } = await poll(issuer, body);
  assertEquals({ status, error }, { status: 400, error: "access_denied" });
});

Deno.test("approveDevice() tells what the page says of a wrong code", async () => {
  await using issuer = await startIssuer({ signingKey });
  await assertRejects(
    () => approveDevice(`${issuer.url}/device`, "BCDF-GHJK"),
    Error,
    "There is no such code",
  );
});

Deno.test("approveDevice() refuses an account the page does not offer", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { body } = await askForCode(issuer);
  await assertRejects(
    () =>
      approveDevice(
        `${body["verification_uri"]}`,
        `${body["user_code"]}`,
        { account: "eve@example.com" },
      ),
    Error,
    "the page offers ada@example.com, grace@example.com",
  );
});

Deno.test("startIssuer() lets a person start over, and a code be used once", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { body } = await askForCode(issuer);
  const uri = `${body["verification_uri"]}`;
  const userCode = `${body["user_code"]}`;
  const account = "nobody@example.com";
  await assertRejects(() => approveDevice(uri, userCode, { account }));
  assertEquals(await approveDevice(uri, userCode), "approved");
  await assertRejects(
    () => approveDevice(uri, userCode),
    Error,
    "This code was used already",
  );
});
