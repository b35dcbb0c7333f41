import { assertEquals } from "@std/assert";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { bearer, mint, serveIngress, tokenIssuer } from "./serve.ts";

const RUNS = "/flyteidl2.workflow.RunService/ListRuns";

const key = await generateSigningKey();
const issuer = tokenIssuer(key);

Deno.test.each<[string, Record<string, unknown>]>([
  ["expired", { exp: 1 }],
  ["claims", { aud: "https://other.example" }],
  ["claims", { iss: "https://other.example" }],
  ["claims", { exp: undefined }],
  ["claims", { sub: undefined }],
])("createIngress() refuses a token: %s %o", async (problem, claims) => {
  await using served = await serveIngress({ issuer });
  const response = await served.call(RUNS, bearer(await mint(key, claims)));
  assertEquals(response.status, 401);
  assertEquals(await response.json(), {
    code: "unauthenticated",
    message: `bearer token: ${problem}`,
  });
  assertEquals(served.ingress.requests[0]?.problem, problem);
});

Deno.test("createIngress() refuses another issuer's signature", async () => {
  await using served = await serveIngress({ issuer });
  const other = await generateSigningKey();
  const { kid } = key.publicKey;
  const forged = { ...other, privateKey: { ...other.privateKey, kid } };
  const response = await served.call(RUNS, bearer(await mint(forged)));
  await response.text();
  assertEquals(response.status, 401);
  assertEquals(served.ingress.requests[0]?.problem, "signature");
});

Deno.test.each([
  ["Bearer not-a-jwt", "malformed"],
  ["Basic YTpi", "missing"],
  ["Bearer", "missing"],
])("createIngress() refuses %s as %s", async (authorization, problem) => {
  await using served = await serveIngress({ issuer });
  const response = await served.call(RUNS, { authorization });
  await response.text();
  assertEquals(response.status, 401);
  assertEquals(served.ingress.requests[0]?.problem, problem);
});

Deno.test("createIngress() lets a token expire by its clock", async () => {
  let time = Date.now();
  await using served = await serveIngress({ issuer, now: () => time });
  const headers = bearer(await mint(key));
  const statusNow = async () => {
    const response = await served.call(RUNS, headers);
    await response.text();
    return response.status;
  };
  assertEquals(await statusNow(), 200);
  time += 3_601_000;
  assertEquals(await statusNow(), 401);
});

Deno.test("revoke() refuses one token and no other", async () => {
  await using served = await serveIngress({ issuer });
  const [first, second] = [await mint(key), await mint(key, { jti: "2" })];
  served.ingress.revoke(first);
  const statuses = [];
  for (const token of [first, second]) {
    const response = await served.call(RUNS, bearer(token));
    await response.text();
    statuses.push(response.status);
  }
  assertEquals(statuses, [401, 200]);
  assertEquals(served.ingress.requests[0]?.problem, "revoked");
});
