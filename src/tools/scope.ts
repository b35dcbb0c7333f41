import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import type { ToolContext } from "./tool.ts";

/** Where a call acts; echoed in its result. */
export interface Scope {
  readonly project: string;
  readonly domain: string;
  /** Where the project came from. */
  readonly source: string;
}

/** A project and domain that a call may have named. */
export interface ScopeArguments {
  readonly project?: string | undefined;
  readonly domain?: string | undefined;
}

/** The scope of arguments over configuration, or `null` without a project. */
export function findScope(
  { project, domain }: ScopeArguments,
  { config }: ToolContext,
): Scope | null {
  const name = project ?? config.project?.value;
  if (name === undefined) return null;
  return {
    project: name,
    domain: domain ?? config.domain.value,
    source: project === undefined
      ? config.project?.source ?? "default"
      : "argument",
  };
}

/** A scope as it is shown: its ids are names that others may have chosen. */
export function showScope({ project, domain, source }: Scope): Scope {
  return { project: nameOf(project), domain: nameOf(domain), source };
}

/**
 * The scope of a call that needs one.
 *
 * @throws {ToolError} `scope_missing`
 */
export function needScope(given: ScopeArguments, context: ToolContext): Scope {
  const scope = findScope(given, context);
  if (scope) return scope;
  throw new ToolError(
    "scope_missing",
    "No project was given, and none is configured.",
    {
      nextStep:
        "Pass project (list_projects has the ids). Person: FLYTE_PROJECT sets a default.",
    },
  );
}
