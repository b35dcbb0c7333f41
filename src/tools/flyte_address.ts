/** What has a page of its own, in a console of Flyte 1 or 2. */
export type PlaceKind =
  | "run"
  | "task"
  | "app"
  | "trigger"
  | "artifact"
  | "workflow"
  | "launch plan";

/** The words before a name: Flyte 2's, then Flyte 1's. */
const KINDS: ReadonlyMap<string, PlaceKind> = new Map([
  ["runs", "run"],
  ["tracked-runs", "run"],
  ["tasks", "task"],
  ["apps", "app"],
  ["triggers", "trigger"],
  ["artifacts", "artifact"],
  ["executions", "run"],
  ["task", "task"],
  ["workflows", "workflow"],
  ["workflow", "workflow"],
  ["launchPlans", "launch plan"],
  ["launch_plan", "launch plan"],
]);

/** What the segment after one of these words is. */
const WORDS: ReadonlyMap<string, "project" | "domain" | "org"> = new Map([
  ["project", "project"],
  ["projects", "project"],
  ["domain", "domain"],
  ["domains", "domain"],
  // Union's consoles of Flyte 1 begin with it.
  ["org", "org"],
]);

/** What a path names; parts that it does not name are absent. */
export interface Named {
  readonly project?: string | undefined;
  readonly domain?: string | undefined;
  readonly kind?: PlaceKind | undefined;
  readonly name?: string | undefined;
  /** An action of the run. */
  readonly action?: string | undefined;
  /** A version of the task. */
  readonly version?: string | undefined;
  /** A trigger of the task that is the name. */
  readonly trigger?: string | undefined;
}

/** Reads what an address is that of: a page of a console, or a `flyte://` URI. */
export function readAddress(url: URL): Named {
  const segments = url.pathname.split("/").map(decoded);
  if (url.protocol !== "flyte:") {
    const named = readPath(segments, {});
    return named.kind === "run"
      ? { ...named, action: named.action ?? selectedAction(url) }
      : named;
  }
  const [, project, domain, ...rest] = segments;
  if (!isData(url)) return readPath(rest, { project, domain });
  const [name, action] = rest;
  return { project, domain, kind: "run", name, action: action || undefined };
}

/**
 * Whether this is a URI of Flyte 1's data, which names no host:
 * `flyte://v1/P/D/EXECUTION/NODE[/ATTEMPT]/i`, `o` or `d`, and a name.
 */
export function isData({ protocol, host }: URL): boolean {
  return protocol === "flyte:" && host === "v1";
}

/** Flyte 2's console has the action that is shown in its query, or a group. */
function selectedAction({ searchParams }: URL): string | undefined {
  const shown = decoded(searchParams.get("i") ?? "");
  return shown && !shown.includes("::") ? shown : undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Project and domain as far as a path has named them. */
interface Around {
  project?: string | undefined;
  domain?: string | undefined;
  org?: string | undefined;
}

/**
 * Reads a path from the left, for a project may itself be called "runs":
 *
 * - Flyte 2: `/v2/domain/D/project/P/runs/R`, `…/tasks/T/VERSION`,
 *   `…/triggers/T/NAME`, and at first `/v2/runs/project/P/domain/D/R`
 * - Flyte 1: `/console/projects/P/domains/D/executions/R/nodeId/ACTION/…`,
 *   `…/task/T/version/V`
 *
 * @param place what is known from elsewhere
 */
function readPath(segments: readonly string[], place: Around): Named {
  const found = { ...place };
  let kind: PlaceKind | undefined;
  for (let at = 0; at < segments.length; at++) {
    const segment = segments[at] ?? "";
    const isPlaced = found.project !== undefined && found.domain !== undefined;
    if (kind && isPlaced) {
      const { project, domain } = found;
      return { project, domain, ...readName(kind, segments.slice(at)) };
    }
    const word = WORDS.get(segment);
    if (word && found[word] === undefined) found[word] = segments[++at] ?? "";
    else kind ??= KINDS.get(segment);
  }
  return { project: found.project, domain: found.domain, kind };
}

function readName(kind: PlaceKind, [name, ...rest]: readonly string[]): Named {
  switch (kind) {
    case "run":
      return { kind, name, action: after(rest, ["actions", "nodeId"]) };
    case "task":
      return {
        kind,
        name,
        version: after(rest, ["version", "versions"]) ?? rest[0],
      };
    case "trigger":
      return { kind, name, trigger: rest[0] };
    case "app":
    case "artifact":
    case "workflow":
    case "launch plan":
      return { kind, name };
  }
}

function after(
  segments: readonly string[],
  words: readonly string[],
): string | undefined {
  const at = segments.findIndex((segment) => words.includes(segment));
  return at < 0 ? undefined : segments[at + 1];
}
