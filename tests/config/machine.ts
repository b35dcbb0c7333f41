import type { Lookup, Sources } from "../../src/config/sources.ts";

/** What a machine in a test has; whatever is not named is absent. */
export interface Machine {
  readonly env?: Readonly<Record<string, string>>;
  /** Texts of files by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Flags by the option's key. */
  readonly flags?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Whether Deno's permissions hide this variable or file. */
  readonly hides?: (what: string) => boolean;
}

export const HOME = "/home/ada";
export const CWD = "/work/training/models";

/** The machine as `resolveConfig()` sees it. */
export function sourcesOf(machine: Machine): Sources {
  const { files = {}, flags = {}, cwd = CWD, hides = () => false } = machine;
  const env: Record<string, string> = { HOME, ...machine.env };
  const look = (text: string | undefined): Lookup =>
    text === undefined ? { kind: "absent" } : { kind: "found", text };
  return {
    env: (name) =>
      hides(name)
        ? { kind: "denied", grant: `--allow-env=${name}` }
        : look(Object.hasOwn(env, name) ? env[name] : undefined),
    file: (path) =>
      hides(path)
        ? { kind: "denied", grant: `--allow-read=${path}` }
        : look(Object.hasOwn(files, path) ? files[path] : undefined),
    flags: new Map(Object.entries(flags)),
    cwd,
  };
}
