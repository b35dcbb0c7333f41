import type { ResolvedConfig } from "./config/mod.ts";
import { OPTION_LIST } from "./config/options.ts";
import type { Sources } from "./config/sources.ts";
import {
  type FlagsOptions,
  isSetIn,
  ownVariables,
  PASSED_ON,
  permissionFlags,
} from "./permission_flags.ts";
import { nameOf } from "./text.ts";

/** What the command line is made for. */
export interface PermissionsOptions extends FlagsOptions {
  /** Path of the entry point. */
  readonly main: string;
}

/** The control plane is asked anonymously, so what is wrong is no matter. */
export function withoutLogin(resolved: ResolvedConfig): ResolvedConfig {
  const config = { ...resolved.config, authType: null };
  return { ...resolved, config, faults: [] };
}

/**
 * What `main.ts permissions` prints: the narrowest command line with which the
 * present configuration works, and the same for a host's settings.
 */
export function permissionsText(
  resolved: ResolvedConfig,
  options: PermissionsOptions,
): string {
  const { main, published, sources } = options;
  const args = [
    // Libraries look for variables of their own, and take none for an answer.
    ...["run", "--quiet", "--no-prompt", "--ignore-env"],
    ...permissionFlags(resolved, options),
    ...[main, ...ownFlags(sources)],
  ];
  const env = Object.fromEntries(
    [
      ...ownVariables(resolved, sources),
      ...PASSED_ON.filter(isSetIn(sources)),
    ].map((name) => [name, "…"]),
  );
  const notes = resolved.faults.map(({ message }) => message);
  if (published === null && resolved.config.endpoint) {
    notes.push(
      "The control plane did not answer, so the issuer's hosts are missing from --allow-net. Run this again with -A where it can be reached.",
    );
  }
  // A line feed in a note would make a command of what follows it.
  const lines = notes.map((note) => `# ${nameOf(note, 1000)}`);
  return `${[...lines, ["deno", ...args].map(quoted).join(" ")].join("\n")}

${JSON.stringify({ command: "deno", args, env }, null, 2)}
`;
}

/** The server's own flags, as they were given. */
function ownFlags({ flags }: Sources): string[] {
  return OPTION_LIST.flatMap(([key, { flag }]) =>
    flags.has(key) ? [`--${flag}=${flags.get(key)}`] : []
  );
}

/** A word as a POSIX shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./~-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}
