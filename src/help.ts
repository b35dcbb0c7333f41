import { SWITCHES } from "./config/flags.ts";
import { OPTION_LIST } from "./config/options.ts";

/** What `--help` prints: flags and variables, from their one description. */
export function helpText(version: string): string {
  const flags = OPTION_LIST.flatMap(([, { flag, placeholder, describe }]) =>
    flag ? [row(`--${flag} ${placeholder}`, describe)] : []
  );
  const switches = Object.entries(SWITCHES)
    .map(([name, describe]) => row(`--${name}`, describe));
  const variables = OPTION_LIST.map(([, { env, describe }]) =>
    `  ${env.join(", ")}\n      ${describe}`
  );
  return `flyte-mcp ${version}: an MCP server for Flyte 2, over stdio

Usage: deno run -P main.ts [flags]
       deno run -P main.ts permissions [flags]
           Print the narrowest command line for the present settings
       deno run -P main.ts doctor [--json] [flags]
           Check all that calls depend on; exits with 1 if a check fails

Flags:
${[...flags, ...switches].join("\n")}

Environment (secrets are never flags; <NAME>_FROM_ENV_VAR names another
variable, <NAME>_FROM_FILE a file that holds the value):
${variables.join("\n")}
`;
}

function row(name: string, describe: string): string {
  return `  ${name.padEnd(22)} ${describe}`;
}
