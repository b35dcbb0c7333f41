import { Secret } from "../../../src/config/secret.ts";
import type {
  BrowserLoginFlow,
  DeviceLoginFlow,
} from "../../../src/auth/login.ts";
import type { CredentialIdentity } from "../../../src/auth/store/credential_identity.ts";
import {
  type LoginRecord,
  newRecord,
} from "../../../src/auth/store/login_record.ts";

/** A made-up identity. */
export const IDENTITY: CredentialIdentity = {
  endpoint: "https://flyte.example.com",
  issuer: "https://acme.okta.example",
  authType: null,
  clientId: "flyte-cli",
  audience: "https://flyte.example.com",
  scopes: ["all", "offline_access"],
};

/** A record with a token, made up. */
export function recordWith(
  accessToken: string,
  { refreshToken = "made-up-refresh-token", expiresAt = 9e12 }: {
    refreshToken?: string | null;
    expiresAt?: number;
  } = {},
): LoginRecord {
  return {
    ...newRecord(IDENTITY),
    kept: {
      method: "device",
      token: {
        accessToken: new Secret(accessToken),
        refreshToken: refreshToken === null ? null : new Secret(refreshToken),
        expiresAt,
        obtainedAt: 1000,
        claims: null,
      },
    },
  };
}

const PENDING = {
  issuerHost: "acme.okta.example",
  startedAt: 1000,
  expiresAt: 601_000,
  otherMethods: ["browser"],
  note: null,
} as const;

/** A pending device login, made up. */
export const DEVICE_FLOW: DeviceLoginFlow = {
  method: "device",
  id: "made-up-flow",
  login: {
    ...PENDING,
    method: "device",
    verificationUri: "https://acme.okta.example/activate",
    verificationUriComplete: null,
    userCode: "WDJB-MJHT",
  },
  deviceCode: new Secret("made-up-device-code"),
  interval: 5,
};

/** A pending browser login, made up. */
export const BROWSER_FLOW: BrowserLoginFlow = {
  method: "browser",
  id: "made-up-browser-flow",
  login: {
    ...PENDING,
    method: "browser",
    authorizationUrl: "https://acme.okta.example/authorize?client_id=x",
    callbackHost: "localhost:53593",
  },
  state: new Secret("made-up-state"),
  verifier: new Secret("made-up-verifier"),
  redirectUri: "http://localhost:53593/callback",
};

/** A folder that is gone when the test is over. */
export async function makeFolder(): Promise<
  AsyncDisposable & { readonly path: string }
> {
  const path = await Deno.makeTempDir({ prefix: "flyte-mcp-store-" });
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
