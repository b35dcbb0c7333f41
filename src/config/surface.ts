import type { Finder } from "./finder.ts";
import type { OptionKey } from "./options.ts";
import type { Setting } from "./sources.ts";
import { readList } from "./values.ts";

/** What a server may be pinned to. */
const PINNABLE = ["project", "domain"] as const;

/** What a pin holds. */
export type Pinned = typeof PINNABLE[number];

/** What agents get to see; `null`: nothing was said of it. */
export interface SurfaceSettings {
  /** `default`, `all`, or names; whether they exist is not known here. */
  readonly toolsets: Setting<readonly string[]> | null;
  readonly tools: Setting<readonly string[]> | null;
  readonly excludeTools: Setting<readonly string[]> | null;
  /** Both where the setting cannot be read. */
  readonly pin: Setting<readonly Pinned[]> | null;
  /** Ids; never empty but where the setting cannot be read. */
  readonly allowedProjects: Setting<readonly string[]> | null;
  readonly allowedDomains: Setting<readonly string[]> | null;
  /** Names with `*` and `?`. */
  readonly allowedTasks: Setting<readonly string[]> | null;
}

/** Finds what agents get to see. */
export function findSurface(finder: Finder): SurfaceSettings {
  return {
    toolsets: finder.find("toolsets", readToolNames),
    tools: finder.find("tools", readToolNames),
    excludeTools: finder.find("excludeTools", readToolNames),
    pin: findLimit(finder, "pin", { read: readPin, otherwise: PINNABLE }),
    allowedProjects: findAllowed(finder, "allowedProjects"),
    allowedDomains: findAllowed(finder, "allowedDomains"),
    allowedTasks: findAllowed(finder, "allowedTasks"),
  };
}

function findAllowed(
  finder: Finder,
  key: OptionKey,
): Setting<readonly string[]> | null {
  return findLimit(finder, key, { read: readNames, otherwise: [] });
}

/**
 * What cannot be read limits most: the doctor still calls Flyte.
 *
 * @param options.otherwise stands for what cannot be read
 */
function findLimit<T>(
  finder: Finder,
  key: OptionKey,
  { read, otherwise }: {
    read: (raw: unknown) => readonly T[];
    otherwise: readonly T[];
  },
): Setting<readonly T[]> | null {
  const found = finder.find(key, read);
  if (found || !finder.faulty.has(key)) return found;
  return { value: otherwise, source: finder.raw(key)?.source ?? key };
}

/** Names, separated by commas or blanks; at least one. */
function readNames(raw: unknown): readonly string[] {
  const names = [...new Set(readList(raw, /[\s,]+/))];
  if (names.length > 0) return names;
  throw new RangeError("Expected at least one name");
}

function readToolNames(raw: unknown): readonly string[] {
  return readNames(raw).map((name) => name.toLowerCase());
}

function readPin(raw: unknown): readonly Pinned[] {
  const names = readToolNames(raw);
  const pinned = PINNABLE.filter((one) => names.includes(one));
  if (pinned.length === names.length) return pinned;
  throw new RangeError("Expected project, domain or both");
}
