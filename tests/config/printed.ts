import { inspect } from "node:util";

/** Everything that may turn a value into text by accident. */
export function printed(value: unknown): string {
  return [
    String(value),
    `${value}`,
    JSON.stringify(value),
    Deno.inspect(value, { depth: 20, showHidden: true, getters: true }),
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    inspect(value, { depth: 20, customInspect: false }),
    Deno.inspect(new Error("Failed", { cause: value }), { depth: 20 }),
  ].join("\n");
}
