/** Who may ask this issuer for tokens. Every secret here is made up. */

export type GrantType =
  | "authorization_code"
  | "client_credentials"
  | "device_code"
  | "refresh_token";

export interface IssuerClient {
  readonly clientId: string;
  /** What the person reads on the pages. */
  readonly clientName: string;
  readonly grants: readonly GrantType[];
  /** Absent for a public client, which has no way to keep one. */
  readonly secret?: string;
  /** How the secret must be sent; no other way is taken. @default {"client_secret_basic"} */
  readonly authentication?: "client_secret_basic" | "client_secret_post";
  /** Needed for `authorization_code`; a loopback address matches any port. */
  readonly redirectUris?: readonly string[];
}

/** The callback Flyte's own tools register. */
export const REDIRECT_URI = "http://localhost:53593/callback";

const REDIRECT_URIS = [
  REDIRECT_URI,
  "http://127.0.0.1:53593/callback",
  "http://[::1]:53593/callback",
];

/** The public client people log in with. */
export const CLI_CLIENT: IssuerClient = {
  clientId: "flyte-cli",
  clientName: "Flyte CLI",
  grants: ["authorization_code", "device_code", "refresh_token"],
  redirectUris: REDIRECT_URIS,
};

/** A machine that sends its secret in the Authorization header. */
export const CI_CLIENT: IssuerClient = {
  clientId: "flyte-ci",
  clientName: "Flyte CI",
  grants: ["client_credentials"],
  secret: "not-a-secret-basic/+ %: sandbox",
};

/** A machine that sends its secret in the form, and in no other way. */
export const CI_POST_CLIENT: IssuerClient = {
  clientId: "flyte-ci-post",
  clientName: "Flyte CI (form)",
  grants: ["client_credentials"],
  secret: "not-a-secret-post/+ %: sandbox",
  authentication: "client_secret_post",
};

/** A public client whose administrator never enabled the device grant. */
export const BROWSER_CLIENT: IssuerClient = {
  clientId: "flyte-browser",
  clientName: "Flyte browser login",
  grants: ["authorization_code", "refresh_token"],
  redirectUris: REDIRECT_URIS,
};

export const DEFAULT_CLIENTS: readonly IssuerClient[] = [
  CLI_CLIENT,
  CI_CLIENT,
  CI_POST_CLIENT,
  BROWSER_CLIENT,
];

export const DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** A client as registration metadata (RFC 7591) names its parts. */
export function clientMetadata(client: IssuerClient): Record<string, unknown> {
  const usesCode = client.grants.includes("authorization_code");
  return {
    client_id: client.clientId,
    client_name: client.clientName,
    // Only native applications may have loopback redirects on any port.
    application_type: "native",
    grant_types: client.grants.map((grant) =>
      grant === "device_code" ? DEVICE_CODE_GRANT : grant
    ),
    response_types: usesCode ? ["code"] : [],
    redirect_uris: client.redirectUris ?? [],
    ...(client.secret === undefined ? { token_endpoint_auth_method: "none" } : {
      client_secret: client.secret,
      token_endpoint_auth_method: client.authentication ??
        "client_secret_basic",
    }),
  };
}
