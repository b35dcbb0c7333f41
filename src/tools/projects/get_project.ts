import { Code, ConnectError } from "@connectrpc/connect";
import { z } from "zod";
import type { Project } from "../../../idl/flyteidl2/project/project_service_pb.ts";
import { ToolError } from "../../errors.ts";
import { nameOf, wordOf } from "../../text.ts";
import { fitting, roomBeside } from "../budget.ts";
import { PROJECT } from "../parameters.ts";
import { describeProject, domainsOf, stateOf } from "./list_projects.ts";
import { needPlace, showScope } from "../scope.ts";
import { defineTool, READS, type ToolContext } from "../tool.ts";

/** Labels that are shown. */
const MAX_LABELS = 30;

export const getProject = defineTool({
  name: "get_project",
  title: "Get a Flyte project",
  toolset: "projects",
  description:
    "One project by its id, archived ones too: name, description, state, labels, domains (the valid values of `domain`). To find a project by another word, list_projects.",
  input: { project: PROJECT },
  output: {
    scope: z.looseObject({}),
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    state: z.string(),
    domains: z.array(z.string()),
    default_domain: z.string().nullable(),
    labels: z.looseObject({}),
  },
  annotations: READS,
  async run(given, context) {
    const scope = needPlace(given, context);
    const { project: id } = scope;
    const project = await readProject(id, context);
    if (!project) throw noSuchProject(id);
    const domains = domainsOf(project);
    const usual = nameOf(context.config.domain.value);
    const state = stateOf(project);
    const facts = {
      status: "ok",
      scope: showScope(scope),
      ...describeProject(project),
      state,
      domains,
      // Calls that name no domain act on this one, if it is there.
      default_domain: domains.includes(usual) ? usual : null,
    };
    const { maxResultBytes } = context;
    return {
      text: `Project ${nameOf(project.id)} is ${state} and has the ${
        domains.length === 1 ? "domain" : "domains"
      } ${domains.join(", ") || "(none)"}.`,
      data: {
        ...facts,
        ...labelsOf(project, roomBeside(facts, maxResultBytes)),
      },
    };
  },
});

async function readProject(
  id: string,
  { clients, config, signal }: ToolContext,
): Promise<Project | null> {
  try {
    const org = config.org?.value ?? "";
    const { project } = await clients.projects.getProject({ id, org }, {
      signal,
    });
    return project ?? null;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return null;
    throw error;
  }
}

function labelsOf({ labels }: Project, bytes: number) {
  const all = Object.entries(labels?.values ?? {});
  const pairs = fitting(
    all.slice(0, MAX_LABELS)
      .map(([name, value]) => [nameOf(name, 100), wordOf(value, 200)] as const),
    bytes,
  );
  const more = all.length - pairs.length;
  return {
    labels: Object.fromEntries(pairs),
    ...more > 0 && { labels_left_out: more },
  };
}

function noSuchProject(id: string): ToolError {
  const query = nameOf(id);
  return new ToolError("not_found", `There is no project "${query}".`, {
    nextStep: `Ids are not names: list_projects ${
      JSON.stringify({ query, state: "all" })
    } finds a project by part of either.`,
  });
}
