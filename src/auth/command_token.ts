import type { Setting } from "../config/sources.ts";
import { ToolError } from "../errors.ts";
import { nameOf, quote } from "../text.ts";
import type { CommandResult } from "./command.ts";
import type { TokenResponse } from "./token.ts";

/** Where credential commands put the token in their JSON, in order. */
const TOKEN_KEYS = ["access_token", "accessToken", "token", "id_token"];

/** What a token may consist of: RFC 6750 section 2.1, generously. */
const TOKEN = /^[\x21-\x7e]{8,}$/;

/** Words in which commands ask for a login of their own. */
const RENEWALS:
  readonly (readonly [RegExp, (argv: readonly string[]) => string])[] = [
    [/^aws$/, (argv) => `aws sso login${profileOf(argv)}`],
    [/^gcloud$/, () => "gcloud auth login"],
    [/^az$/, () => "az login"],
  ];

/**
 * Reads a command's output: a bare token, or JSON as `aws`, `gcloud`, `az` and
 * Kubernetes exec plugins print it.
 *
 * @returns `null` when there is no token in it
 */
export function readCommandToken(stdout: string): TokenResponse | null {
  const text = stdout.trim();
  const token = /^[{["<]/.test(text)
    ? tokenIn(parse(text))
    : text.replace(/^bearer\s+/i, "");
  return token !== null && TOKEN.test(token) ? { access_token: token } : null;
}

function tokenIn(value: unknown): string | null {
  if (typeof value === "string") return value;
  const [first] = [
    ...TOKEN_KEYS.map((key) => fieldOf(value, key)),
    fieldOf(fieldOf(value, "status"), "token"),
  ].filter((token) => typeof token === "string");
  return first ?? null;
}

function fieldOf(value: unknown, key: string): unknown {
  const isObject = typeof value === "object" && value !== null;
  return isObject ? Reflect.get(value, key) : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Why there is no token, with the end of what the command complained of. */
export function commandFailure(
  { value: argv, source }: Setting<readonly string[]>,
  result: CommandResult | { kind: "expired" },
): ToolError {
  const program = nameOf(argv[0] ?? "");
  if (result.kind === "not_permitted") {
    return new ToolError(
      "permission_missing",
      `Deno's permissions do not let this server run ${program} (from ${source}).`,
      {
        nextStep:
          `Person: add --allow-run=${program} to the command that starts it; "main.ts permissions" prints the whole line.`,
      },
    );
  }
  const nextStep = result.kind === "not_found"
    ? "Person: give its full path, or add its folder to PATH in the host's server settings."
    : `Person: renew it in a terminal${renewalOf(argv)}.`;
  return new ToolError(
    "command_failed",
    `The credential command "${program} …" (from ${source}) ${why(result)}.`,
    { nextStep },
  );
}

function why(
  result:
    | Exclude<CommandResult, { kind: "not_permitted" }>
    | { kind: "expired" },
): string {
  switch (result.kind) {
    case "ended": {
      const said = lastLines(result.stderr);
      const what = result.code === 0
        ? "printed no token"
        : `failed (exit ${result.code})`;
      return `${what}${said ? `: ${quote(said, 1000)}` : ""}`;
    }
    case "expired":
      return "printed a token that has run out";
    case "timeout":
      return "did not end within 30 s; it may be waiting for a person";
    case "not_found":
      return `does not exist in any folder of PATH (${
        nameOf(result.searched, 600)
      })`;
  }
}

function renewalOf(argv: readonly string[]): string {
  const base = (argv[0] ?? "").split(/[\\/]/).at(-1) ?? "";
  const renewal = RENEWALS.find(([name]) => name.test(base))?.[1](argv);
  return renewal ? `, for example: ${renewal}` : "";
}

/** The last five lines, in which anything that looks like a secret is masked. */
function lastLines(stderr: string): string {
  return stderr.trim().split("\n").slice(-5).join("\n")
    .replace(/[A-Za-z0-9_~+/.-]{24,}=*/g, "[…]");
}

function profileOf(argv: readonly string[]): string {
  const at = argv.indexOf("--profile");
  const profile = at < 0 ? undefined : argv[at + 1];
  return profile ? ` --profile ${nameOf(profile, 64)}` : "";
}
