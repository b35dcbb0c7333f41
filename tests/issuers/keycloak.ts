import {
  type Client,
  type DoubleRequest,
  refusal,
  type Vendor,
} from "./vendor.ts";

/**
 * Keycloak. What its documentation and its sources say:
 *
 * - The realm advertises the device endpoint; each client has a switch of its
 *   own, "OAuth 2.0 Device Authorization Grant". Off, it is refused with
 *   `unauthorized_client`, by older versions with `invalid_grant`.
 *   https://www.keycloak.org/docs/latest/server_admin/#_oidc_clients
 *   https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/protocol/oidc/grants/device/endpoints/DeviceEndpoint.java
 * - A client for which PKCE is demanded must bring a challenge to a device
 *   login as well, which RFC 8628 does not have.
 * - `audience` is ignored: a token is for what the client's audience mappers
 *   say, `account` at first.
 *   https://www.keycloak.org/docs/latest/server_admin/#_audience
 * - A refresh token comes without `offline_access`; with it, it outlives the
 *   person's session.
 *   https://www.keycloak.org/docs/latest/server_admin/#_offline-access
 * - A wrong secret, and a client without service accounts, are both
 *   `unauthorized_client` with 401.
 *   https://github.com/keycloak/keycloak/blob/main/services/src/main/java/org/keycloak/protocol/oidc/grants/ClientCredentialsGrantType.java
 * - The browser comes back with `iss` (RFC 9207) and `session_state`.
 *
 * @param options.audiences what the audience mappers of its clients add
 * @param options.isOld whether it is an older version
 * @param options.demandsPkce whether all clients must use PKCE
 */
export function keycloak(
  { clients, audiences = [], isOld = false, demandsPkce = false }: {
    clients: readonly Client[];
    audiences?: readonly string[];
    isOld?: boolean;
    demandsPkce?: boolean;
  },
): Vendor {
  const realm = "/realms/flyte";
  const base = `${realm}/protocol/openid-connect`;
  return {
    issuerPath: realm,
    paths: {
      authorize: `${base}/auth`,
      token: `${base}/token`,
      device: `${base}/auth/device`,
      revoke: `${base}/revoke`,
      metadata: [
        `${realm}/.well-known/oauth-authorization-server`,
        `${realm}/.well-known/openid-configuration`,
      ],
    },
    clients,
    scopes: ["openid", "profile", "email", "offline_access", "all"],
    refusals: {
      ...REFUSALS,
      ...(isOld && {
        no_device_grant: refusal(
          400,
          "invalid_grant",
          "Client not allowed for OAuth 2.0 Device Authorization Grant",
        ),
      }),
    },
    deviceChecks: "secret",
    rotates: true,
    object: (request) => demandsPkce ? objectTo(request) : null,
    callback: (issuer) => ({ session_state: "made-up-session", iss: issuer }),
    device: ({ deviceCode, userCode, interval }, issuer) => ({
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${issuer}/device`,
      verification_uri_complete: `${issuer}/device?user_code=${userCode}`,
      expires_in: 600,
      interval,
    }),
    async tokens({ client, scopes, grant }, mint) {
      const isService = grant === "client_credentials";
      return {
        access_token: await mint.jwt({
          aud: [...audiences, "account"],
          typ: "Bearer",
          azp: client.id,
          scope: scopes.join(" "),
          ...(!isService && {
            preferred_username: "ada",
            email: "ada@example.com",
          }),
        }),
        expires_in: 300,
        refresh_expires_in: scopes.includes("offline_access") ? 0 : 1800,
        ...(!isService && { refresh_token: mint.opaque("kc-") }),
        token_type: "Bearer",
        "not-before-policy": 0,
        session_state: "made-up-session",
        scope: scopes.join(" "),
      };
    },
  };
}

function objectTo({ endpoint, parameters }: DoubleRequest) {
  const isBegun = endpoint === "device" || endpoint === "authorize";
  if (!isBegun || parameters.has("code_challenge_method")) return null;
  const text = "Missing parameter: code_challenge_method";
  return refusal(400, "invalid_request", text);
}

const CREDENTIALS = "Invalid client or Invalid client credentials";

const REFUSALS: Vendor["refusals"] = {
  pending: refusal(
    400,
    "authorization_pending",
    "The authorization request is still pending",
  ),
  slow_down: refusal(400, "slow_down", "Slow down"),
  denied: refusal(
    400,
    "access_denied",
    "The end user denied the authorization request",
  ),
  policy: refusal(400, "invalid_grant", "User disabled"),
  expired: refusal(400, "expired_token", "Device code is expired"),
  bad_code: refusal(400, "invalid_grant", "Device code not valid"),
  bad_refresh: refusal(400, "invalid_grant", "Token is not active"),
  unknown_client: refusal(401, "invalid_client", CREDENTIALS),
  no_secret: refusal(401, "unauthorized_client", CREDENTIALS),
  wrong_secret: refusal(401, "unauthorized_client", CREDENTIALS),
  no_device_grant: refusal(
    400,
    "unauthorized_client",
    "Client is not allowed to initiate OAuth 2.0 Device Authorization Grant. The flow is disabled for the client.",
  ),
  no_service_grant: refusal(
    401,
    "unauthorized_client",
    "Client not enabled to retrieve service account",
  ),
  bad_scope: refusal(400, "invalid_scope", "Invalid scopes: all"),
  bad_request: refusal(400, "invalid_request"),
};
