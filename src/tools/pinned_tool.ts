import type { Config } from "../config/mod.ts";
import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import type { Tool, ToolContext } from "./tool.ts";

/** What a server is pinned to. */
type PinSettings = Pick<Config, "pin" | "project" | "domain">;

/** A pinned argument. */
interface Pin {
  readonly value: string;
  readonly source: string;
}

/**
 * A tool without the arguments that are pinned: calls act on what is
 * configured. Who names that all the same may, and nothing else.
 */
export function pinnedTool(tool: Tool, settings: PinSettings): Tool {
  const pins = pinsOf(tool, settings);
  if (pins.size === 0) return tool;
  const mask = Object.fromEntries([...pins.keys()].map((key) => [key, true]));
  // Only keys that the schema has are in the mask.
  const input = tool.input.omit(mask as Record<string, true>);
  if (tool.needs === "machine") return { ...tool, input };
  return {
    ...tool,
    input,
    run: (raw: unknown, context: ToolContext) =>
      tool.run(checked(raw, pins), context),
  };
}

function pinsOf(
  { input }: Tool,
  settings: PinSettings,
): ReadonlyMap<string, Pin> {
  const { pin } = settings;
  const pinned = (pin?.value ?? []).filter((what) => what in input.shape);
  return new Map(pinned.map((what) => [what, {
    // Without a value no call gets this far: that is a fault.
    value: settings[what]?.value ?? "",
    source: pin?.source ?? "",
  }]));
}

function checked(raw: unknown, pins: ReadonlyMap<string, Pin>): unknown {
  if (typeof raw !== "object" || raw === null) return raw;
  const kept = Object.entries(raw).filter(([key, given]) => {
    const pin = pins.get(key);
    if (pin && given !== pin.value) throw pinnedElsewhere(key, pin);
    return !pin;
  });
  return Object.fromEntries(kept);
}

function pinnedElsewhere(key: string, { value, source }: Pin): ToolError {
  return new ToolError(
    "invalid_argument",
    `This server is pinned to the ${key} "${nameOf(value)}" (${source}).`,
    {
      nextStep:
        `Leave ${key} out. For another one, tell the person: whoever configures this server decides that in ${source}.`,
    },
  );
}
