import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import { isData, type Named, type PlaceKind } from "./flyte_address.ts";
import type { FlytePlaces } from "./run_reference.ts";

/**
 * Checks whether an address belongs to the Flyte that this server works with.
 *
 * @throws {ToolError} `different_endpoint`
 */
export function checkHost(
  url: URL,
  { kind, places }: { kind: PlaceKind; places: FlytePlaces },
): void {
  const own = new URL(places.endpoint).hostname;
  const beside = new URL(places.console ?? places.endpoint).hostname;
  // URIs of Flyte 1's data name no host; others may leave it out.
  const isOpen = isData(url) || url.protocol === "flyte:" && url.host === "";
  if (isOpen || [own, beside].includes(url.hostname.toLowerCase())) return;
  throw new ToolError(
    "different_endpoint",
    `That URL belongs to ${
      nameOf(url.hostname)
    }; this server works with ${own}.`,
    {
      nextStep:
        `Ask for a URL or ${kind} name of ${own}, or use the server that is configured for the other Flyte.`,
    },
  );
}

/** What takes the address of something else. */
const TAKERS: Readonly<Record<PlaceKind, string>> = {
  run: "get_run takes it.",
  task: "get_task takes it; list_runs as `task` shows its runs.",
  app: "get_app takes it, where the toolset apps is on.",
  trigger: "get_trigger takes it, where the toolset triggers is on.",
  artifact: "No tool takes it.",
  workflow: "Flyte 2 has tasks instead; list_tasks has their names.",
  "launch plan":
    "Flyte 2 has triggers instead; get_task shows those of a task.",
};

/** Says what an address is that of, where something else was asked for. */
export function otherKind(
  text: string,
  { kind, named }: { kind: PlaceKind; named: Named },
): ToolError {
  const other = named.name && named.kind !== kind ? named.kind : undefined;
  const form = formOf(kind);
  return new ToolError(
    "invalid_argument",
    `"${nameOf(text.trim(), 120)}" is ${
      other ? `the URL of ${articled(other)}, ` : ""
    }not ${other ? `of ${articled(kind)}` : `the URL of ${articled(kind)}`}.`,
    {
      nextStep: other
        ? `${TAKERS[other]} Here pass a ${form}`
        : `Pass the ${form}`,
    },
  );
}

/** Says that only blanks were given. */
export function noName(kind: PlaceKind): ToolError {
  return new ToolError("invalid_argument", `No ${kind} is named.`, {
    nextStep: `Pass the ${formOf(kind)}`,
  });
}

function formOf(kind: PlaceKind): string {
  return `${kind}'s name, or its console URL: …/v2/domain/DOMAIN/project/PROJECT/${kind}s/NAME.`;
}

function articled(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
