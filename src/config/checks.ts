import { isLoopback } from "./endpoint.ts";
import type { Finder } from "./finder.ts";
import type { Config } from "./mod.ts";
import type { Setting } from "./sources.ts";

/** What only shows when settings are looked at together. */
export function checkTogether(config: Config, finder: Finder): void {
  checkOneLogin(config, finder);
  checkWhatTypeNeeds(config, finder);
  checkOneOrigin(finder);
  checkKey(config, finder);
  checkClearText(config, finder);
}

/** A secret, a token and a command are different logins. */
function checkOneLogin(
  { clientSecret, accessToken, authMetadata, command, authType }: Config,
  finder: Finder,
): void {
  const logins = [clientSecret, accessToken ?? authMetadata, command]
    .filter((login) => login !== null);
  const [first, second] = logins;
  // An explicit type says which of them counts.
  const isDecided = authType &&
    !logins.some((login) => login.source === authType.source);
  if (!first || !second || isDecided) return;
  finder.conflict(
    `Both ${first.source} and ${second.source} are set, and they are different logins.`,
    "Remove one of them, or say which counts with FLYTE_AUTH_TYPE.",
  );
}

function checkWhatTypeNeeds(config: Config, finder: Finder): void {
  const { authType, clientSecret, clientId, accessToken, authMetadata } =
    config;
  const need = (what: string, variable: string) =>
    finder.invalid(
      `${authType?.source} asks for ${authType?.value}, which needs ${what}.`,
      `Set ${variable}.`,
    );
  switch (authType?.value) {
    case "ClientSecret":
      if (!clientSecret) need("a client secret", "FLYTE_CLIENT_SECRET");
      if (!clientId) need("a client id", "FLYTE_CLIENT_ID");
      break;
    case "Passthrough":
      if (!accessToken && !authMetadata) need("a token", "FLYTE_ACCESS_TOKEN");
      break;
    case "ExternalCommand":
      if (!config.command) need("a command", "FLYTE_COMMAND");
  }
}

/** A secret of one client with the id of another would be sent in vain. */
function checkOneOrigin(finder: Finder): void {
  const secret = finder.raw("clientSecret") ??
    finder.raw("clientSecretEnvVar") ?? finder.raw("clientSecretLocation");
  const id = finder.raw("clientId");
  if (!secret || !id || secret.origin === id.origin) return;
  finder.conflict(
    `The client secret is from ${secret.source} and the client id from ${id.source}, so they may belong to different clients.`,
    `Set both in ${secret.origin}.`,
  );
}

/** An API key is a whole login, for one Flyte. */
function checkKey({ endpoint, authType }: Config, finder: Finder): void {
  const key = finder.keyEndpoint;
  if (!key) return;
  if (authType && authType.value !== "ClientSecret") {
    finder.conflict(
      `${key.source} is an API key, which is a login of its own, and ${authType.source} asks for ${authType.value}.`,
      "Remove one of them.",
    );
  }
  const host = endpoint && new URL(endpoint.value).host;
  const own = URL.parse(`https://${key.value}`)?.host;
  if (!host || !own || host === own || host === key.value) return;
  finder.conflict(
    `${key.source} belongs to ${own}, and ${endpoint.source} names ${host}: the key's secret is not sent there.`,
    `Remove ${endpoint.source}, or use a key of ${host}.`,
  );
}

/** Credentials cross the network by https alone. */
function checkClearText(
  { endpoint, clientSecret, accessToken, authMetadata, command }: Config,
  finder: Finder,
): void {
  const credential: Setting<unknown> | null = clientSecret ?? accessToken ??
    authMetadata ?? command;
  const plain = endpoint?.value.startsWith("http:") &&
    !isLoopback(endpoint.value);
  if (!plain || !credential) return;
  finder.conflict(
    `${endpoint?.source} is a plain http address, and ${credential.source} would cross the network in clear text.`,
    "Use an https endpoint; plain http is for this machine alone.",
  );
}
