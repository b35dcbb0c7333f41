import {
  type Answer,
  type Client,
  type DoubleRequest,
  refusal,
  type Vendor,
} from "./vendor.ts";

/**
 * Auth0. What its documentation says, and clients run into:
 *
 * - Its issuer ends in a slash.
 *   https://auth0.com/docs/get-started/applications/configure-applications-with-oidc-discovery
 * - Without `audience` an access token is opaque and good for `/userinfo`
 *   alone; an audience that it does not know is `access_denied`.
 *   https://auth0.com/docs/secure/tokens/access-tokens
 * - A poll is answered with 403, also while it is pending, and with 429 when
 *   it comes too early, each time with an OAuth error. An expired code is said
 *   to be so once; then it is `invalid_grant`.
 *   https://auth0.com/docs/get-started/authentication-and-authorization-flow/device-authorization-flow/call-your-api-using-the-device-authorization-flow
 * - A refresh token needs `offline_access`, and an API that allows it.
 *   https://auth0.com/docs/secure/tokens/refresh-tokens/get-refresh-tokens
 * - A grant that is off is `unauthorized_client` with 403, a wrong secret is
 *   `access_denied` with 401, and a service without a grant to the API is
 *   `access_denied` with 403.
 *   https://auth0.com/docs/get-started/applications/update-grant-types
 *
 * @param options.apis identifiers of the APIs it knows
 */
export function auth0(
  { clients, apis, grantedApis = apis }: {
    clients: readonly Client[];
    apis: readonly string[];
    /** Those that a service may ask for. */
    grantedApis?: readonly string[];
  },
): Vendor {
  return {
    issuerPath: "",
    issuerName: (address) => `${address}/`,
    paths: {
      authorize: "/authorize",
      token: "/oauth/token",
      device: "/oauth/device/code",
      revoke: "/oauth/revoke",
      metadata: [
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
      ],
    },
    clients,
    scopes: null,
    refusals: REFUSALS,
    deviceChecks: "client",
    rotates: true,
    object: (request, { grants }) =>
      objectTo(request, { apis, grantedApis, grants }),
    device: ({ deviceCode, userCode, interval }, issuer) => ({
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: `${issuer}/activate`,
      verification_uri_complete: `${issuer}/activate?user_code=${userCode}`,
      expires_in: 900,
      interval,
    }),
    async tokens({ client, scopes, audience, grant }, mint) {
      const isService = grant === "client_credentials";
      const isOffline = audience !== null && scopes.includes("offline_access");
      return {
        access_token: audience === null ? mint.opaque("") : await mint.jwt({
          sub: isService ? `${client.id}@clients` : "auth0|ada",
          aud: [audience, "https://acme.auth0.com/userinfo"],
          azp: client.id,
          scope: scopes.join(" "),
        }),
        expires_in: 86_400,
        token_type: "Bearer",
        ...(isOffline && { refresh_token: mint.opaque("v1.") }),
        ...(!isService && { scope: scopes.join(" ") }),
      };
    },
  };
}

function objectTo(
  { endpoint, grant, parameters }: DoubleRequest,
  { apis, grantedApis, grants }: {
    apis: readonly string[];
    grantedApis: readonly string[];
    grants: Client["grants"];
  },
): Answer | null {
  const audience = parameters.get("audience");
  const isRequest = endpoint === "device" || grant === "client_credentials";
  if (!isRequest || audience === undefined) return null;
  if (!apis.includes(audience)) {
    return refusal(403, "access_denied", `Service not found: ${audience}`);
  }
  const isService = grant === "client_credentials" &&
    grants.includes("client_credentials");
  if (!isService || grantedApis.includes(audience)) return null;
  return refusal(
    403,
    "access_denied",
    `Client is not authorized to access "${audience}". You need to create a "client-grant" associated to this API.`,
  );
}

const NOT_ALLOWED = {
  error_uri: "https://auth0.com/docs/clients/client-grant-types",
};

const REFUSALS: Vendor["refusals"] = {
  pending: refusal(
    403,
    "authorization_pending",
    "User has yet to authorize device code.",
  ),
  slow_down: refusal(
    429,
    "slow_down",
    "You are polling faster than the specified interval of 5 seconds.",
  ),
  denied: refusal(
    403,
    "access_denied",
    "User cancelled the confirmation prompt or consent page.",
  ),
  policy: refusal(403, "access_denied", "Denied by an Action."),
  expired: refusal(403, "expired_token", "The device code has expired."),
  bad_code: refusal(403, "invalid_grant", "Invalid or expired device code."),
  bad_refresh: refusal(
    403,
    "invalid_grant",
    "Unknown or invalid refresh token.",
  ),
  unknown_client: refusal(403, "unauthorized_client", "Unknown client."),
  no_secret: refusal(401, "access_denied", "Unauthorized"),
  wrong_secret: refusal(401, "access_denied", "Unauthorized"),
  no_device_grant: {
    status: 403,
    body: {
      error: "unauthorized_client",
      error_description:
        "Grant type 'urn:ietf:params:oauth:grant-type:device_code' not allowed for the client.",
      ...NOT_ALLOWED,
    },
  },
  no_service_grant: {
    status: 403,
    body: {
      error: "unauthorized_client",
      error_description:
        "Grant type 'client_credentials' not allowed for the client.",
      ...NOT_ALLOWED,
    },
  },
  bad_scope: refusal(403, "invalid_scope"),
  bad_request: refusal(400, "invalid_request"),
};
