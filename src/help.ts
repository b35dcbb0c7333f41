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

Flags:
${[...flags, ...switches].join("\n")}

Environment (secrets are never flags):
${variables.join("\n")}
`;
}

function row(name: string, describe: string): string {
  return `  ${name.padEnd(22)} ${describe}`;
}
