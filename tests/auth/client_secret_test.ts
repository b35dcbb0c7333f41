import { assertEquals, assertMatch } from "@std/assert";
import { CI_CLIENT, CI_POST_CLIENT } from "../../sandbox/issuer/clients.ts";
import { openTestBed } from "../harness.ts";

const CI = {
  FLYTE_CLIENT_ID: CI_CLIENT.clientId,
  FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
  FLYTE_SCOPES: "all",
};

Deno.test("ClientSecret gets a token by itself and keeps it", async () => {
  await using bed = await openTestBed({ env: CI });
  const who = await bed.call("whoami");
  assertEquals(who.data.auth_type, "ClientSecret");
  await bed.call("list_projects");
  const grants = bed.sandbox.issuer?.requests
    .filter(({ endpoint }) => endpoint === "token");
  assertEquals(grants?.map(({ grant }) => grant), ["client_credentials"]);
  assertEquals(grants?.[0]?.clientAuthentication, "client_secret_basic");
});

Deno.test("ClientSecret asks once for callers at the same time", async () => {
  await using bed = await openTestBed({ env: CI });
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => bed.call("list_projects")),
  );
  assertEquals(answers.filter(({ isError }) => isError), []);
  const grants = bed.sandbox.issuer?.requests
    .filter(({ endpoint }) => endpoint === "token");
  assertEquals(grants?.length, 1);
});

Deno.test("ClientSecret sends the secret in the form where the header is refused", async () => {
  await using bed = await openTestBed({
    env: {
      ...CI,
      FLYTE_CLIENT_ID: CI_POST_CLIENT.clientId,
      FLYTE_CLIENT_SECRET: CI_POST_CLIENT.secret ?? "",
    },
  });
  assertEquals((await bed.call("list_projects")).isError, false);
  const ways = bed.sandbox.issuer?.requests
    .filter(({ endpoint }) => endpoint === "token")
    .map(({ clientAuthentication }) => clientAuthentication);
  assertEquals(ways, ["client_secret_basic", "client_secret_post"]);
});

Deno.test("ClientSecret with a wrong secret is credentials_required, never a login", async () => {
  await using bed = await openTestBed({
    env: { ...CI, FLYTE_CLIENT_SECRET: "not-the-secret" },
  });
  const answer = await bed.call("whoami");
  assertEquals(answer.data.error.code, "credentials_required");
  assertMatch(answer.text, /FLYTE_CLIENT_SECRET/);
  assertEquals(JSON.stringify(answer).includes("not-the-secret"), false);
  const devices = bed.sandbox.issuer?.requests
    .filter(({ endpoint }) => endpoint === "device_authorization");
  assertEquals(devices, []);
});

Deno.test("ClientSecret gets a new token when the old one is refused", async () => {
  await using bed = await openTestBed({ env: CI });
  await bed.call("list_projects");
  bed.sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "html_401",
  });
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("ClientSecret that is refused straight away is token_rejected", async () => {
  await using bed = await openTestBed({ env: CI });
  bed.sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  }, { times: 2 });
  const answer = await bed.call("list_projects");
  assertEquals(answer.data.error.code, "token_rejected");
});

Deno.test("ClientSecret with an issuer that is down is unavailable", async () => {
  await using bed = await openTestBed({ env: CI });
  bed.sandbox.issuer?.faults.next("token", {
    kind: "status",
    status: 503,
    retryAfter: 17,
  });
  const answer = await bed.call("list_projects");
  assertEquals(answer.data.error.code, "unavailable");
  assertEquals(answer.data.error.retry_after_s, 17);
});

Deno.test("ClientSecret works without a token where no login is published", async () => {
  await using bed = await openTestBed({ env: CI, sandbox: { auth: "open" } });
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("logout drops a service's token, and the next call gets another", async () => {
  await using bed = await openTestBed({ env: CI });
  await bed.call("list_projects");
  const out = await bed.call("logout");
  assertEquals(out.data.logged_out, true);
  assertEquals((await bed.call("list_projects")).isError, false);
});
