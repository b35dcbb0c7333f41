import { assertEquals, assertMatch } from "@std/assert";
import { tokenHash } from "../../sandbox/ingress/bearer.ts";
import type { Refusal } from "../../sandbox/ingress/refusal.ts";
import { startIssuer } from "../../sandbox/issuer/mod.ts";
import { generateSigningKey } from "../../sandbox/issuer/signing_key.ts";
import { bearer, mint, serveIngress, tokenIssuer } from "./ingress/serve.ts";
import { logIn } from "./issuer/client.ts";

const RUNS = "/flyteidl2.workflow.RunService/ListRuns";
const METADATA = "/flyteidl2.auth.AuthMetadataService/GetOAuth2Metadata";

const key = await generateSigningKey();
const issuer = tokenIssuer(key);

Deno.test("createIngress() lets a token of the issuer through", async () => {
  await using issuer = await startIssuer({ signingKey: key });
  await using served = await serveIngress({ issuer });
  const { access_token } = await logIn(issuer);
  const response = await served.call(RUNS, {
    ...bearer(`${access_token}`),
    "x-request-id": "r-1",
  });
  const { path, body, headers } = await response.json();
  assertEquals(response.status, 200);
  assertEquals({ path, body }, { path: RUNS, body: "{}" });
  assertEquals(headers.authorization, `Bearer ${access_token}`);
  const [entry] = served.ingress.requests;
  assertEquals(entry?.outcome, "passed");
  assertEquals(entry?.requestId, "r-1");
  assertEquals(entry?.token, tokenHash(`${access_token}`));
  assertEquals(JSON.stringify(entry).includes(`${access_token}`), false);
});

Deno.test.each([
  [METADATA, 200],
  ["/.well-known/oauth-authorization-server", 200],
  ["/healthz", 200],
  [RUNS, 401],
  ["/flyteidl2.auth.IdentityService/UserInfo", 401],
  ["/flyteidl2.workflow.InternalRunService/RecordAction", 404],
  ["/flyteidl2.actions.ActionsService/Enqueue", 404],
  ["/internal/flyteidl2.app.AppService/Get", 404],
  ["/", 404],
])(
  "createIngress() answers %s without a token with %d",
  async (path, status) => {
    await using served = await serveIngress({ issuer });
    const response = await served.call(path);
    await response.text();
    assertEquals(response.status, status);
  },
);

Deno.test("createIngress() hides internal services even from a token", async () => {
  await using served = await serveIngress({ issuer });
  const response = await served.call(
    "/flyteidl2.workflow.InternalRunService/RecordAction",
    bearer(await mint(key)),
  );
  assertEquals(response.status, 404);
  assertEquals(response.headers.get("content-type"), "text/plain");
  await response.text();
  assertEquals(served.ingress.requests[0]?.outcome, "hidden");
});

Deno.test("createIngress() reads the token from the configured header", async () => {
  const tokenHeader = "flyte-authorization";
  await using served = await serveIngress({ issuer, tokenHeader });
  const token = await mint(key);
  const refused = await served.call(RUNS, bearer(token));
  await refused.text();
  assertEquals(refused.status, 401);
  const accepted = await served.call(RUNS, {
    [tokenHeader]: `Bearer ${token}`,
  });
  const { headers } = await accepted.json();
  assertEquals(headers.authorization, `Bearer ${token}`);
});

Deno.test("createIngress() takes no identity headers from a client", async () => {
  await using served = await serveIngress({ issuer });
  const response = await served.call(RUNS, {
    ...bearer(await mint(key)),
    "x-amzn-oidc-data": "forged",
    "x-amzn-oidc-identity": "forged",
  });
  assertEquals((await response.text()).includes("forged"), false);
});

Deno.test("createIngress() asks nobody for a token without an issuer", async () => {
  await using served = await serveIngress();
  const open = await served.call(RUNS);
  await open.text();
  assertEquals(open.status, 200);
  const hidden = await served.call("/flyteidl2.actions.ActionsService/Enqueue");
  await hidden.text();
  assertEquals(hidden.status, 404);
});

Deno.test("createIngress() routes what it is told to", async () => {
  const routes = { open: ["/signed/"], protected: ["/console/"] };
  await using served = await serveIngress({ issuer, routes });
  const statuses = [];
  for (const path of ["/signed/object", "/console/"]) {
    const response = await served.call(path);
    await response.text();
    statuses.push(response.status);
  }
  assertEquals(statuses, [200, 401]);
});

Deno.test.each<[Refusal, number, string, RegExp]>([
  ["connect_401", 401, "application/json", /^\{"code":"unauthenticated"/],
  ["html_401", 401, "text/html; charset=utf-8", /<h1>401/],
  ["html_403", 403, "text/html; charset=utf-8", /<h1>403/],
  ["redirect", 302, "text/html; charset=utf-8", /302/],
  ["login_page", 200, "text/html; charset=utf-8", /<title>Sign in/],
])("refuseWith() %s answers %d %s", async (refusal, status, type, text) => {
  await using served = await serveIngress({ issuer });
  served.ingress.refuseWith(refusal);
  const response = await served.call(RUNS);
  assertEquals(response.status, status);
  assertEquals(response.headers.get("content-type"), type);
  assertMatch(await response.text(), text);
  assertEquals(
    response.headers.get("location"),
    refusal === "redirect" ? "https://sso.example.com/login" : null,
  );
});

Deno.test("createIngress() reports a plane that throws as a bad gateway", async () => {
  await using served = await serveIngress({
    plane: () => {
      throw new Error("Broken on purpose");
    },
  });
  const response = await served.call(RUNS);
  await response.text();
  assertEquals(response.status, 502);
});
