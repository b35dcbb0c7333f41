import { OPTION_LIST } from "../../src/config/options.ts";
import { SWITCHES } from "../../src/config/flags.ts";
import { TOOLS } from "../../src/tools/mod.ts";

/** Puts the generated tables between their marks. */
export function renderDocs(text: string): string {
  return replace(
    replace(text, "tools", toolsTable()),
    "settings",
    [
      settingsTable(),
      switchesTable(),
    ].join("\n\n"),
  );
}

function replace(text: string, name: string, content: string): string {
  const [start, end] = [
    `<!-- ${name}: made by deno task docs -->`,
    `<!-- /${name} -->`,
  ];
  const from = text.indexOf(start);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`No marks for "${name}"`);
  return `${text.slice(0, from + start.length)}\n\n${content}\n\n${
    text.slice(to)
  }`;
}

function toolsTable(): string {
  return table(
    ["Tool", "What it does"],
    TOOLS.map((tool) => [
      `\`${tool.name}\``,
      tool.description,
    ]),
  );
}

function settingsTable(): string {
  return table(
    ["Environment, first found wins", "Flag", "Config file", "Meaning"],
    OPTION_LIST.map(([, { env, flag, file, describe }]) => [
      env.map((name) => `\`${name}\``).join(" "),
      flag ? `\`--${flag}\`` : "",
      file.map((name) => `\`${name}\``).join(" "),
      describe,
    ]),
  );
}

function switchesTable(): string {
  return table(
    ["Flag", "Meaning"],
    Object.entries(SWITCHES).map((
      [name, describe],
    ) => [`\`--${name}\``, describe]),
  );
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join(
    "\n",
  );
}
