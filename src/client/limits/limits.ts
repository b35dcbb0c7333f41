import type { Config } from "../../config/mod.ts";
import type { Setting } from "../../config/sources.ts";
import { matchesPattern } from "./pattern.ts";
import type { Place } from "./places.ts";

/** One limit with the setting that it is from; `null`: there is none. */
type Limit = Setting<readonly string[]> | null;

/** What may be shown of Flyte; everything else is as if it were not there. */
export interface Limits {
  /** Ids. */
  readonly projects: Limit;
  /** Ids. */
  readonly domains: Limit;
  /** Names with `*` and `?`. */
  readonly tasks: Limit;
}

/** What is wrong with a place, and which setting says so. */
export interface Breach {
  readonly what: "project" | "domain" | "task";
  readonly name: string;
  readonly source: string;
}

/** The settings that limit a session. */
export type LimitSettings = Pick<
  Config,
  | "pin"
  | "project"
  | "domain"
  | "allowedProjects"
  | "allowedDomains"
  | "allowedTasks"
>;

/**
 * The limits of a configuration: a pin is a list of one.
 *
 * @returns `null` when everything may be shown
 */
export function limitsOf(config: LimitSettings): Limits | null {
  const { pin, allowedProjects, allowedDomains, allowedTasks } = config;
  const pinned = (what: "project" | "domain"): Limit => {
    if (!pin?.value.includes(what)) return null;
    // Without a value nothing is allowed; the configuration has that fault.
    return { value: [config[what]?.value ?? []].flat(), source: pin.source };
  };
  const limits = {
    projects: pinned("project") ?? allowedProjects,
    domains: pinned("domain") ?? allowedDomains,
    tasks: allowedTasks,
  };
  return Object.values(limits).every((limit) => limit === null) ? null : limits;
}

/** What of a place is not allowed; `null`: it is. What it leaves open is. */
export function breachOf(
  place: Place,
  { projects, domains, tasks }: Limits,
): Breach | null {
  return breach(place, { what: "project", limit: projects }) ??
    breach(place, { what: "domain", limit: domains }) ??
    breach(place, { what: "task", limit: tasks });
}

function breach(
  place: Place,
  { what, limit }: { what: Breach["what"]; limit: Limit },
): Breach | null {
  const name = place[what];
  if (name === undefined || !limit) return null;
  const isAllowed = what === "task"
    ? limit.value.some((pattern) => matchesPattern(name, pattern))
    : limit.value.includes(name);
  return isAllowed ? null : { what, name, source: limit.source };
}

/** The settings that limit anything, for messages. */
export function sourcesOf({ projects, domains, tasks }: Limits): string {
  const all = [projects, domains, tasks].flatMap((limit) =>
    limit ? [limit.source] : []
  );
  return [...new Set(all)].join(", ");
}
