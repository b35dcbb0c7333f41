import { Code, ConnectError } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import { z } from "zod";
import { Filter_Function } from "../../idl/flyteidl2/common/list_pb.ts";
import {
  type RunIdentifier,
  RunIdentifierSchema,
} from "../../idl/flyteidl2/common/identifier_pb.ts";
import type { RunDetails } from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import { DOMAIN, PROJECT, RUN } from "./parameters.ts";
import { describeRun } from "./run_description.ts";
import { parseRun, type RunReference } from "./run_reference.ts";
import { findScope, type Scope, showScope } from "./scope.ts";
import { defineTool, READS, type ToolContext } from "./tool.ts";

/** More hits than this are not told apart one by one. */
const MAX_HITS = 10;

export const getRun = defineTool({
  name: "get_run",
  title: "Get a Flyte run",
  toolset: "runs",
  description:
    "State of one run: phase, timing, task and version, who started it, attempts, actions by phase, error if it failed, gates it waits for, console link. `run` is a name or pasted console URL. Project and domain are needed only if the name is not unique.",
  input: { run: RUN, project: PROJECT, domain: DOMAIN },
  output: {
    scope: z.looseObject({}),
    name: z.string(),
    phase: z.string(),
    task: z.string().nullable(),
    version: z.string().nullable(),
    source: z.string().nullable(),
    started_by: z.string().nullable(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    duration: z.string().nullable(),
    attempts: z.number(),
    actions: z.looseObject({}),
    error: z.looseObject({}).nullable(),
    abort_reason: z.string().nullable(),
    waiting_for: z.array(z.looseObject({})).nullable(),
    url: z.string(),
  },
  annotations: READS,
  async run({ run, ...given }, context) {
    const reference = parseRun(run, context.endpoint.value);
    const { details, scope } = await findRun(reference, { given, context });
    return await describeRun(details, { scope, context });
  },
});

interface FoundRun {
  readonly details: RunDetails;
  readonly scope: Scope;
}

/** Scope order: pasted URL, arguments, configuration, then a look-up by name. */
async function findRun(
  reference: RunReference,
  { given, context }: {
    given: { project?: string | undefined; domain?: string | undefined };
    context: ToolContext;
  },
): Promise<FoundRun> {
  const scope = reference.pasted
    ? pastedScope(reference)
    : findScope(given, context);
  const details = scope && await readRun(reference.name, scope, context);
  if (details) return { details, scope };
  const hits = await lookUp(reference.name, context);
  const inDomain = hits.filter(({ domain }) =>
    !given.domain || domain === given.domain
  );
  const [only] = inDomain;
  const named = scope && (reference.pasted || given.project || given.domain);
  if (named || !only) throw notFound(reference.name, scope, hits);
  if (inDomain.length > 1) throw ambiguous(reference.name, inDomain);
  const found = await readRun(reference.name, only, context);
  if (!found) throw notFound(reference.name, only, []);
  return { details: found, scope: only };
}

function pastedScope({ project = "", domain = "" }: RunReference): Scope {
  return { project, domain, source: "url" };
}

async function readRun(
  name: string,
  scope: Scope,
  { clients, config, signal }: ToolContext,
): Promise<RunDetails | null> {
  const runId = create(RunIdentifierSchema, {
    org: config.org?.value ?? "",
    project: scope.project,
    domain: scope.domain,
    name,
  });
  try {
    const { details } = await clients.runs.getRunDetails({ runId }, { signal });
    return details ?? null;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return null;
    throw error;
  }
}

/** All runs of that name, wherever they are. */
async function lookUp(
  name: string,
  { clients, config, signal }: ToolContext,
): Promise<Scope[]> {
  const { runs } = await clients.runs.listRuns({
    request: {
      limit: MAX_HITS + 1,
      filters: [{
        function: Filter_Function.EQUAL,
        field: "run_name",
        values: [name],
      }],
      sortByFields: [{ key: "created_at" }],
    },
    scopeBy: { case: "org", value: config.org?.value ?? "" },
  }, { signal });
  return runs.flatMap(({ action }) => {
    const id: RunIdentifier | undefined = action?.id?.run;
    if (id?.name !== name) return [];
    return [{ project: id.project, domain: id.domain, source: "lookup" }];
  });
}

function notFound(
  name: string,
  scope: Scope | null,
  hits: readonly Scope[],
): ToolError {
  const shown = scope && showScope(scope);
  const where = shown
    ? `in ${shown.project}/${shown.domain}`
    : "in any project that this login can see";
  return new ToolError("not_found", `Run "${nameOf(name)}" is not ${where}.`, {
    nextStep: hits.length > 0
      ? `A run of that name exists elsewhere: ${callsFor(name, hits)}.`
      : "Check the name with list_runs, or ask for the console URL.",
    scope: shown && { ...shown },
  });
}

function ambiguous(name: string, hits: readonly Scope[]): ToolError {
  const count = hits.length > MAX_HITS ? `More than ${MAX_HITS}` : hits.length;
  return new ToolError(
    "ambiguous",
    `${count} runs are named "${nameOf(name)}".`,
    { nextStep: `Say which one: ${callsFor(name, hits)}.` },
  );
}

/** The calls that get these runs. */
function callsFor(name: string, hits: readonly Scope[]): string {
  const run = nameOf(name);
  return hits.slice(0, MAX_HITS).map((hit) => {
    const { project, domain } = showScope(hit);
    return `get_run ${JSON.stringify({ run, project, domain })}`;
  }).join(" or ");
}
