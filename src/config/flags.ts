import { OPTION_LIST } from "./options.ts";

/** What the command line asks for. */
export interface CommandLine {
  /** Print this and exit, or serve. */
  readonly action: "serve" | typeof ACTIONS[number];
  /** The embedded control plane: with device login, without any, or not. */
  readonly sandbox: "device" | "open" | null;
  /** Whether the answer is JSON, which `doctor` alone gives. */
  readonly json: boolean;
  /** Options by their key in `OPTIONS`. */
  readonly flags: ReadonlyMap<string, string>;
  /** Full sentences on what was not understood. */
  readonly faults: readonly string[];
}

/** The flags that are no settings. */
export const SWITCHES = {
  sandbox: "Serve an embedded Flyte with made-up data; nothing else is needed",
  "sandbox-auth": "`device` (a login through the conversation) or `open`",
  json: "Let `doctor` answer in JSON",
  help: "Show this text",
  version: "Show the version",
} as const;

/** Reads the command line; never throws, for the server starts either way. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const faults: string[] = [];
  const values = new Map<string, string>();
  for (let at = 0; at < args.length; at++) {
    const [, name, inline] = /^--([^=]+)(?:=(.*))?$/s.exec(args[at] ?? "") ??
      [];
    // What is no flag may be a secret, so it is not repeated.
    const command = at === 0 && COMMANDS.find((one) => one === args[at]);
    if (command) values.set(command, "");
    else if (name === undefined) {
      faults.push(`Argument ${at + 1} is not a flag.`);
    } else if (PLAIN.has(name)) values.set(name, "");
    else if (!VALUED.has(name)) {
      faults.push(`The flag --${shown(name)} does not exist.`);
    } else {
      const next = args[at + 1];
      const follows = next !== undefined && !next.startsWith("-");
      const value = inline ?? (follows ? args[++at] : "");
      if (value) values.set(name, value);
      else faults.push(`--${name} needs a value.`);
    }
  }
  const isAsked = (name: string) => values.has(name);
  const json = isAsked("json");
  if (json && !isAsked("doctor")) faults.push("--json belongs to doctor.");
  return {
    action: ACTIONS.find(isAsked) ?? "serve",
    sandbox: sandboxOf(values, faults),
    json,
    flags: settingsOf(values),
    faults,
  };
}

/** Words that stand first on the line. */
const COMMANDS = ["permissions", "doctor"] as const;

/** What is done instead of serving. */
const ACTIONS = ["help", "version", ...COMMANDS] as const;

/** Flags that stand alone. */
const PLAIN = new Set(["sandbox", "json", "help", "version"]);

/** Flags with a value. */
const VALUED = new Set([
  "sandbox-auth",
  ...OPTION_LIST.flatMap(([, { flag }]) => flag ?? []),
]);

function settingsOf(
  values: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(OPTION_LIST.flatMap(([key, { flag }]) => {
    const value = flag && values.get(flag);
    return value ? [[key, value]] : [];
  }));
}

function sandboxOf(
  values: ReadonlyMap<string, string>,
  faults: string[],
): CommandLine["sandbox"] {
  const auth = values.get("sandbox-auth") ?? "device";
  if (auth !== "device" && auth !== "open") {
    faults.push("--sandbox-auth is device or open.");
  }
  if (!values.has("sandbox") && !values.has("sandbox-auth")) return null;
  return auth === "open" ? "open" : "device";
}

/** A flag that does not exist may be a mistyped secret: only its start is shown. */
function shown(name: string): string {
  return name.length <= 24 ? name : `${name.slice(0, 24)}…`;
}
