import { parseArgs } from "node:util";
import type { Seeds } from "./seed/mod.ts";

const MAX_PORT = 65_535;
const SEEDS = ["everyday", "troubles", "hostile"] as const;

/** What is to be served. */
export interface ServeArguments {
  readonly auth: "device" | "open";
  readonly bare: boolean;
  readonly port: number;
  readonly seeded: Seeds;
}

/** @returns what was asked for, or what is wrong with it */
export function readArguments(args: string[]): ServeArguments | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: "string", default: "0" },
        auth: { type: "string", default: "device" },
        bare: { type: "boolean", default: false },
        seed: { type: "string", default: "everyday" },
        actions: { type: "string", default: "0" },
        "log-lines": { type: "string", default: "0" },
      },
    });
    const { auth, bare } = values;
    if (auth !== "device" && auth !== "open") {
      throw new TypeError(`--auth is device or open, not "${auth}"`);
    }
    const port = readNumber("port", values.port);
    if (port > MAX_PORT) {
      throw new RangeError(`--port is at most ${MAX_PORT}, not ${port}`);
    }
    return { auth, bare, port, seeded: readSeeds(values) };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function readSeeds(
  values: { seed: string; actions: string; "log-lines": string },
): Seeds {
  const names = values.seed.split(",");
  const unknown = names.find((name) => !SEEDS.some((one) => one === name));
  if (unknown !== undefined) {
    throw new TypeError(`--seed names ${SEEDS.join(", ")}, not "${unknown}"`);
  }
  return {
    everyday: names.includes("everyday"),
    troubles: names.includes("troubles"),
    hostile: names.includes("hostile"),
    actions: readNumber("actions", values.actions),
    logLines: readNumber("log-lines", values["log-lines"]),
  };
}

function readNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new TypeError(`--${name} is a whole number, not "${text}"`);
}
