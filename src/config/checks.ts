import { SECRET_OPTIONS } from "./credentials.ts";
import { isLoopback } from "./endpoint.ts";
import { addFlags, joined } from "./faults.ts";
import type { Finder } from "./finder.ts";
import type { Config } from "./mod.ts";
import type { OptionKey } from "./options.ts";
import type { Setting } from "./sources.ts";
import { checkSurface } from "./surface_checks.ts";

/** What only shows when settings are looked at together. */
export function checkTogether(config: Config, finder: Finder): void {
  checkOneLogin(config, finder);
  checkWhatTypeNeeds(config, finder);
  checkOneOrigin(finder);
  checkKey(config, finder);
  checkClearText(config, finder);
  checkAuthEndpoint(config, finder);
  checkSurface(config, finder);
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
  if (!authType) return;
  const need = (what: string, variable: string, keys: readonly OptionKey[]) =>
    reportNeed(finder, { authType, what, variable, keys });
  switch (authType.value) {
    case "ClientSecret":
      if (!clientSecret) {
        need("a client secret", "FLYTE_CLIENT_SECRET", SECRET_OPTIONS);
      }
      if (!clientId) need("a client id", "FLYTE_CLIENT_ID", ["clientId"]);
      break;
    case "Passthrough":
      if (!accessToken && !authMetadata) {
        need("a token", "FLYTE_ACCESS_TOKEN", ["accessToken", "authMetadata"]);
      }
      break;
    case "ExternalCommand":
      if (!config.command) need("a command", "FLYTE_COMMAND", ["command"]);
      break;
    case "Pkce":
    case "DeviceFlow":
  }
}

/** Says what is not there, or that it may be hidden; once. */
function reportNeed(
  finder: Finder,
  { authType, what, variable, keys }: {
    authType: Setting<string>;
    what: string;
    variable: string;
    keys: readonly OptionKey[];
  },
): void {
  if (keys.some((key) => finder.faulty.has(key))) return;
  const message =
    `${authType.source} asks for ${authType.value}, which needs ${what}`;
  const hidden = finder.hidden(keys);
  if (hidden.length === 0) {
    return finder.invalid(`${message}.`, `Set ${variable}.`);
  }
  finder.faults.push({
    code: "permission_missing",
    message:
      `${message}, and Deno's permissions hide some of the places where it may be set.`,
    nextStep: addFlags(joined(hidden)),
  });
}

/** A secret of one client with the id of another would be sent in vain. */
function checkOneOrigin(finder: Finder): void {
  const secret = finder.best(SECRET_OPTIONS)?.raw;
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
  { endpoint, clientSecret, accessToken, authMetadata, ...commands }: Config,
  finder: Finder,
): void {
  const credential: Setting<unknown> | null = clientSecret ?? accessToken ??
    authMetadata ?? commands.command ?? commands.proxyCommand;
  const plain = endpoint && isPlain(endpoint.value);
  if (!plain || !credential) return;
  finder.conflict(
    `${endpoint.source} is a plain http address, and ${credential.source} would cross the network in clear text.`,
    "Use an https endpoint; plain http is for this machine alone.",
  );
}

/** Who can change the login on its way can send every secret elsewhere. */
function checkAuthEndpoint({ authEndpoint }: Config, finder: Finder): void {
  const plain = authEndpoint && isPlain(authEndpoint.value);
  if (!plain) return;
  finder.conflict(
    `${authEndpoint.source} is a plain http address, and the login would be described in clear text, where anybody on the way can change it.`,
    "Use an https address; plain http is for this machine alone.",
  );
}

/** Whether everybody on the way can read it. */
function isPlain(url: string): boolean {
  return new URL(url).protocol === "http:" && !isLoopback(url);
}
