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

/** What stands for all projects or domains, in tools that list across them. */
export const EVERY = "*";

/** Whether a scope has more than one project and domain. */
export function isWide({ project, domain }: ScopeArguments): boolean {
  return project === EVERY || domain === EVERY;
}

/**
 * The one project and domain of a call that looks in no others.
 *
 * @throws {ToolError} `scope_missing`, or `invalid_argument` for "*"
 */
export function needPlace(given: ScopeArguments, context: ToolContext): Scope {
  const scope = needScope(given, context);
  const every = (["project", "domain"] as const)
    .filter((part) => scope[part] === EVERY);
  if (every.length === 0) return scope;
  throw new ToolError(
    "invalid_argument",
    `This tool looks in one project and domain: ${
      every.join(" and ")
    } cannot be "*".`,
    {
      nextStep: `Pass one ${every.join(" and one ")}; list_projects has them.`,
    },
  );
}

/** A run is in one project and domain: "*" says no more than nothing. */
export function withoutEvery(
  { project, domain }: ScopeArguments,
): ScopeArguments {
  return {
    project: project === EVERY ? undefined : project,
    domain: domain === EVERY ? undefined : domain,
  };
}
