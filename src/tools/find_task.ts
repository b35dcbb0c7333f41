import {
  Filter_Function,
  Sort_Direction,
} from "../../idl/flyteidl2/common/list_pb.ts";
import type { ListVersionsResponse_VersionResponse as Version } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import { parseTask, placesOf } from "./run_reference.ts";
import {
  needScope,
  type Scope,
  type ScopeArguments,
  showScope,
} from "./scope.ts";
import type { ToolContext } from "./tool.ts";

/** Versions that are read, the newest first. */
export const MAX_VERSIONS = 10;

/** Tasks of similar names that are read, and told. */
const MAX_SIMILAR = 50;
const MAX_TOLD = 5;

/** A task that is there. */
export interface FoundTask {
  readonly scope: Scope;
  /** With its environment: `training.fit_model`. */
  readonly name: string;
  /** The newest first; never empty. */
  readonly versions: readonly Version[];
  /** Whether there are older ones. */
  readonly hasMore: boolean;
}

/**
 * Finds a task by its name, by its function's name alone where that is unique,
 * or by its pasted URL.
 *
 * @throws {ToolError} `not_found`, `ambiguous`, `scope_missing`, or what a
 * pasted URL is refused with
 */
export async function findTask(
  task: string,
  { given, context }: { given: ScopeArguments; context: ToolContext },
): Promise<FoundTask> {
  const { name, pasted, ...place } = parseTask(task, placesOf(context));
  const { project = "", domain = "" } = place;
  const scope = pasted
    ? { project, domain, source: "url" }
    : needScope(given, context);
  const found = await readVersions(name, scope, context);
  if (found) return found;
  const similar = await readSimilar(name, scope, context);
  const [only, ...more] = similar.filter((one) => one.endsWith(`.${name}`));
  if (more.length > 0) throw ambiguous(name, scope, similar);
  const meant = only ? await readVersions(only, scope, context) : null;
  if (!meant) throw notFound(name, scope, similar);
  return meant;
}

/** Flyte has no word for "latest": the newest version comes first. */
async function readVersions(
  name: string,
  scope: Scope,
  { clients, config, signal }: ToolContext,
): Promise<FoundTask | null> {
  const { project, domain } = scope;
  const org = config.org?.value ?? "";
  const { versions } = await clients.tasks.listVersions({
    taskName: { org, project, domain, name },
    request: {
      limit: MAX_VERSIONS + 1,
      sortByFields: [
        { key: "created_at", direction: Sort_Direction.DESCENDING },
      ],
    },
  }, { signal });
  if (versions.length === 0) return null;
  return {
    scope,
    name,
    versions: versions.slice(0, MAX_VERSIONS),
    hasMore: versions.length > MAX_VERSIONS,
  };
}

/** Names of tasks whose function could be the one that is meant. */
async function readSimilar(
  name: string,
  { project, domain }: Scope,
  { clients, config, signal }: ToolContext,
): Promise<string[]> {
  const organization = config.org?.value ?? "";
  const word = name.slice(name.lastIndexOf(".") + 1);
  const { tasks } = await clients.tasks.listTasks({
    scopeBy: {
      case: "projectId",
      value: { organization, name: project, domain },
    },
    request: {
      limit: MAX_SIMILAR,
      filters: [{
        function: Filter_Function.CONTAINS_CASE_INSENSITIVE,
        field: "name",
        values: [word],
      }],
      sortByFields: [{ key: "name", direction: Sort_Direction.ASCENDING }],
    },
  }, { signal });
  return tasks.flatMap(({ taskId }) => taskId?.name ?? []);
}

function ambiguous(
  name: string,
  scope: Scope,
  similar: readonly string[],
): ToolError {
  const matching = similar.filter((one) => one.endsWith(`.${name}`));
  return new ToolError(
    "ambiguous",
    `${matching.length} tasks have a function "${nameOf(name)}".`,
    {
      nextStep: `Say which one: ${listOf(matching)}.`,
      scope: { ...showScope(scope) },
    },
  );
}

function notFound(
  name: string,
  scope: Scope,
  similar: readonly string[],
): ToolError {
  const shown = showScope(scope);
  const { project, domain } = shown;
  return new ToolError(
    "not_found",
    `Task "${nameOf(name)}" is not in ${project}/${domain}.`,
    {
      nextStep: similar.length > 0
        ? `Similar names: ${listOf(similar)}.`
        : `list_tasks ${
          JSON.stringify({ project, domain })
        } has the names; is it another project or domain?`,
      scope: { ...shown },
    },
  );
}

function listOf(names: readonly string[]): string {
  const told = names.slice(0, MAX_TOLD).map((name) => nameOf(name));
  const rest = names.length - told.length;
  return `${told.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
