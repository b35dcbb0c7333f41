import { resolveConfig, type ResolvedConfig } from "./config/mod.ts";
import { NO_SOURCES, type Sources } from "./config/sources.ts";
import { TOOLS } from "./tools/mod.ts";
import { selectTools } from "./tools/surface.ts";
import type { Tool } from "./tools/tool.ts";

/** A configuration with where it came from, and the tools that it chooses. */
export interface Settings {
  readonly sources: Sources;
  readonly resolved: ResolvedConfig;
  readonly tools: readonly Tool[];
}

/** What the command line says of settings. */
export interface CommandLineSettings {
  readonly flags: Sources["flags"];
  /** Sentences on flags that were not understood. */
  readonly faults: readonly string[];
}

/** Reads the settings; names of tools that do not exist are faults of theirs. */
export function readSettings(
  sources: Sources,
  commandLineFaults: readonly string[] = [],
): Settings {
  const resolved = resolveConfig(sources, commandLineFaults);
  const { tools, faults } = selectTools(TOOLS, resolved.config);
  // A missing endpoint is the least of several faults, and the last.
  const all = [...faults, ...resolved.faults];
  return { sources, resolved: { ...resolved, faults: all }, tools };
}

/**
 * The settings of the sandbox, for which flags alone count.
 *
 * @param endpoint where it is; empty before it is started
 */
export function sandboxSettings(
  { flags, faults }: CommandLineSettings,
  endpoint = "",
): Settings {
  const own = new Map([
    ["project", "flytesnacks"],
    ...flags,
    ["endpoint", endpoint],
    // It has another address and other people each time.
    ["tokenStore", "memory"],
  ]);
  return readSettings({ ...NO_SOURCES, flags: own }, faults);
}
