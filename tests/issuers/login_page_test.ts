import { assertEquals, assertStringIncludes } from "@std/assert";
import { auth0 } from "./auth0.ts";
import { freeCallback, openIssuerBed, signIn } from "./beds.ts";
import { dex } from "./dex.ts";
import type { Decision } from "./double.ts";
import { entra } from "./entra.ts";
import { google } from "./google.ts";
import { keycloak } from "./keycloak.ts";
import { okta } from "./okta.ts";
import type { Client, Vendor } from "./vendor.ts";

const PAGE = await Deno.readTextFile(
  new URL("../../docs/login.md", import.meta.url),
);

const CALLBACK = freeCallback();

const APP: Client = {
  id: "flyte-cli",
  grants: ["authorization_code", "device_code", "refresh_token"],
  redirectUris: [CALLBACK],
};
const NO_DEVICE: Client = { ...APP, grants: ["authorization_code"] };
const WITH_SECRET: Client = { ...APP, secret: "made-up-secret" };
const SERVICE: Client = {
  id: "flyte-ci",
  grants: ["client_credentials"],
  secret: "made-up-secret",
};

const DEVICE = { FLYTE_AUTH_TYPE: "DeviceFlow" };
const BROWSER = { FLYTE_AUTH_TYPE: "Pkce" };
const AS_SERVICE = {
  FLYTE_CLIENT_ID: SERVICE.id,
  FLYTE_CLIENT_SECRET: "made-up-secret",
};
const WRONG = { ...AS_SERVICE, FLYTE_CLIENT_SECRET: "not-that-one" };

/** What was left out at the issuer, or set wrong. */
interface Mistake {
  readonly vendor: Vendor;
  readonly scopes: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly audience?: string;
  readonly decision?: Decision;
}

const OKTA = { scopes: ["all"], env: DEVICE };
const AUTH0 = { scopes: ["openid"], audience: "api" };
const ENTRA = { scopes: ["api://flyte/all"] };
const KEYCLOAK = { scopes: ["openid"], env: DEVICE };
const GOOGLE = { scopes: ["openid"], env: BROWSER };
const DEX = { scopes: ["openid"], env: DEVICE };

