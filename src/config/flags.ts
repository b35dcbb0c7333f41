import { parseArgs } from "node:util";
import { OPTION_LIST } from "./options.ts";

/** What the command line asks for. */
export interface CommandLine {
  /** Print this and exit, or serve. */
  readonly action: "serve" | "help" | "version";
  /** The embedded control plane: with device login, without any, or not. */
  readonly sandbox: "device" | "open" | null;
  /** Options by their key in `OPTIONS`. */
  readonly flags: ReadonlyMap<string, string>;
  /** Full sentences on what was not understood. */
  readonly faults: readonly string[];
}

/** The flags that are no settings. */
export const SWITCHES = {
  sandbox: "Serve an embedded Flyte with made-up data; nothing else is needed",
  "sandbox-auth": "`device` (a login through the conversation) or `open`",
  help: "Show this text",
  version: "Show the version",
} as const;

/** Reads the command line; never throws, for the server starts either way. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const faults: string[] = [];
  const flags = new Map<string, string>();
  const seen = new Map<string, string | undefined>();
  const settings = new Map(
    OPTION_LIST.flatMap(([key, { flag }]) => flag ? [[flag, key]] : []),
  );
  for (const token of tokensOf(args, [...settings.keys()])) {
    if (token.kind === "positional") {
      faults.push(`The argument "${shown(token.value)}" is not understood.`);
    } else if (token.kind === "option") {
      const key = settings.get(token.name);
      if (key && token.value) flags.set(key, token.value);
      else if (key) faults.push(`--${token.name} needs a value.`);
      else if (token.name in SWITCHES) seen.set(token.name, token.value);
      else faults.push(`The flag ${shown(token.rawName)} does not exist.`);
    }
  }
  return {
    action: seen.has("help")
      ? "help"
      : seen.has("version")
      ? "version"
      : "serve",
    sandbox: sandboxOf(seen, faults),
    flags,
    faults,
  };
}

function sandboxOf(
  seen: ReadonlyMap<string, string | undefined>,
  faults: string[],
): CommandLine["sandbox"] {
  const auth = seen.get("sandbox-auth") ?? "device";
  if (auth !== "device" && auth !== "open") {
    faults.push(`--sandbox-auth is device or open, not "${shown(auth)}".`);
  }
  if (!seen.has("sandbox") && !seen.has("sandbox-auth")) return null;
  return auth === "open" ? "open" : "device";
}

function tokensOf(args: readonly string[], valued: readonly string[]) {
  const options = Object.fromEntries([
    ...[...valued, "sandbox-auth"].map((name) => [name, { type: "string" }]),
    ...["sandbox", "help", "version"].map((
      name,
    ) => [name, { type: "boolean" }]),
  ]);
  return parseArgs({ args: [...args], options, strict: false, tokens: true })
    .tokens;
}

/** An argument may be a mistyped secret, so only its start is repeated. */
function shown(text: string): string {
  const name = text.split("=", 1)[0] ?? "";
  return name.length <= 24 ? name : `${name.slice(0, 24)}…`;
}
