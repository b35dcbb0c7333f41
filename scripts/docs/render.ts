import { SWITCHES } from "../../src/config/flags.ts";
import { type Option, OPTION_LIST } from "../../src/config/options.ts";
import { TOOLS } from "../../src/tools/mod.ts";
import { makeExamples } from "./examples.ts";
import { table } from "./table.ts";
import { errorCodes, toolReference } from "./tool_reference.ts";

/** The documents with generated parts. */
export const DOCUMENTS = [
  "README.md",
  "docs/settings.md",
  "docs/tools.md",
] as const;

/** What stands between marks, by their name. */
const PARTS: Readonly<Record<string, () => string | Promise<string>>> = {
  tools: toolsTable,
  "tool-reference": async () => toolReference(TOOLS, await makeExamples()),
  "error-codes": errorCodes,
  settings: () => settingsTable(({ common }) => common === true),
  "all-settings": () => settingsTable(() => true),
  switches: switchesTable,
};

/** Puts the generated parts between their marks. */
export async function renderDocs(text: string): Promise<string> {
  let rendered = text;
  for (const [name, part] of Object.entries(PARTS)) {
    const start = `<!-- ${name}: made by deno task docs -->`;
    const from = rendered.indexOf(start);
    if (from < 0) continue;
    const to = rendered.indexOf(`<!-- /${name} -->`, from);
    const head = rendered.slice(0, from + start.length);
    rendered = `${head}\n\n${await part()}\n\n${rendered.slice(to)}`;
  }
  return rendered;
}

function toolsTable(): string {
  return table(
    ["Tool", "Toolset", "What it does"],
    TOOLS.map(({ name, toolset, description }) => [
      `\`${name}\``,
      `\`${toolset}\``,
      description,
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
