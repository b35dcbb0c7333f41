import { FIX_BY } from "../../src/errors.ts";
import {
  DEFAULT_TOOLSETS,
  OPT_IN_TOOLSETS,
  type Tool,
} from "../../src/tools/tool.ts";
import type { Example } from "./examples.ts";
import { table } from "./table.ts";

/** A JSON Schema as the tools' ones are. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

const DIALECT = { target: "draft-2020-12" } as const;

/** Every tool with its arguments, what its answers hold, and an example. */
export function toolReference(
  tools: readonly Tool[],
  examples: ReadonlyMap<string, Example>,
): string {
  const isOptIn = (toolset: string) =>
    OPT_IN_TOOLSETS.some((one) => one === toolset);
  return [...DEFAULT_TOOLSETS, ...OPT_IN_TOOLSETS].flatMap((toolset) => [
    `## Toolset \`${toolset}\`${
      isOptIn(toolset) ? `, with \`--toolsets default,${toolset}\`` : ""
    }`,
    ...tools.filter((tool) => tool.toolset === toolset)
      .flatMap((tool) => sections(tool, examples.get(tool.name))),
  ]).join("\n\n");
}

/** Every code with who can act on it. */
export function errorCodes(): string {
  const codes = Map.groupBy(
    Object.entries(FIX_BY),
    ([, fixBy]) => fixBy,
  );
  return table(
    ["`fix_by`", "Codes"],
    [...codes].map(([fixBy, entries]) => [
      `\`${fixBy}\``,
      entries.map(([code]) => `\`${code}\``).join(" "),
    ]),
  );
}

function sections(tool: Tool, example: Example | undefined): string[] {
  return [
    `### \`${tool.name}\``,
    tool.description,
    argumentsTable(schemaOf(tool, "input")),
    `Answers: ${answerKeys(schemaOf(tool, "output"))}.`,
    ...(example ? [exampleText(tool, example)] : []),
  ];
}

function schemaOf(tool: Tool, side: "input" | "output"): Schema {
  return tool[side]["~standard"].jsonSchema[side](DIALECT);
}

function argumentsTable({ properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([name, schema]) => [
    `\`${name}\``,
    typeOf(schema),
    required.includes(name) && schema.default === undefined
      ? "required"
      : schema.default === undefined
      ? ""
      : `\`${JSON.stringify(schema.default)}\``,
    schema.description ?? "",
  ]);
  if (rows.length === 0) return "Takes no arguments.";
  return table(["Argument", "Type", "Default", "Meaning"], rows);
}

function answerKeys({ properties = {} }: Schema): string {
  return Object.entries(properties)
    .map(([name, schema]) => `\`${name}\` (${typeOf(schema)})`).join(", ");
}

function typeOf(schema: Schema): string {
  if (schema.enum) {
    return schema.enum.map((value) => `\`${value}\``).join(", ");
  }
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.items) {
    const kind = typeOf(schema.items);
    return kind.startsWith("`") ? `any of ${kind}` : `list of ${kind}s`;
  }
  const { minimum, maximum } = schema;
  const isBounded = minimum !== undefined && maximum !== undefined &&
    Math.abs(maximum) < Number.MAX_SAFE_INTEGER;
  const range = isBounded ? ` ${minimum} to ${maximum}` : "";
  return `${[schema.type ?? "any"].flat().join(" or ")}${range}`;
}

function exampleText(tool: Tool, { args, answer }: Example): string {
  const given = Object.keys(args).length > 0 ? ` ${JSON.stringify(args)}` : "";
  return [
    "```jsonc",
    `// ${tool.name}${given}`,
    JSON.stringify(answer, null, 2),
    "```",
  ].join("\n");
}
