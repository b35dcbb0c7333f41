import type { ConfigFile } from "./files.ts";
import type { Option } from "./options.ts";
import type { Setting } from "./sources.ts";

/** A raw value: a text, or a YAML value with the file it stands in. */
export interface Raw extends Setting<unknown> {
  readonly file: ConfigFile | null;
  /** Whose hand it is from: the environment and flags, a key, or a file. */
  readonly origin: string;
  /** Its place in the order of precedence; the lowest wins. */
  readonly rank: number;
  /** Reads it again, where it may change. */
  readonly reread?: () => string | null;
}

/** What flags and variables have in common: whoever starts the server. */
export const GIVEN = "the environment";

/** Flags and variables, in order of precedence. */
const RANKS = [
  /^--/,
  /^FLYTE_MCP_/,
  /^FLYTE_(?!(ADMIN|TASK|PLATFORM|CREDENTIALS)_)/,
  /^FLYTE_(ADMIN|TASK)_/,
  /^FLYTE_(PLATFORM|CREDENTIALS)_/,
];

/** The rank of an API key's own parts, behind the environment. */
export const KEY_RANK = RANKS.length;

const FILE_RANK = KEY_RANK + 1;

/** The rank of a flag, as it is typed, or of a variable. */
export function rankOf(name: string): number {
  return RANKS.findIndex((rank) => rank.test(name));
}

/** The first value of an option in these files; blank is not set. */
export function inFiles(
  option: Option,
  files: readonly ConfigFile[],
): Raw | null {
  for (const file of files) {
    if (!file.trusted && !option.project) continue;
    for (const path of option.file) {
      const value = file.get(path);
      const isBlank = typeof value === "string" && value.trim() === "";
      if (value === undefined || value === null || isBlank) continue;
      const source = `${path} in ${file.name}`;
      return { value, source, file, origin: file.name, rank: FILE_RANK };
    }
  }
  return null;
}