/** Which part of the page tells of it. */
const MISTAKES: readonly (readonly [string, string, Mistake])[] = [
  ["Okta", "no device grant", {
    ...OKTA,
    vendor: okta({ clients: [NO_DEVICE] }),
  }],
  ["Okta", "a wrong client id", {
    ...OKTA,
    vendor: okta({ clients: [] }),
    env: { ...DEVICE, FLYTE_CLIENT_ID: "nonesuch" },
  }],
  ["Okta", "no policy", {
    ...OKTA,
    vendor: okta({ clients: [APP] }),
    decision: "policy",
  }],
  ["Okta", "no such scope", {
    ...OKTA,
    vendor: okta({ clients: [APP] }),
    scopes: ["nonesuch"],
  }],
  ["Okta", "the organization's server", {
    ...OKTA,
    vendor: okta({ clients: [APP], server: "organization" }),
    scopes: ["openid"],
  }],
  ["Auth0", "no audience", {
    vendor: auth0({ clients: [APP], apis: [] }),
    scopes: ["openid"],
    env: DEVICE,
  }],
  ["Auth0", "no API", {
    ...AUTH0,
    vendor: auth0({ clients: [APP], apis: [] }),
    env: DEVICE,
  }],
  ["Auth0", "no device grant", {
    ...AUTH0,
    vendor: auth0({ clients: [NO_DEVICE], apis: ["api"] }),
    env: DEVICE,
  }],
  ["Auth0", "no grant to the API", {
    ...AUTH0,
    vendor: auth0({ clients: [SERVICE], apis: ["api"], grantedApis: [] }),
    env: AS_SERVICE,
  }],
  ["Auth0", "a wrong secret", {
    ...AUTH0,
    vendor: auth0({ clients: [SERVICE], apis: ["api"] }),
    env: WRONG,
  }],
  ["Microsoft Entra ID", "no public client flows", {
    ...ENTRA,
    vendor: entra({ clients: [WITH_SECRET] }),
    env: DEVICE,
  }],
  ["Microsoft Entra ID", "no scope", {
    vendor: entra({ clients: [APP] }),
    scopes: [],
    env: DEVICE,
  }],
  ["Microsoft Entra ID", "a wrong secret", {
    ...ENTRA,
    vendor: entra({ clients: [SERVICE] }),
    env: WRONG,
  }],
  ["Keycloak", "no device grant", {
    ...KEYCLOAK,
    vendor: keycloak({ clients: [NO_DEVICE] }),
  }],
  ["Keycloak", "PKCE is demanded", {
    ...KEYCLOAK,
    vendor: keycloak({ clients: [APP], demandsPkce: true }),
  }],
  ["Keycloak", "no audience mapper", {
    ...KEYCLOAK,
    vendor: keycloak({ clients: [APP] }),
  }],
  ["Keycloak", "a wrong secret", {
    ...KEYCLOAK,
    vendor: keycloak({ clients: [SERVICE] }),
    env: WRONG,
  }],
  ["Google", "no secret", {
    ...GOOGLE,
    vendor: google({ clients: [WITH_SECRET] }),
  }],
  ["Google", "offline_access", {
    ...GOOGLE,
    vendor: google({ clients: [WITH_SECRET] }),
    scopes: ["openid", "offline_access"],
  }],
  ["Google", "a client for the desktop alone", {
    ...GOOGLE,
    vendor: google({ clients: [NO_DEVICE] }),
    env: DEVICE,
  }],
  ["Dex", "the scope all", {
    ...DEX,
    vendor: dex({ clients: [APP] }),
    scopes: ["openid", "all"],
    env: BROWSER,
  }],
  ["Dex", "another aud", { ...DEX, vendor: dex({ clients: [APP] }) }],
  ["Dex", "client credentials", {
    ...DEX,
    vendor: dex({ clients: [{ ...SERVICE, grants: [] }] }),
    env: AS_SERVICE,
  }],
];

for (const [section, what, mistake] of MISTAKES) {
  Deno.test(`docs/login.md shows under ${section} what comes of ${what}`, async () => {
    const message = await messageOf(mistake);
    assertStringIncludes(sectionOf(section), `\`${message}\``);
  });
}

/** Logs in as far as it goes, and gives the refusal as the page quotes it. */
async function messageOf(
  { vendor, scopes, env, audience, decision = "approved" }: Mistake,
): Promise<string> {
  await using bed = await openIssuerBed(vendor, {
    client: {
      clientId: APP.id,
      redirectUri: CALLBACK,
      scopes,
      ...(audience && { audience }),
    },
    metadataUrl: ".well-known/openid-configuration",
    audience: "made-up-audience",
    env,
  });
  let answer = await bed.call("list_projects");
  if (answer.data.status === "login_required") {
    if (answer.data.method === "browser") await signIn(answer);
    else bed.double.decide(answer.data.user_code, decision);
    answer = await bed.settled().then(async (status) =>
      status.isError ? status : await bed.call("list_projects")
    );
  }
  assertEquals(answer.isError, true, answer.text);
  return quoted(answer.data.error.message);
}

/** Without host and address, and with an ellipsis for what others said. */
function quoted(message: string): string {
  return message
    .replace(/<<data-\w+ [^]*? \w+-data>>/g, "…")
    .replace(/http:\/\/\S+,/, "…,")
    .replace(/http:\/\/\S+/, "…")
    .replace(/^\S+ /, "")
    .replace(/\.( .*)?$/, "");
}

function sectionOf(title: string): string {
  const [, section = ""] = PAGE.split(`\n### ${title}\n`);
  return section.split("\n### ")[0] ?? "";
}
