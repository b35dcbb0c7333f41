/** Local settings stand over published ones, on the way to the issuer too. */
import { assertEquals } from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { openTestBed } from "../harness.ts";

/** As a config file's `admin.scopes` and `admin.audience` are named outside. */
const SETTINGS = {
  FLYTE_ADMIN_SCOPES: "openid,offline",
  FLYTE_ADMIN_AUDIENCE: "https://mine.sandbox",
};

const SENT = { scope: "openid offline", audience: "https://mine.sandbox" };

/** How each login asks for what it wants, and where that shows. */
const LOGINS = [
  {
    type: "DeviceFlow",
    env: { FLYTE_AUTH_TYPE: "DeviceFlow" },
    where: "device_authorization",
  },
  {
    type: "ClientSecret",
    env: {
      FLYTE_CLIENT_ID: CI_CLIENT.clientId,
      FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
    },
    where: "token",
  },
];

for (const { type, env, where } of LOGINS) {
  Deno.test(`${type} asks the issuer for the scopes and audience that are set`, async () => {
    await using bed = await openTestBed({
      env: { ...env, ...SETTINGS },
      sandbox: { issuer: { otherAudiences: [SENT.audience] } },
    });
    await bed.call("list_projects");
    const asked = bed.sandbox.issuer?.requests
      .find(({ endpoint }) => endpoint === where);
    const { scope, audience } = asked?.parameters ?? {};
    assertEquals({ scope, audience }, SENT);
  });
}

Deno.test("Pkce asks the issuer for the scopes and audience that are set", async () => {
  await using bed = await openTestBed({
    env: { FLYTE_AUTH_TYPE: "Pkce", ...SETTINGS },
  });
  const { data } = await bed.call("list_projects");
  const { searchParams } = new URL(data.authorization_url);
  const asked = {
    scope: searchParams.get("scope"),
    audience: searchParams.get("audience"),
  };
  assertEquals(asked, SENT);
});
