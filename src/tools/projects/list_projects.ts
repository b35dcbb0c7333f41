import { z } from "zod";
import {
  type Project,
  ProjectState,
} from "../../../idl/flyteidl2/project/project_service_pb.ts";
import { Sort_Direction } from "../../../idl/flyteidl2/common/list_pb.ts";
import { enumName } from "../../client/enum_name.ts";
import { nameOf, quote } from "../../text.ts";
import { fitting, roomBeside } from "../budget.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { CURSOR, limitParameter } from "../parameters.ts";
import { defineTool, READS, type ToolContext } from "../tool.ts";

/** Projects read before the local search; further ones are said to exist. */
const MAX_READ = 1000;

const PAGE = 200;

const STATES = ["active", "archived", "all"] as const;

/** Flyte's own filter language; by default it hides archived projects. */
const STATE_FILTERS = {
  active: "",
  archived: "value_in(state,1;3)",
  all: "value_in(state,0;1;2;3)",
};

export const listProjects = defineTool({
  name: "list_projects",
  title: "List Flyte projects",
  toolset: "projects",
  description:
    "Projects this login can see, with their domains (the valid values of `project` and `domain`). `query` matches id, name or description. 25 a page; pass `next_cursor` as `cursor` for more. Archived ones only with `state`.",
  input: {
    query: z.string().max(200).optional().describe(
      "Part of the id, name or description, in any case",
    ),
    state: z.enum(STATES).default("active").describe(
      "Which projects",
    ),
    limit: limitParameter(25),
    cursor: CURSOR,
  },
  output: {
    projects: z.array(z.looseObject({})),
    domains: z.array(z.string()).nullable(),
    next_cursor: z.string().nullable(),
  },
  annotations: READS,
  async run({ cursor, limit, ...question }, context) {
    const after = cursor === undefined
      ? null
      : readCursor(cursor, { question, at: z.string() });
    const { projects, more } = await readProjects(question.state, context);
    const found = projects.filter((project) =>
      matches(project, question.query)
    );
    const shared = sharedDomains(found);
    const left = after === null ? found : found.slice(placeAfter(found, after));
    const entries = fitting(
      left.slice(0, limit).map((project) => ({
        ...describeProject(project),
        ...(question.state !== "active" && { state: stateOf(project) }),
        ...(!shared && { domains: domainsOf(project) }),
      })),
      roomBeside({ domains: shared }, context.maxResultBytes),
    );
    const last = left[entries.length - 1];
    const isMore = last !== undefined && entries.length < left.length;
    const counts = { found: found.length, shown: entries.length, more };
    return {
      text: sentence(counts, question),
      data: {
        status: "ok",
        projects: entries,
        domains: shared,
        next_cursor: isMore ? makeCursor(question, last.id) : null,
        ...(more && { only_first: MAX_READ }),
      },
    };
  },
});

async function readProjects(
  state: typeof STATES[number],
  { clients, config, signal }: ToolContext,
): Promise<{ projects: Project[]; more: boolean }> {
  const projects: Project[] = [];
  const seen = new Set<string>();
  let token = "";
  do {
    const { projects: page } = await clients.projects.listProjects({
      limit: PAGE,
      token,
      filters: STATE_FILTERS[state],
      sortBy: { key: "identifier", direction: Sort_Direction.ASCENDING },
      org: config.org?.value ?? "",
    }, { signal });
    // Tokens are offsets, so a project made meanwhile shifts the pages.
    const fresh = (page?.projects ?? []).filter(({ id }) => !seen.has(id));
    for (const project of fresh) seen.add(project.id);
    projects.push(...fresh);
    // A page without anything new would go on for ever.
    token = fresh.length > 0 ? page?.token ?? "" : "";
    // A token comes with every full page, so only a further project is more.
  } while (token !== "" && projects.length <= MAX_READ);
  return {
    projects: projects.slice(0, MAX_READ),
    more: projects.length > MAX_READ,
  };
}

/** They come by id, so a project made meanwhile moves no other over an edge. */
function placeAfter(projects: readonly Project[], id: string): number {
  const known = projects.findIndex((project) => project.id === id);
  if (known >= 0) return known + 1;
  const next = projects.findIndex((project) => project.id > id);
  return next < 0 ? projects.length : next;
}

function matches(project: Project, query: string | undefined): boolean {
  if (!query) return true;
  const wanted = query.toLowerCase();
  return [project.id, project.name, project.description]
    .some((text) => text.toLowerCase().includes(wanted));
}

/** What a project is called. */
export function describeProject({ id, name, description }: Project) {
  return {
    id: nameOf(id),
    name: nameOf(name),
    description: nameOf(description) ? quote(description, 300) : null,
  };
}

/** For example `archived`; a state that is new keeps its number. */
export function stateOf({ state }: Project): string {
  return enumName(ProjectState, state);
}

/** The ids of its domains. */
export function domainsOf({ domains }: Project): string[] {
  return domains.map(({ id }) => nameOf(id));
}

/** The domains of all projects when they agree, which they do on Flyte 2. */
function sharedDomains(projects: readonly Project[]): string[] | null {
  const [first, ...rest] = projects.map(domainsOf);
  if (!first) return [];
  const same = rest.every((domains) => domains.join() === first.join());
  return same ? first : null;
}

function sentence(
  { found, shown, more }: { found: number; shown: number; more: boolean },
  { query, state }: { query?: string | undefined; state: string },
): string {
  const kind = state === "all" ? "" : `${state} `;
  const verb = found === 1 ? "matches" : "match";
  const which = query ? ` ${verb} "${nameOf(query)}"` : "";
  if (found === 0) return `No ${kind}projects${which || " are visible"}.`;
  const total = `${found} ${kind}${
    found === 1 ? "project" : "projects"
  }${which}`;
  const rest = more ? ` among the first ${MAX_READ}` : "";
  return `${total}${rest}${shown < found ? `, ${shown} of them here` : ""}.`;
}
