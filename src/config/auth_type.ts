import { type Credentials, SECRET_OPTIONS } from "./credentials.ts";
import type { Finder } from "./finder.ts";
import type { Setting } from "./sources.ts";
import { readText } from "./values.ts";
/** The auth types by their canonical names. */
export const AUTH_TYPES = [
  ...["Pkce", "DeviceFlow", "ClientSecret"] as const,
  ...["ExternalCommand", "Passthrough"] as const,
] as const;

/** The ways of authenticating that Flyte's own clients know. */
export type AuthType = typeof AUTH_TYPES[number];

/**
 * Every spelling that flyte-sdk v2, its CLI, flytekit and flyteadmin's Go
 * client accept, without case, dashes, underscores and blanks.
 */
const SPELLINGS: Readonly<Record<string, AuthType>> = {
  pkce: "Pkce",
  standard: "Pkce",
  deviceflow: "DeviceFlow",
  devicecode: "DeviceFlow",
  device: "DeviceFlow",
  headless: "DeviceFlow",
  clientsecret: "ClientSecret",
  clientcredentials: "ClientSecret",
  appcredential: "ClientSecret",
  basic: "ClientSecret",
  externalcommand: "ExternalCommand",
  externalprocess: "ExternalCommand",
  command: "ExternalCommand",
  custom: "ExternalCommand",
  passthrough: "Passthrough",
};

/** Whether somebody logs in, with a code or with the browser. */
export function isForPeople(type: AuthType | undefined): boolean {
  return type === undefined || type === "Pkce" || type === "DeviceFlow";
}

/** @throws {RangeError} when the spelling is not known */
export function parseAuthType(text: string): AuthType {
  const spelling = text.toLowerCase().replace(/[-_\s]/g, "");
  const found = Object.hasOwn(SPELLINGS, spelling) && SPELLINGS[spelling];
  if (found) return found;
  throw new RangeError(`Expected one of ${AUTH_TYPES.join(", ")}`);
}

/**
 * Finds the auth type. Credentials that are set say how to authenticate,
 * unless told otherwise; and those that whoever starts the server sets are not
 * overruled by a config file, into which Flyte's tools write a type unasked.
 */
export function findAuthType(
  finder: Finder,
  credentials: Credentials,
): Setting<AuthType> | null {
  const raw = finder.raw("authType");
  const told = raw &&
    finder.read("authType", raw, (value) => parseAuthType(readText(value)));
  const implied = impliedAuthType(credentials);
  if (!told || !implied) return told ?? implied;
  if (!raw.file || isFromFile(finder, implied.value)) return told;
  if (told.value !== implied.value) {
    finder.notices.push(
      `${told.source} is ignored: ${implied.source} asks for ${implied.value}.`,
    );
  }
  return implied;
}

function impliedAuthType(
  { clientSecret, accessToken, authMetadata, command }: Credentials,
): Setting<AuthType> | null {
  const token = accessToken ?? authMetadata;
  if (clientSecret) {
    return { value: "ClientSecret", source: clientSecret.source };
  }
  if (token) return { value: "Passthrough", source: token.source };
  return command && { value: "ExternalCommand", source: command.source };
}

/** Whether the credential that implies this type stands in a config file. */
function isFromFile(finder: Finder, type: AuthType): boolean {
  const keys = type === "ClientSecret" ? SECRET_OPTIONS : ["command"] as const;
  return type !== "Passthrough" && !!finder.best(keys)?.raw.file;
}
