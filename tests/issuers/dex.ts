import { type Client, refusal, type Vendor } from "./vendor.ts";

/**
 * Dex. What its documentation and its sources say:
 *
 * - A poll is answered with 401 while it is pending, without a description;
 *   the client is looked at only when the person has typed the code, on a page.
 *   https://github.com/dexidp/dex/blob/master/server/deviceflowhandlers.go
 * - Only its own scopes are known, and `openid` must be among them; a refresh
 *   token needs `offline_access`, and a connector that can refresh. There is no
 *   `audience`: a token is for the client itself, and for the peers that
 *   `audience:server:client_id:` names.
 *   https://dexidp.io/docs/configuration/custom-scopes-claims-clients/
 * - Services cannot log in (older versions), nothing is revoked, and there is
 *   only the document of OpenID Connect.
 *   https://github.com/dexidp/dex/blob/master/server/handlers.go
 */
export function dex({ clients }: { clients: readonly Client[] }): Vendor {
  return {
    issuerPath: "/dex",
    paths: {
      authorize: "/dex/auth",
      token: "/dex/token",
      device: "/dex/device/code",
      revoke: null,
      metadata: ["/dex/.well-known/openid-configuration"],
    },
    clients,
    scopes: ["openid", "email", "profile", "groups", "offline_access"]
      .concat(`${PEER}flyte-api`),
    refusals: REFUSALS,
    deviceChecks: "nothing",
    rotates: true,
    device: ({ deviceCode, userCode, interval }, issuer) => ({
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${issuer}/device`,
      verification_uri_complete: `${issuer}/device?user_code=${userCode}`,
      expires_in: 300,
      interval,
    }),
    async tokens({ client, scopes }, mint) {
      const peers = scopes.filter((scope) => scope.startsWith(PEER))
        .map((scope) => scope.slice(PEER.length));
      return {
        access_token: await mint.jwt({
          aud: peers.length > 0 ? [...peers, client.id] : client.id,
          ...(scopes.includes("email") && { email: "ada@example.com" }),
        }),
        token_type: "bearer",
        expires_in: 86_399,
        ...(scopes.includes("offline_access") && {
          refresh_token: mint.opaque("Chl"),
        }),
        id_token: mint.opaque("id-"),
      };
    },
  };
}

const PEER = "audience:server:client_id:";

const CLIENT = "Invalid client credentials.";

const REFUSALS: Vendor["refusals"] = {
  pending: refusal(401, "authorization_pending"),
  slow_down: refusal(400, "slow_down"),
  denied: refusal(400, "access_denied"),
  policy: refusal(400, "access_denied"),
  expired: refusal(400, "expired_token"),
  bad_code: refusal(400, "invalid_request", "Invalid Device code."),
  bad_refresh: refusal(
    400,
    "invalid_request",
    "Refresh token is invalid or has already been claimed by another client.",
  ),
  unknown_client: refusal(401, "invalid_client", CLIENT),
  no_secret: refusal(401, "invalid_client", CLIENT),
  wrong_secret: refusal(401, "invalid_client", CLIENT),
  no_device_grant: refusal(401, "invalid_client", CLIENT),
  no_service_grant: refusal(400, "unsupported_grant_type"),
  bad_scope: refusal(400, "invalid_scope", 'Unrecognized scope(s) ["all"]'),
  bad_request: refusal(400, "unsupported_grant_type"),
};
