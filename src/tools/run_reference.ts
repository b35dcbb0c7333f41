import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import type { ScopeArguments } from "./scope.ts";

/** A run as the agent named it: by name, or by a pasted console URL. */
export interface RunReference extends ScopeArguments {
  readonly name: string;
  /** Whether project and domain stood in the URL. */
  readonly pasted: boolean;
}

/** What the segment after one of these words is, in any console's URLs. */
const WORDS = new Map<string | undefined, "name" | "project" | "domain">([
  ["runs", "name"],
  ["tracked-runs", "name"],
  ["executions", "name"],
  ["project", "project"],
  ["projects", "project"],
  ["domain", "domain"],
  ["domains", "domain"],
]);

/**
 * Reads a run argument. A URL is only parsed, never contacted, and its host
 * must be the endpoint's: another Flyte's run is not looked up here.
 *
 * @throws {ToolError} `different_endpoint` or `invalid_argument`
 */
export function parseRun(text: string, endpoint: string): RunReference {
  const trimmed = text.trim();
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed)) {
    return { name: trimmed, pasted: false };
  }
  const url = URL.parse(trimmed);
  const own = new URL(endpoint);
  if (url && url.hostname !== own.hostname) {
    throw new ToolError(
      "different_endpoint",
      `That URL belongs to ${
        nameOf(url.hostname)
      }; this server works with ${own.hostname}.`,
      {
        nextStep:
          `Ask for a URL or run name of ${own.hostname}, or use the server that is configured for the other Flyte.`,
      },
    );
  }
  const { name, project, domain } = url ? namedParts(url) : {};
  if (name && project && domain) return { name, project, domain, pasted: true };
  throw new ToolError(
    "invalid_argument",
    `"${nameOf(trimmed, 120)}" is not the URL of a run.`,
    {
      nextStep:
        "Pass the run's name, or its console URL: …/v2/domain/DOMAIN/project/PROJECT/runs/NAME.",
    },
  );
}

/** The console's page of a run; it shows the domain before the project. */
export function consoleUrl(
  run: { project: string; domain: string; name: string },
  endpoint: string,
): string {
  const { protocol, host } = new URL(endpoint);
  // A local control plane on its own port has its console beside it.
  const shown = host === "localhost:8090" ? "localhost:8080" : host;
  const [domain, project, name] = [run.domain, run.project, run.name]
    .map(encodeURIComponent);
  return `${protocol}//${shown}/v2/domain/${domain}/project/${project}/runs/${name}`;
}

/** Read from the left, for a project may itself be called "runs". */
function namedParts(url: URL) {
  const found: { name?: string; project?: string; domain?: string } = {};
  const parts = segments(url);
  for (let at = 0; at < parts.length; at++) {
    const word = WORDS.get(parts[at]);
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
