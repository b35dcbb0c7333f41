import type { Labels } from "../../../idl/flyteidl2/task/run_pb.ts";
import type {
  Project,
  ProjectState,
} from "../../../idl/flyteidl2/project/project_service_pb.ts";
import type { Micros } from "../clock.ts";
import { type Columns, integer, text, timestamp } from "../list/columns.ts";

/** A row of the table of projects. */
export interface ProjectRow {
  readonly identifier: string;
  readonly name: string;
  readonly description: string;
  readonly labels: Labels | undefined;
  readonly state: ProjectState;
  readonly createdAt: Micros;
  readonly updatedAt: Micros;
}

/**
 * The projects by identifier, in the order in which PostgreSQL would scan them:
 * a project that is updated goes to the end.
 */
export type Projects = Map<string, ProjectRow>;

/** The columns ListProjects may filter and sort by. */
export const PROJECT_COLUMNS: Columns<ProjectRow> = new Map([
  ["identifier", text((row) => row.identifier)],
  ["name", text((row) => row.name)],
  ["description", text((row) => row.description)],
  // A serialized message in the database; no text a client sends equals it.
  ["labels", text(() => null)],
  ["state", integer((row) => row.state)],
  ["created_at", timestamp((row) => row.createdAt)],
  ["updated_at", timestamp((row) => row.updatedAt)],
]);

/** The length of the column `description`; a longer text is an SQL error. */
export const MAX_DESCRIPTION = 300;

/** What a client may set of a project. */
export function projectFields(project: Project): Pick<
  ProjectRow,
  "identifier" | "name" | "description" | "labels" | "state"
> {
  const { id, name, description, labels, state } = project;
  // Labels without any value serialize to nothing and come back as none.
  const kept = labels && Object.keys(labels.values).length > 0;
  const identifier = id;
  return {
    identifier,
    name,
    description,
    labels: kept ? labels : undefined,
    state,
  };
}
