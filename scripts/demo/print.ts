/** The transcript of the demo, made to be read. */

const WIDTH = 100;

/** A tool result as the demo needs it. */
export interface Result {
  readonly content: readonly { readonly text: string }[];
  readonly structuredContent: Record<string, unknown>;
}

/** Prints one line. */
export function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}

/** Prints what happens next. */
export function heading(text: string): void {
  print(`\n── ${text} ${"─".repeat(Math.max(3, WIDTH - text.length - 4))}\n`);
}

/** Prints a call with its answer. @returns the answer's data */
export function printResult(
  tool: string,
  args: Record<string, unknown>,
  { content, structuredContent }: Result,
): Record<string, unknown> {
  const given = Object.keys(args).length > 0 ? ` ${JSON.stringify(args)}` : "";
  heading(`Agent calls ${tool}${given}`);
  const [text = ""] = content.map((block) => block.text);
  if (structuredContent.status !== "ok") {
    print(text);
    return structuredContent;
  }
  // The text of a success is a sentence and then the data in compact form.
  print(text.slice(0, text.indexOf("\n{")));
  for (const [key, value] of Object.entries(structuredContent)) {
    if (key === "status") continue;
    printField(key, value);
  }
  return structuredContent;
}

function printField(key: string, value: unknown): void {
  if (Array.isArray(value) && typeof value[0] === "object") {
    print(`  ${key}:`);
    for (const row of value) print(`    ${oneLine(row)}`);
  } else {
    print(`  ${key}: ${oneLine(value)}`);
  }
}

function oneLine(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value ?? "–");
  if (Array.isArray(value)) return value.map(oneLine).join(", ") || "–";
  return Object.entries(value)
    .filter(([, part]) => part !== null)
    .map(([key, part]) => `${key}=${oneLine(part)}`).join("  ");
}
