import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import {
  type ListProjectsRequest,
  type Project,
  ProjectSchema,
  type ProjectService,
  ProjectState,
} from "../../../idl/flyteidl2/project/project_service_pb.ts";
import { compileSorts } from "../list/sorting.ts";
import { invalidArgument, sqlError } from "../list/sql_error.ts";
import type { Predicate } from "../list/filters.ts";
import type { Store } from "../store.ts";
import { compileTerms, parseFilterText } from "./filter_text.ts";
import {
  MAX_DESCRIPTION,
  PROJECT_COLUMNS,
  projectFields,
  type ProjectRow,
} from "./projects.ts";

/** Domains are configured, not stored: every project has them all. */
const DOMAINS = [
  { id: "development", name: "Development" },
  { id: "production", name: "Production" },
  { id: "staging", name: "Staging" },
];

const DOING = "failed to list projects";

/** ProjectService over the plane's store. */
export function projectService(
  store: Store,
): ServiceImpl<typeof ProjectService> {
  return {
    createProject: ({ project }) => createProject(store, project),
    updateProject: ({ project }) => updateProject(store, project),
    getProject({ id }) {
      if (id === "") throw invalidArgument("id is required");
      const row = store.projects.get(id);
      if (!row) throw notFound(id);
      return { project: projectOf(row) };
    },
    listProjects: (request) => listProjects(store, request),
  };
}

function createProject(
  { projects, reading }: Store,
  project: Project | undefined,
): Record<string, never> {
  if (!project?.id) throw invalidArgument("project.id is required");
  const doing = `failed to create project ${project.id}`;
  checkDescription(project, doing);
  if (projects.has(project.id)) {
    throw new ConnectError(
      `project already exists: ${project.id}`,
      Code.AlreadyExists,
    );
  }
  const createdAt = reading();
  const fields = projectFields(project);
  projects.set(project.id, { ...fields, createdAt, updatedAt: createdAt });
  return {};
}

function updateProject(
  { projects, reading }: Store,
  project: Project | undefined,
): Record<string, never> {
  if (!project?.id) throw invalidArgument("project.id is required");
  checkDescription(project, `failed to update project ${project.id}`);
  const row = projects.get(project.id);
  if (!row) throw notFound(project.id);
  projects.delete(project.id);
  const { createdAt } = row;
  const fields = projectFields(project);
  projects.set(project.id, { ...fields, createdAt, updatedAt: reading() });
  return {};
}

function checkDescription(project: Project, doing: string): void {
  if ([...project.description].length <= MAX_DESCRIPTION) return;
  throw sqlError(
    doing,
    `value too long for type character varying(${MAX_DESCRIPTION}) (SQLSTATE 22001)`,
  );
}

function listProjects(
  { projects, reading }: Store,
  request: ListProjectsRequest,
) {
  const { limit, sortBy, filters } = request;
  const offset = readOffset(request.token);
  if (sortBy?.key && !PROJECT_COLUMNS.has(sortBy.key)) {
    throw invalidArgument(`invalid sort field: ${sortBy.key}`);
  }
  const terms = parseFilterText(filters, PROJECT_COLUMNS);
  const shown: Predicate<ProjectRow> = filters === ""
    // Archived projects are hidden until any filter is given.
    ? (row) => row.state !== ProjectState.ARCHIVED
    : compileTerms(terms, PROJECT_COLUMNS, { doing: DOING, now: reading() });
  let rows = projects.values().filter(shown).toArray();
  if (sortBy?.key) {
    rows = rows.sort(compileSorts([sortBy], PROJECT_COLUMNS, DOING));
  }
  const end = limit === 0 ? rows.length : offset + limit;
  const page = rows.slice(offset, end).map(projectOf);
  const full = limit > 0 && page.length === limit;
  return { projects: { projects: page, token: full ? String(end) : "" } };
}

/** Go's Sscanf takes the number a token begins with. */
function readOffset(token: string): number {
  if (token === "") return 0;
  const match = /^\s*([+-]?\d+)/.exec(token);
  if (!match) throw invalidArgument(`invalid token format: ${token}`);
  const offset = Number(match[1]);
  if (offset >= 0) return offset;
  throw invalidArgument(`invalid offset: ${offset} (must be non-negative)`);
}

function projectOf(row: ProjectRow): Project {
  const { identifier: id, name, description, labels, state } = row;
  return create(ProjectSchema, {
    id,
    name,
    domains: DOMAINS,
    description,
    labels,
    state,
  });
}

function notFound(id: string): ConnectError {
  return new ConnectError(`project not found: ${id}`, Code.NotFound);
}

/**
 * Checks that a project exists, as the other services do: archived ones pass,
 * domains are not looked at.
 *
 * @throws {ConnectError} `not_found`, or `internal` when no project is named
 */
export function requireProject({ projects }: Store, id: string): void {
  if (projects.has(id)) return;
  if (id !== "") {
    throw new ConnectError(`project "${id}" not found`, Code.NotFound);
  }
  throw new ConnectError(
    "failed to validate project: invalid_argument: id is required",
    Code.Internal,
  );
}
