import { type Client, refusal, type Vendor } from "./vendor.ts";

/**
 * Google. What its documentation says:
 *
 * - The device answer names its page `verification_url`. A poll needs the
 *   client's secret, is answered with 428 while pending and with 403 when it
 *   comes too early; a quota is 403 with `error_code`, not `error`.
 *   https://developers.google.com/identity/protocols/oauth2/limited-input-device
 * - Desktop clients have a secret too, though they cannot keep it. There is no
 *   `offline_access`: a refresh token needs `access_type=offline` in the
 *   authorization request, and `prompt=consent` from the second time on.
 *   https://developers.google.com/identity/protocols/oauth2/native-app
 *   https://developers.google.com/identity/protocols/oauth2/web-server#offline
 * - Access tokens are opaque, for Google's own APIs; there is no `audience`.
 *   https://cloud.google.com/docs/authentication/token-types
 * - There is only the document of OpenID Connect.
 *   https://developers.google.com/identity/openid-connect/openid-connect#discovery
 */
export function google({ clients }: { clients: readonly Client[] }): Vendor {
  return {
    issuerPath: "",
    paths: {
      authorize: "/o/oauth2/v2/auth",
      token: "/token",
      device: "/device/code",
      revoke: "/revoke",
      metadata: ["/.well-known/openid-configuration"],
    },
    clients,
    scopes: ["openid", "email", "profile"],
    refusals: REFUSALS,
    deviceChecks: "client",
    rotates: false,
    device: ({ deviceCode, userCode, interval }) => ({
      device_code: deviceCode,
      user_code: userCode,
      verification_url: "https://www.google.com/device",
      expires_in: 1800,
      interval,
    }),
    tokens({ scopes, grant, query }, mint) {
      const isOffline = grant === "device_code" ||
        query.get("access_type") === "offline" &&
          query.get("prompt") === "consent";
      return Promise.resolve({
        access_token: mint.opaque("ya29."),
        expires_in: 3599,
        scope: scopes.join(" "),
        token_type: "Bearer",
        ...(isOffline && { refresh_token: mint.opaque("1//") }),
        ...(scopes.includes("openid") && { id_token: mint.opaque("id-") }),
      });
    },
  };
}

/** The quota of device codes is used up; there is no `error` in it. */
export const RATE_LIMIT = {
  status: 403,
  body: { error_code: "rate_limit_exceeded" },
};

const REFUSALS: Vendor["refusals"] = {
  pending: refusal(428, "authorization_pending", "Precondition Required"),
  slow_down: refusal(403, "slow_down", "Forbidden"),
  denied: refusal(403, "access_denied", "Forbidden"),
  policy: refusal(403, "org_internal", "Restricted to its organization."),
  expired: refusal(400, "expired_token", "Bad Request"),
  bad_code: refusal(400, "invalid_grant", "Malformed auth code."),
  bad_refresh: refusal(
    400,
    "invalid_grant",
    "Token has been expired or revoked.",
  ),
  unknown_client: refusal(
    401,
    "invalid_client",
    "The OAuth client was not found.",
  ),
  no_secret: refusal(400, "invalid_request", "client_secret is missing."),
  wrong_secret: refusal(401, "invalid_client", "Unauthorized"),
  no_device_grant: refusal(401, "invalid_client", "Invalid client type."),
  no_service_grant: refusal(
    400,
    "unsupported_grant_type",
    "Invalid grant_type: client_credentials",
  ),
  bad_scope: refusal(
    400,
    "invalid_scope",
    "Some requested scopes were invalid. {valid=[openid], invalid=[offline_access]}",
  ),
  bad_request: refusal(400, "invalid_request"),
};
