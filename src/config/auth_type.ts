/** The ways of authenticating that Flyte's own clients know. */
export type AuthType =
  | "Pkce"
  | "DeviceFlow"
  | "ClientSecret"
  | "ExternalCommand"
  | "Passthrough";

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

/** The auth types by their canonical names, for messages. */
export const AUTH_TYPES: readonly AuthType[] = [
  ...new Set(Object.values(SPELLINGS)),
];

/** @throws {RangeError} when the spelling is not known */
export function parseAuthType(text: string): AuthType {
  const spelling = text.toLowerCase().replace(/[-_\s]/g, "");
  const found = Object.hasOwn(SPELLINGS, spelling) && SPELLINGS[spelling];
  if (found) return found;
  throw new RangeError(`Expected one of ${AUTH_TYPES.join(", ")}`);
}
