import { assertEquals } from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { connectServer, openTestBed } from "../harness.ts";

const SANDBOX = { tokenHeader: "flyte-authorization" } as const;

/** The first call that reached the ingress with a token, and its outcome. */
function firstWithToken(
  bed: Awaited<ReturnType<typeof openTestBed>>,
): string | undefined {
  return bed.sandbox.ingress.requests.find(({ token }) => token)?.outcome;
}

Deno.test("a device login's first call has the header that Flyte publishes", async () => {
  await using bed = await openTestBed({ sandbox: SANDBOX });
  await bed.logIn();
  assertEquals((await bed.call("whoami")).data.identity, "known");
  assertEquals(firstWithToken(bed), "passed");
});

Deno.test("ClientSecret's first call has the header that Flyte publishes", async () => {
  await using bed = await openTestBed({
    sandbox: SANDBOX,
    env: {
      FLYTE_CLIENT_ID: CI_CLIENT.clientId,
      FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
    },
  });
  assertEquals((await bed.call("list_projects")).isError, false);
  assertEquals(firstWithToken(bed), "passed");
});

Deno.test("ExternalCommand's first call has the header that Flyte publishes", async () => {
  await using bed = await openTestBed({ sandbox: SANDBOX });
  await bed.logIn();
  const token = [...bed.sandbox.issuer?.secrets ?? []]
    .find((secret) => secret.split(".").length === 3) ?? "";
  const print = `console.log(${JSON.stringify(token)})`;
  await using server = await connectServer(bed.sandbox.endpoint, {
    env: { FLYTE_COMMAND: JSON.stringify([Deno.execPath(), "eval", print]) },
  });
  assertEquals((await server.call("list_projects")).isError, false);
  assertEquals(firstWithToken(bed), "passed");
});

Deno.test("Passthrough's first call has the header that Flyte publishes", async () => {
  await using bed = await openTestBed({ sandbox: SANDBOX });
  await bed.logIn();
  const token = [...bed.sandbox.issuer?.secrets ?? []]
    .find((secret) => secret.split(".").length === 3) ?? "";
  await using server = await connectServer(bed.sandbox.endpoint, {
    env: { FLYTE_ACCESS_TOKEN: token },
  });
  assertEquals((await server.call("list_projects")).isError, false);
});
