/** How oidc-provider is set up, so that none of its loud defaults is used. */
import { randomBytes } from "node:crypto";
import { accountClaims } from "./accounts.ts";
import { clientMetadata } from "./clients.ts";
import type {
  Context,
  Interaction,
  RegisteredClient,
  TokenModel,
} from "./oidc_provider.ts";
import { devicePages } from "./device_pages.ts";
import type { IssuerSettings } from "./options.ts";
import { errorPage } from "./pages.ts";
import { sendPage } from "./send_page.ts";
import type { Storage } from "./storage.ts";

/** Scopes that Flyte's clients are configured with in the wild. */
export const SCOPES = [
  "openid",
  "profile",
  "email",
  "all",
  "offline_access",
  "offline",
];

export interface ConfigurationOptions extends IssuerSettings {
  readonly storage: Storage;
  /** The provider's own error for an audience it does not know. */
  readonly InvalidTarget: new () => Error;
}

export function createConfiguration(
  options: ConfigurationOptions,
): Record<string, unknown> {
  const { clients, storage, signingKey } = options;
  return {
    adapter: (model: string) => storage.adapter(model),
    clients: clients.map(clientMetadata),
    jwks: { keys: [signingKey.privateKey] },
    scopes: SCOPES,
    clientAuthMethods: ["none", "client_secret_basic", "client_secret_post"],
    clientBasedCORS: () => false,
    clockTolerance: 0,
    cookies: cookies(options),
    expiresWithSession: () => false,
    features: features(options),
    interactions: {
      url: (_ctx: Context, { uid }: Interaction) => `/interaction/${uid}`,
    },
    renderError: (ctx: Context, out: { error_description?: string }) =>
      sendPage(
        ctx,
        errorPage(out.error_description ?? "Something went wrong."),
      ),
    responseTypes: ["code"],
    ttl: lifetimes(options),
    ...people(options),
    ...refreshing(options),
  };
}

function people({ accounts }: ConfigurationOptions): Record<string, unknown> {
  const find = (subject: string | undefined) =>
    accounts.find((account) => account.subject === subject);
  return {
    claims: {
      openid: ["sub"],
      profile: ["name", "given_name", "family_name", "preferred_username"],
      email: ["email"],
    },
    findAccount: (_ctx: Context, subject: string) => {
      const account = find(subject);
      return account && {
        accountId: subject,
        claims: () => ({ sub: subject, ...accountClaims(account) }),
      };
    },
    extraTokenClaims: (_ctx: Context, token: TokenModel) => {
      const account = find(token.accountId);
      return account && accountClaims(account);
    },
  };
}

function cookies({ port }: { port: number }): Record<string, unknown> {
  // Browsers keep cookies by host, so the port tells two sandboxes apart.
  return {
    keys: [randomBytes(32).toString("hex")],
    names: {
      session: `flyte_sandbox_${port}`,
      interaction: `flyte_sandbox_${port}_interaction`,
      resume: `flyte_sandbox_${port}_resume`,
    },
  };
}

function features(options: ConfigurationOptions): Record<string, unknown> {
  const { audience, otherAudiences, accessTokenSeconds } = options;
  return {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true, ...devicePages() },
    devInteractions: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx: Context, asked: string) => {
        if (asked !== audience && !otherAudiences.includes(asked)) {
          throw new options.InvalidTarget();
        }
        return {
          audience: asked,
          scope: SCOPES.join(" "),
          accessTokenTTL: accessTokenSeconds,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        };
      },
    },
    revocation: {
      enabled: true,
      allowedPolicy: (
        _ctx: Context,
        client: RegisteredClient,
        token: RegisteredClient,
      ) => client.clientId === token.clientId,
    },
    rpInitiatedLogout: { enabled: false },
    userinfo: { enabled: false },
  };
}

function refreshing(
  { refreshTokens, rotateRefreshTokens }: ConfigurationOptions,
): Record<string, unknown> {
  return {
    rotateRefreshToken: rotateRefreshTokens,
    issueRefreshToken: (
      _ctx: Context,
      client: RegisteredClient,
      { scopes }: TokenModel,
    ) => {
      if (refreshTokens === "never") return false;
      if (!client.grantTypeAllowed("refresh_token")) return false;
      return refreshTokens === "always" || scopes.has("offline_access") ||
        scopes.has("offline");
    },
  };
}

function lifetimes(options: ConfigurationOptions): Record<string, number> {
  const { accessTokenSeconds, refreshTokenSeconds, deviceCodeSeconds } =
    options;
  return {
    AccessToken: accessTokenSeconds,
    AuthorizationCode: 60,
    ClientCredentials: accessTokenSeconds,
    DeviceCode: deviceCodeSeconds,
    Grant: Math.max(refreshTokenSeconds, accessTokenSeconds),
    IdToken: accessTokenSeconds,
    Interaction: 60 * 60,
    RefreshToken: refreshTokenSeconds,
    Session: 60 * 60,
  };
}
