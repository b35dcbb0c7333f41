import {
  Filter_Function,
  Sort_Direction,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import type { ListVersionsResponse_VersionResponse as Version } from "../../../idl/flyteidl2/task/task_service_pb.ts";
import { ToolError } from "../../errors.ts";
import { firstNames, nameOf } from "../../text.ts";
import { isAddress, parseTask, placesOf } from "../run_reference.ts";
import {
  needPlace,
  type Scope,
  type ScopeArguments,
  showScope,
} from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Versions that are read, the newest first. */
const MAX_VERSIONS = 10;

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
  /** The version that the task's address names. */
  readonly version?: string | undefined;
}

/** What may be asked of a task's runs. */
interface TaskQuestion extends ScopeArguments {
  readonly task?: string | undefined;
  readonly version?: string | undefined;
}

/**
 * The same question, with what the address of its task says in place of the
 * address.
 *
 * @throws {ToolError} what a pasted URL is refused with
 */
export function withTaskNamed<T extends TaskQuestion>(
  question: T,
  context: ToolContext,
): T {
  const { task, version } = question;
  if (task === undefined || !isAddress(task)) return question;
  const { name, pasted: _, ...meant } = parseTask(task, placesOf(context));
  return {
    ...question,
    ...meant,
    task: name,
    version: version ?? meant.version,
  };
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
  const { name, pasted, version, ...place } = parseTask(
    task,
    placesOf(context),
  );
  const { project = "", domain = "" } = place;
  const scope = pasted
    ? { project, domain, source: "url" }
    : needPlace(given, context);
  const found = await readVersions(name, scope, context)
    .catch((error) => nullForFunction(error, name));
  if (found) return { ...found, version };
  const similar = await readSimilar(name, scope, context);
  const [only, ...more] = similar.filter((one) => one.endsWith(`.${name}`));
  if (more.length > 0) throw ambiguous(name, scope, similar);
  const meant = only ? await readVersions(only, scope, context) : null;
  if (!meant) throw notFound(name, scope, similar);
  return meant;
}

/**
 * Where tasks are limited, a function's name alone is refused as the name of a
 * task, and may still be the one of a task that is allowed.
 */
function nullForFunction(error: unknown, name: string): null {
  const isRefused = error instanceof ToolError &&
    error.code === "permission_denied";
  if (isRefused && !name.includes(".")) return null;
  throw error;
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
      nextStep: `Say which one: ${firstNames(matching, MAX_TOLD)}.`,
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
        ? `Similar names: ${firstNames(similar, MAX_TOLD)}.`
        : `list_tasks ${
          JSON.stringify({ project, domain })
        } has the names; is it another project or domain?`,
      scope: { ...shown },
    },
  );
}
