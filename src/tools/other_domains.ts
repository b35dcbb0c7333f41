import { ConnectError } from "@connectrpc/connect";
import { nameOf } from "../text.ts";
import type { Scope } from "./scope.ts";
import type { ToolContext } from "./tool.ts";

/**
 * Why a project and domain show nothing of a kind: it may be in another
 * domain, which is where most who look in the default one are wrong.
 *
 * @param options.kind what was looked for, in the plural
 * @param options.hasAny whether a scope has any
 */
export async function whyNothing(
  scope: Scope,
  { kind, hasAny, context }: {
    kind: string;
    hasAny: (scope: Scope) => Promise<boolean>;
    context: ToolContext;
  },
): Promise<string> {
  const others = await otherDomains(scope, { hasAny, context });
  const none = `this project and domain have no ${kind} at all`;
  return others.length > 0
    ? `${none}; there are some in the ${
      others.length === 1 ? "domain" : "domains"
    } ${others.map((domain) => nameOf(domain)).join(", ")}`
    : `${none}; list_projects has the valid projects and domains`;
}

/** A bonus: where it cannot be found out, nothing is said. */
async function otherDomains(
  scope: Scope,
  { hasAny, context }: {
    hasAny: (scope: Scope) => Promise<boolean>;
    context: ToolContext;
  },
): Promise<string[]> {
  const { clients, config, signal } = context;
  const org = config.org?.value ?? "";
  try {
    const { project } = await clients.projects.getProject(
      { id: scope.project, org },
      { signal },
    );
    const others = (project?.domains ?? []).map(({ id }) => id)
      .filter((domain) => domain !== scope.domain);
    const found = await Promise.all(
      others.map((domain) => hasAny({ ...scope, domain })),
    );
    return others.filter((_, at) => found[at]);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ConnectError) return [];
    throw error;
  }
}
