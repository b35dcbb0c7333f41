import { type Answer, type Client, refusal, type Vendor } from "./vendor.ts";

/**
 * Okta, with a custom authorization server (`/oauth2/default`) or with that of
 * the organization. What its documentation says, and clients run into:
 *
 * - Device login is for native apps with the Device Authorization grant, and
 *   the access policy must allow it as well; the metadata advertises the
 *   endpoint whether or not. A refresh token needs `offline_access`.
 *   https://developer.okta.com/docs/guides/device-authorization-grant/main/
 * - An unknown client id is refused in the shape of Okta's own API, with
 *   `errorCode` and `errorSummary`; a wrong secret in that of OAuth.
 *   https://support.okta.com/help/s/article/invalid-client-error-returned-during-client-authentication-failure
 * - What an access policy denies is `access_denied`, as if the person had.
 *   https://developer.okta.com/docs/concepts/api-access-management/
 * - Too many requests are answered as `E0000047` with 429.
 *   https://developer.okta.com/docs/reference/error-codes/
 * - Access tokens name scopes as `scp` and the client as `cid`, and have no
 *   name or address; those of the organization's server are for Okta alone.
 *   https://developer.okta.com/docs/concepts/auth-servers/
 */
export function okta(
  { clients, server = "default" }: {
    clients: readonly Client[];
    server?: "default" | "organization";
  },
): Vendor {
  const isOrg = server === "organization";
  const issuerPath = isOrg ? "" : "/oauth2/default";
  const base = isOrg ? "/oauth2" : issuerPath;
  return {
    issuerPath,
    paths: {
      authorize: `${base}/v1/authorize`,
      token: `${base}/v1/token`,
      device: `${base}/v1/device/authorize`,
      revoke: `${base}/v1/revoke`,
      metadata: [
        `${issuerPath}/.well-known/oauth-authorization-server`,
        `${issuerPath}/.well-known/openid-configuration`,
      ],
    },
    clients,
    scopes: ["openid", "profile", "email", "offline_access"]
      .concat(isOrg ? [] : ["all"]),
    refusals: REFUSALS,
    deviceChecks: "secret",
    rotates: true,
    device: ({ deviceCode, userCode, interval }, issuer) => {
      const page = new URL("/activate", issuer).href;
      return {
        device_code: deviceCode,
        user_code: userCode,
        verification_uri: page,
        verification_uri_complete: `${page}?user_code=${userCode}`,
        expires_in: 600,
        interval,
      };
    },
    async tokens({ client, scopes, grant }, mint) {
      const isOffline = scopes.includes("offline_access") &&
        client.grants.includes("refresh_token");
      return {
        token_type: "Bearer",
        expires_in: 3600,
        access_token: await mint.jwt({
          ver: 1,
          sub: grant === "client_credentials" ? client.id : "ada@example.com",
          aud: isOrg ? "https://acme.okta.com" : "api://flyte",
          cid: client.id,
          scp: scopes,
        }),
        scope: scopes.join(" "),
        ...(isOffline && { refresh_token: mint.opaque("okta-") }),
        ...(scopes.includes("openid") && { id_token: mint.opaque("id-") }),
      };
    },
  };
}

/** An error of Okta's API, which is not one of OAuth. */
export function oktaError(
  status: number,
  errorCode: string,
  errorSummary: string,
): Answer {
  const body = { errorCode, errorSummary, errorLink: errorCode };
  return { status, body: { ...body, errorId: "oaeMadeUp", errorCauses: [] } };
}

const REFUSALS: Vendor["refusals"] = {
  pending: refusal(
    400,
    "authorization_pending",
    "The device authorization is pending. Please try again later.",
  ),
  slow_down: refusal(400, "slow_down"),
  denied: refusal(
    400,
    "access_denied",
    "The resource owner or authorization server denied the request.",
  ),
  policy: refusal(
    400,
    "access_denied",
    "Policy evaluation failed for this request, please check the policy configurations.",
  ),
  expired: refusal(400, "expired_token", "The device code has expired."),
  bad_code: refusal(
    400,
    "invalid_grant",
    "The authorization code is invalid or has expired.",
  ),
  bad_refresh: refusal(
    400,
    "invalid_grant",
    "The refresh token is invalid or expired.",
  ),
  unknown_client: oktaError(
    401,
    "invalid_client",
    "Invalid value for 'client_id' parameter.",
  ),
  no_secret: refusal(401, "invalid_client", "No client credentials found."),
  wrong_secret: refusal(
    401,
    "invalid_client",
    "The client secret supplied for a confidential client is invalid.",
  ),
  no_device_grant: refusal(
    400,
    "unauthorized_client",
    "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code, refresh_token].",
  ),
  no_service_grant: refusal(
    400,
    "unauthorized_client",
    "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].",
  ),
  bad_scope: refusal(
    400,
    "invalid_scope",
    "One or more scopes are not configured for the authorization server resource.",
  ),
  bad_request: refusal(400, "invalid_request"),
};
