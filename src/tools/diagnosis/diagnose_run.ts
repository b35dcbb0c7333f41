import { z } from "zod";
import { Filter_Function } from "../../../idl/flyteidl2/common/list_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { findCause } from "./diagnosis_cause.ts";
import { Parts } from "../parts.ts";
import { reportOf } from "./diagnosis_report.ts";
import { findRun, type FoundRun } from "../runs/find_run.ts";
import { withTaskNamed } from "../tasks/find_task.ts";
import { readInputs, readLastSuccess } from "../runs/last_success.ts";
import { DOMAIN, PROJECT, responseFormat, RUN, TASK } from "../parameters.ts";
import { oneOf } from "../../client/one_of.ts";
import { readRuns } from "../runs/run_pages.ts";
import {
  needPlace,
  type Scope,
  type ScopeArguments,
  showScope,
} from "../scope.ts";
import { defineTool, READS, type ToolContext } from "../tool.ts";

export const diagnoseRun = defineTool({
  name: "diagnose_run",
  title: "Diagnose a Flyte run",
  toolset: "runs",
  description:
    "Why a run failed or is stuck, in one call: verdict, first failing action, cause with evidence, events, end of the log, what changed since the last success. `run` or `task` (its latest failure). Quote the evidence, report `confidence` and `missing_evidence`. Reads only.",
  input: {
    run: RUN.optional(),
    task: TASK.optional().describe(
      "Instead of run: a task's name or console URL; its latest failure is taken",
    ),
    response_format: responseFormat(
      "attempts, events, log, inputs, also_failed",
    ).default("detailed"),
    project: PROJECT,
    domain: DOMAIN,
  },
  output: {
    scope: z.looseObject({}),
    run: z.string(),
    task: z.string().nullable(),
    phase: z.string(),
    verdict: z.string(),
    class: z.string(),
    confidence: z.string(),
    evidence: z.array(z.looseObject({})),
    cause: z.looseObject({}),
    also_failed: z.looseObject({}).nullable(),
    attempts: z.array(z.looseObject({})).nullable(),
    events: z.array(z.looseObject({})).nullable(),
    log: z.looseObject({}).nullable(),
    inputs: z.unknown(),
    since_last_success: z.looseObject({}).nullable(),
    missing_evidence: z.array(z.string()),
    next_steps: z.array(z.string()),
    url: z.string(),
  },
  annotations: READS,
  async run({ run, task, response_format: format, ...given }, context) {
    using parts = new Parts(context);
    const { details, scope } = await findSubject({ run, task }, given, context);
    const root = details.action;
    if (!root) throw new TypeError("A run without its root action");
    const [[cause, inputs], lastSuccess] = await Promise.all([
      findCause(root, { parts, context }).then(async (found) =>
        [found, await readInputs(found.details, { parts, context })] as const
      ),
      readLastSuccess(details, { scope, parts, context }),
    ]);
    const unread = parts.missing;
    return reportOf(
      { run: details, scope, cause, lastSuccess, inputs, unread, format },
      context,
    );
  },
});

async function findSubject(
  { run, task }: { run: string | undefined; task: string | undefined },
  given: ScopeArguments,
  context: ToolContext,
): Promise<FoundRun> {
  const tool = "diagnose_run";
  if (run !== undefined && task === undefined) {
    return await findRun(run, { given, tool, context });
  }
  if (task === undefined || run !== undefined) {
    throw new ToolError(
      "invalid_argument",
      "It takes either run or task.",
      { nextStep: "Pass the name of the run, or of the task." },
    );
  }
  const meant = withTaskNamed({ ...given, task }, context);
  const name = await latestFailure(meant.task, meant, context);
  const { project, domain } = needPlace(meant, context);
  return await findRun(name, { given: { project, domain }, tool, context });
}

const FAILURES = [ActionPhase.FAILED, ActionPhase.TIMED_OUT].map(String);

/**
 * The latest run of a task that failed or timed out.
 *
 * @throws {ToolError} `not_found` when there is none
 */
async function latestFailure(
  task: string,
  given: ScopeArguments,
  context: ToolContext,
): Promise<string> {
  const scope = needPlace(given, context);
  // Task names are `environment.function`; one without a dot is the latter.
  const isWhole = task.includes(".");
  const { runs } = await readRuns({
    scope,
    limit: 1,
    by: "created_at",
    conditions: [{
      argument: "task",
      filters: [oneOf("phase", FAILURES), {
        field: "task_name",
        function: isWhole ? Filter_Function.EQUAL : Filter_Function.ENDS_WITH,
        values: [task],
      }],
    }],
  }, context);
  const name = runs[0]?.action?.id?.run?.name;
  if (name) return name;
  throw noFailure(task, scope, given);
}

function noFailure(
  task: string,
  scope: Scope,
  { project, domain }: ScopeArguments,
): ToolError {
  const shown = showScope(scope);
  return new ToolError(
    "not_found",
    `No run of the task "${
      nameOf(task)
    }" has failed in ${shown.project}/${shown.domain}.`,
    {
      nextStep: `list_runs ${
        JSON.stringify({ project, domain, task: nameOf(task) })
      } shows its runs; one that is stuck is diagnosed by run.`,
      scope: { ...shown },
    },
  );
}
