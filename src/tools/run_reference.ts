import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import type { ScopeArguments } from "./scope.ts";
import type { ToolContext } from "./tool.ts";

/** A run or task as the agent named it: by name, or by a pasted console URL. */
export interface Reference extends ScopeArguments {
  readonly name: string;
  /** Whether project and domain stood in the URL. */
  readonly pasted: boolean;
}

/** The words before a name, in any console's URLs. */
const KINDS = {
  run: ["runs", "tracked-runs", "executions"],
  task: ["tasks"],
} as const;

type Kind = keyof typeof KINDS;

/** What the segment after one of these words is. */
const WORDS = new Map<string | undefined, "project" | "domain">([
  ["project", "project"],
  ["projects", "project"],
  ["domain", "domain"],
  ["domains", "domain"],
]);

/** Where one Flyte is. */
export interface FlytePlaces {
  /** URL of the control plane. */
  readonly endpoint: string;
  /** URL of the console; `null`: it is at the endpoint. */
  readonly console: string | null;
}

/** The places that a call works with. */
export function placesOf({ endpoint, config }: ToolContext): FlytePlaces {
  const console = config.consoleEndpoint?.value ?? null;
  return { endpoint: endpoint.value, console };
}

/**
 * Reads a run argument. A URL is only parsed, never contacted, and its host
 * must be the endpoint's or the console's: another Flyte's run is not looked
 * up here.
 *
 * @throws {ToolError} `different_endpoint` or `invalid_argument`
 */
export function parseRun(text: string, places: FlytePlaces): Reference {
  return parse(text, { kind: "run", places });
}

/** Reads a task argument, as {@linkcode parseRun} does. */
export function parseTask(text: string, places: FlytePlaces): Reference {
  return parse(text, { kind: "task", places });
}

function parse(
  text: string,
  { kind, places }: { kind: Kind; places: FlytePlaces },
): Reference {
  const trimmed = text.trim();
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) {
    return { name: trimmed, pasted: false };
  }
  const url = URL.parse(trimmed);
  const own = new URL(places.endpoint);
  const beside = new URL(places.console ?? places.endpoint);
  if (url && ![own.hostname, beside.hostname].includes(url.hostname)) {
    throw new ToolError(
      "different_endpoint",
      `That URL belongs to ${
        nameOf(url.hostname)
      }; this server works with ${own.hostname}.`,
      {
        nextStep:
          `Ask for a URL or ${kind} name of ${own.hostname}, or use the server that is configured for the other Flyte.`,
      },
    );
  }
  const { name, project, domain } = url ? namedParts(url, kind) : {};
  if (name && project && domain) return { name, project, domain, pasted: true };
  throw new ToolError(
    "invalid_argument",
    `"${nameOf(trimmed, 120)}" is not the URL of a ${kind}.`,
    {
      nextStep:
        `Pass the ${kind}'s name, or its console URL: …/v2/domain/DOMAIN/project/PROJECT/${kind}s/NAME.`,
    },
  );
}

/** Something that has a page in the console. */
interface Place {
  readonly project: string;
  readonly domain: string;
  readonly name: string;
}

/** The console's page of a run. */
export function consoleUrl(run: Place, places: FlytePlaces): string {
  return pageOf(run, { kind: "run", places });
}

/** The console's page of a task. */
export function taskUrl(task: Place, places: FlytePlaces): string {
  return pageOf(task, { kind: "task", places });
}

/** The console shows the domain before the project. */
function pageOf(
  place: Place,
  { kind, places: { endpoint, console } }: { kind: Kind; places: FlytePlaces },
): string {
  const { protocol, host } = new URL(console ?? endpoint);
  // A local control plane on its own port has its console beside it.
  const shown = !console && host === "localhost:8090" ? "localhost:8080" : host;
  const [domain, project, name] = [place.domain, place.project, place.name]
    .map(encodeURIComponent);
  return `${protocol}//${shown}/v2/domain/${domain}/project/${project}/${kind}s/${name}`;
}

/** Read from the left, for a project may itself be called "runs". */
function namedParts(url: URL, kind: Kind) {
  const found: { name?: string; project?: string; domain?: string } = {};
  const parts = segments(url);
  for (let at = 0; at < parts.length; at++) {
    const isName = KINDS[kind].some((word) => word === parts[at]);
    const word = isName ? "name" : WORDS.get(parts[at]);
    if (word && found[word] === undefined) found[word] = parts[++at] ?? "";
  }
  return found;
}

function segments(url: URL): string[] {
  return url.pathname.split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
}
