import { Code, ConnectError } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import { Filter_Function } from "../../../idl/flyteidl2/common/list_pb.ts";
import {
  type RunIdentifier,
  RunIdentifierSchema,
} from "../../../idl/flyteidl2/common/identifier_pb.ts";
import type { RunDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { parseRun, placesOf, type Reference } from "../run_reference.ts";
import {
  findScope,
  type Scope,
  type ScopeArguments,
  showScope,
  withoutEvery,
} from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** More hits than this are not told apart one by one. */
const MAX_HITS = 10;

/** A run that is there, and where it was found. */
export interface FoundRun {
  readonly details: RunDetails;
  readonly scope: Scope;
  /** The action that the run's address names. */
  readonly action?: string | undefined;
}

/**
 * Finds a run by its name or pasted URL. Scope order: pasted URL, arguments,
 * configuration, then a look-up by name.
 *
 * @param options.tool the tool that asks, for the calls that errors propose
 * @param options.callFor the call to propose for a run that is elsewhere
 * @throws {ToolError} `not_found`, `ambiguous`, or what a pasted URL is refused with
 */
export async function findRun(
  run: string,
  { given: asked, tool, callFor = callOf(tool), context }: {
    given: ScopeArguments;
    tool: string;
    callFor?: CallFor;
    context: ToolContext;
  },
): Promise<FoundRun> {
  const given = withoutEvery(asked);
  const reference = parseRun(run, placesOf(context));
  const scope = reference.pasted
    ? pastedScope(reference)
    : findScope(given, context);
  const details = scope && await readRun(reference.name, scope, context);
  const { action } = reference;
  if (details) return { details, scope, action };
  const hits = await lookUp(reference.name, context);
  const inDomain = hits.filter(({ domain }) =>
    !given.domain || domain === given.domain
  );
  const [only] = inDomain;
  const named = scope && (reference.pasted || given.project || given.domain);
  if (named || !only) throw notFound(reference.name, { scope, hits, callFor });
  if (inDomain.length > 1) {
    throw ambiguous(reference.name, { hits: inDomain, callFor });
  }
  const found = await readRun(reference.name, only, context);
  if (!found) {
    throw notFound(reference.name, { scope: only, hits: [], callFor });
  }
  return { details: found, scope: only };
}

function pastedScope({ project = "", domain = "" }: Reference): Scope {
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
  { scope, hits, callFor }: {
    scope: Scope | null;
    hits: readonly Scope[];
    callFor: CallFor;
  },
): ToolError {
  const shown = scope && showScope(scope);
  const where = shown
    ? `in ${shown.project}/${shown.domain}`
    : "in any project that this login can see";
  return new ToolError("not_found", `Run "${nameOf(name)}" is not ${where}.`, {
    nextStep: hits.length > 0
      ? `A run of that name exists elsewhere: ${
        callsFor(name, { hits, callFor })
      }.`
      : "Check the name with list_runs, or ask for the console URL.",
    scope: shown && { ...shown },
  });
}

function ambiguous(
  name: string,
  { hits, callFor }: { hits: readonly Scope[]; callFor: CallFor },
): ToolError {
  const count = hits.length > MAX_HITS ? `More than ${MAX_HITS}` : hits.length;
  return new ToolError(
    "ambiguous",
    `${count} runs are named "${nameOf(name)}".`,
    { nextStep: `Say which one: ${callsFor(name, { hits, callFor })}.` },
  );
}

/** Makes the call that gets a run. */
type CallFor = (
  run: { run: string; project: string; domain: string },
) => string;

function callOf(tool: string): CallFor {
  return (run) => `${tool} ${JSON.stringify(run)}`;
}

/** The calls that get these runs. */
function callsFor(
  name: string,
  { hits, callFor }: { hits: readonly Scope[]; callFor: CallFor },
): string {
  const run = nameOf(name);
  return hits.slice(0, MAX_HITS).map((hit) => {
    const { project, domain } = showScope(hit);
    return callFor({ run, project, domain });
  }).join(" or ");
}
