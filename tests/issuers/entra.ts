import {
  type Answer,
  type Client,
  type DoubleRequest,
  refusal,
  type Vendor,
} from "./vendor.ts";

/** The tenant's id, made up. */
export const TENANT = "8eaef023-0000-4000-8000-8bc8c9d6a490";

/**
 * Microsoft Entra ID, version 2. What its documentation says, and clients run
 * into:
 *
 * - The device answer has no `verification_uri_complete`, and its page is on
 *   another host; a denial is `authorization_declined`, a code that is not
 *   known `bad_verification_code`.
 *   https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
 * - An application that does not allow public client flows gets a code all the
 *   same, and is refused with `invalid_client` when it polls.
 *   https://learn.microsoft.com/troubleshoot/entra/entra-id/app-integration/confidential-client-application-authentication-error-aadsts7000218
 * - Descriptions start with an `AADSTS` number and have several lines; `scope`
 *   must be there. What a token is for follows from the scopes, not from
 *   `audience`: without one of an API it is for Microsoft Graph.
 *   https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 *   https://learn.microsoft.com/entra/identity-platform/access-tokens
 * - For many tenants the issuer in the metadata has a placeholder,
 *   `{tenantid}`, and there is only the document of OpenID Connect.
 *   https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
 * - A refresh token needs `offline_access`; there is no revocation endpoint.
 *   https://learn.microsoft.com/entra/identity-platform/scopes-oidc
 *
 * @param options.tenant `common` for many tenants
 */
export function entra(
  { clients, tenant = TENANT }: {
    clients: readonly Client[];
    tenant?: string;
  },
): Vendor {
  return {
    issuerPath: `/${tenant}/v2.0`,
    issuerName: (address) => address.replace("/common/", "/{tenantid}/"),
    paths: {
      authorize: `/${tenant}/oauth2/v2.0/authorize`,
      token: `/${tenant}/oauth2/v2.0/token`,
      device: `/${tenant}/oauth2/v2.0/devicecode`,
      revoke: null,
      metadata: [`/${tenant}/v2.0/.well-known/openid-configuration`],
    },
    clients,
    scopes: ["openid", "profile", "email", "offline_access"]
      .concat("api://flyte/all", "api://flyte/.default"),
    refusals: REFUSALS,
    deviceChecks: "client",
    rotates: false,
    object: objectTo,
    device: ({ deviceCode, userCode, interval }) => ({
      user_code: userCode,
      device_code: deviceCode,
      verification_uri: "https://microsoft.com/devicelogin",
      expires_in: 900,
      interval,
      message:
        `To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code ${userCode} to authenticate.`,
    }),
    async tokens({ client, scopes, grant }, mint) {
      const isApi = scopes.some((scope) => scope.startsWith("api://flyte/"));
      const isOffline = grant !== "client_credentials" &&
        scopes.includes("offline_access");
      return {
        token_type: "Bearer",
        scope: scopes.join(" "),
        expires_in: 3599,
        ext_expires_in: 3599,
        access_token: await mint.jwt({
          aud: isApi ? API : GRAPH,
          azp: client.id,
          tid: TENANT,
          ver: "2.0",
          ...(grant !== "client_credentials" && {
            name: "Ada Example",
            preferred_username: "ada@example.com",
          }),
        }),
        ...(isOffline && { refresh_token: mint.opaque("0.AA") }),
      };
    },
  };
}

/** Flyte's own registration: tokens of version 2 name it by its id. */
export const API = "22222222-0000-4000-8000-000000000000";

/** Microsoft Graph, as tokens name it. */
const GRAPH = "00000003-0000-0000-c000-000000000000";

/** Entra's refusals, whose descriptions say more than their names. */
export function aadsts(
  status: number,
  error: string,
  [code, text]: readonly [number, string],
): Answer {
  const trace = "Trace ID: made-up-trace Correlation ID: made-up-correlation";
  return {
    status,
    body: {
      error,
      error_description:
        `AADSTS${code}: ${text} ${trace} Timestamp: 2025-01-09 02:02:12Z`
          .replaceAll(" Correlation", "\r\nCorrelation"),
      error_codes: [code],
      timestamp: "2025-01-09 02:02:12Z",
      trace_id: "made-up-trace",
      correlation_id: "made-up-correlation",
      error_uri: `https://login.microsoftonline.com/error?code=${code}`,
    },
  };
}

function objectTo({ endpoint, grant, parameters }: DoubleRequest) {
  const isRequest = endpoint === "device" || grant === "client_credentials";
  if (!isRequest || parameters.get("scope")) return null;
  return aadsts(400, "invalid_request", [
    900144,
    "The request body must contain the following parameter: 'scope'.",
  ]);
}

const REFUSALS: Vendor["refusals"] = {
  pending: aadsts(400, "authorization_pending", [
    70016,
    "The provided request has not yet been authorized by the user. The user must input their code.",
  ]),
  slow_down: refusal(400, "slow_down"),
  denied: aadsts(400, "authorization_declined", [
    65004,
    "User declined to consent to access the app.",
  ]),
  policy: aadsts(400, "invalid_grant", [
    53003,
    "Access has been blocked by Conditional Access policies.",
  ]),
  expired: aadsts(400, "expired_token", [70019, "Verification code expired."]),
  bad_code: aadsts(400, "bad_verification_code", [
    70018,
    "Invalid verification code.",
  ]),
  bad_refresh: aadsts(400, "invalid_grant", [
    700082,
    "The refresh token has expired due to inactivity.",
  ]),
  unknown_client: aadsts(400, "unauthorized_client", [
    700016,
    "Application with identifier 'made-up-id' was not found in the directory 'Acme'.",
  ]),
  no_secret: aadsts(401, "invalid_client", [
    7000218,
    "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ]),
  wrong_secret: aadsts(401, "invalid_client", [
    7000215,
    "Invalid client secret provided.",
  ]),
  no_device_grant: aadsts(400, "unauthorized_client", [
    700016,
    "Application with identifier 'made-up-id' was not found in the directory 'Acme'.",
  ]),
  no_service_grant: aadsts(400, "unauthorized_client", [
    700016,
    "Application with identifier 'made-up-id' was not found in the directory 'Acme'.",
  ]),
  bad_scope: aadsts(400, "invalid_scope", [
    70011,
    "The provided value for the input parameter 'scope' isn't valid.",
  ]),
  bad_request: aadsts(400, "invalid_request", [900144, "Bad request."]),
};
