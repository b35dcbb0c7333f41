import { CREDENTIAL_OPTIONS } from "./options/credentials.ts";
import { FLYTE_OPTIONS } from "./options/flyte.ts";
import { OAUTH_OPTIONS } from "./options/oauth.ts";
import type { Option } from "./options/option.ts";
import { SERVER_OPTIONS } from "./options/server.ts";
import { SURFACE_OPTIONS } from "./options/surface.ts";

export type { Option } from "./options/option.ts";

/** Every option, in the order in which they are documented. */
export const OPTIONS = {
  ...FLYTE_OPTIONS,
  ...CREDENTIAL_OPTIONS,
  ...OAUTH_OPTIONS,
  ...SERVER_OPTIONS,
  ...SURFACE_OPTIONS,
} as const satisfies Record<string, Option>;

/** The key of an option. */
export type OptionKey = keyof typeof OPTIONS;

/** The options as a uniform table. */
export const OPTION_LIST: readonly (readonly [OptionKey, Option])[] = Object
  .entries(OPTIONS)
  // Object.entries widens the keys of a literal object to string.
  .map(([key, option]) => [key as OptionKey, option]);
