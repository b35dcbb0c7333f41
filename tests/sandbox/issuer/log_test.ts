import { assertEquals } from "@std/assert";
import { startIssuer } from "../../../sandbox/issuer/mod.ts";
import { logRequest } from "../../../sandbox/issuer/request_log.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { logIn, refresh } from "./client.ts";

const signingKey = await generateSigningKey();

Deno.test("startIssuer() collects every secret it gives out", async () => {
  await using issuer = await startIssuer({ signingKey });
  const tokens = await logIn(issuer, {
    form: { scope: "openid all offline_access" },
  });
  const names = ["access_token", "refresh_token", "id_token"];
  const missing = names.filter((name) =>
    !issuer.secrets.has(`${tokens[name]}`)
  );
  assertEquals(missing, []);
  const logged = JSON.stringify(issuer.requests);
  const leaked = [...issuer.secrets].filter((secret) =>
    logged.includes(secret)
  );
  assertEquals(leaked, []);
});

Deno.test("startIssuer() logs what it was asked", async () => {
  await using issuer = await startIssuer({ signingKey, now: () => 42 });
  await refresh(issuer, "no-such-token");
  assertEquals(issuer.requests, [{
    endpoint: "token",
    method: "POST",
    path: "/token",
    at: 42,
    grant: "refresh_token",
    clientId: "flyte-cli",
    clientAuthentication: "none",
    parameters: {
      grant_type: "refresh_token",
      client_id: "flyte-cli",
      refresh_token: "[secret]",
    },
    status: 400,
    fault: undefined,
    failure: undefined,
  }]);
});

Deno.test("logRequest() keeps the latest 10,000", () => {
  const log: number[] = [];
  for (let n = 0; n < 10_002; n++) logRequest(log, n);
  assertEquals([log.length, log[0], log.at(-1)], [10_000, 2, 10_001]);
});
