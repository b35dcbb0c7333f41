import { create } from "@bufbuild/protobuf";
import {
  type Filter,
  Filter_Function,
  FilterSchema,
  type ListRequest,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import { oneOf } from "../one_of.ts";
import type { Limits } from "./limits.ts";
import { isName, textWithin } from "./pattern.ts";
import type { Place } from "./places.ts";

/** What a list is narrowed by. */
interface Narrowing {
  readonly limits: Limits;
  /** The column with the names of tasks. */
  readonly taskColumn: string;
  /** Whether the list is of all projects and domains. */
  readonly isEverywhere: boolean;
}

/**
 * Has Flyte leave out what may not be shown, as far as its filters can say it:
 * pages would be nearly empty otherwise. They are all to be met, so several
 * patterns with stars cannot be said.
 */
export function narrow(
  request: ListRequest,
  { limits, taskColumn, isEverywhere }: Narrowing,
): void {
  const { projects, domains, tasks } = limits;
  if (isEverywhere) {
    request.filters.push(
      ...filtersOf("project", projects?.value ?? []),
      ...filtersOf("domain", domains?.value ?? []),
    );
  }
  request.filters.push(...taskFilters(taskColumn, tasks?.value ?? []));
}

function taskFilters(field: string, patterns: readonly string[]): Filter[] {
  if (patterns.every(isName)) return filtersOf(field, patterns);
  const [pattern = "", ...others] = patterns;
  const text = textWithin(pattern);
  // Flyte takes a backslash for an escape, and further patterns for as many conditions.
  if (others.length > 0 || text === "" || text.includes("\\")) return [];
  const values = [text];
  const fn = Filter_Function.CONTAINS;
  return [create(FilterSchema, { function: fn, field, values })];
}

/** No values: no limit that Flyte could hold to. */
function filtersOf(field: string, values: readonly string[]): Filter[] {
  return values.length === 0
    ? []
    : [create(FilterSchema, oneOf(field, values))];
}

/** The places that filters ask for by name. */
export function placesOf(
  request: ListRequest | undefined,
  taskColumn: string,
): Place[] {
  return (request?.filters ?? []).flatMap((filter): Place[] => {
    const { field, values: [value, ...others] } = filter;
    const isOne = filter.function === Filter_Function.EQUAL &&
      others.length === 0;
    if (!isOne) return [];
    switch (field) {
      case "project":
        return [{ project: value }];
      case "domain":
        return [{ domain: value }];
      case taskColumn:
        return [{ task: value }];
      default:
        return [];
    }
  });
}

/**
 * The same in the language of ListProjects, which leaves archived projects out
 * only where it is asked for nothing.
 */
export function narrowProjects(filters: string, { projects }: Limits): string {
  const ids = projects?.value ?? [];
  if (ids.length === 0 || !ids.every((id) => /^[\w.-]+$/.test(id))) {
    return filters;
  }
  const own = ids.length === 1
    ? `eq(identifier,${ids[0]})`
    : `value_in(identifier,${ids.join(";")})`;
  return `${own}+${filters || "ne(state,1)"}`;
}
