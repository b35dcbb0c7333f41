import { type Option, OPTION_LIST } from "../../src/config/options.ts";
import { SWITCHES } from "../../src/config/flags.ts";
import { TOOLS } from "../../src/tools/mod.ts";

/** The documents with generated parts. */
export const DOCUMENTS = ["README.md", "docs/settings.md"] as const;

/** What stands between marks, by their name. */
const PARTS: Readonly<Record<string, () => string>> = {
  tools: toolsTable,
  settings: () => settingsTable(({ common }) => common === true),
  "all-settings": () => settingsTable(() => true),
  switches: switchesTable,
};

/** Puts the generated tables between their marks. */
export function renderDocs(text: string): string {
  let rendered = text;
  for (const [name, part] of Object.entries(PARTS)) {
    const start = `<!-- ${name}: made by deno task docs -->`;
    const from = rendered.indexOf(start);
    if (from < 0) continue;
    const to = rendered.indexOf(`<!-- /${name} -->`, from);
    const head = rendered.slice(0, from + start.length);
    rendered = `${head}\n\n${part()}\n\n${rendered.slice(to)}`;
  }
  return rendered;
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

function settingsTable(isShown: (option: Option) => boolean): string {
  return table(
    ["Environment, first found wins", "Flag", "Config file", "Meaning"],
    OPTION_LIST.filter(([, option]) => isShown(option)).map((
      [, { env, flag, file, describe }],
    ) => [
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
