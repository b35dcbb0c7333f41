import { z } from "zod";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { Parts } from "../parts.ts";
import { compareFound } from "./comparison.ts";
import { findRun, type FoundRun } from "../runs/find_run.ts";
import { findLastSuccess } from "../runs/last_success.ts";
import { DOMAIN, PROJECT, RUN } from "../parameters.ts";
import { consoleUrl, isAddress, placesOf } from "../run_reference.ts";
import { runSide } from "./run_side.ts";
import { type ScopeArguments, showScope } from "../scope.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";

export const compareRuns = defineTool({
  name: "compare_runs",
  title: "Compare two Flyte runs",
  toolset: "runs",
  description:
    "How a run (`after`) differs from `against` (`before`; the last success of its task unless given): phase, error, version, image, inputs, env, resources, cache, duration, outputs, then action by action; likely causes first, equal things only counted.",
  input: {
    run: RUN,
    against: z.string().min(1).max(1000).optional().describe(
      "Another run, in the same form",
    ),
    project: PROJECT,
    domain: DOMAIN,
  },
  output: {
    scope: z.looseObject({}),
    run: z.looseObject({}),
    against: z.looseObject({}).nullable(),
    same_task: z.boolean().nullable(),
    differences: z.array(z.looseObject({})),
    actions: z.looseObject({}).nullable(),
    equal: z.looseObject({}),
    not_compared: z.array(z.string()),
    next_steps: z.array(z.string()),
  },
  annotations: READS,
  async run({ run, against, ...given }, context) {
    using parts = new Parts(context);
    const tool = "compare_runs";
    const found = await findRun(run, { given, tool, context });
    const other = await findOther(found, against, context);
    if (!other) return nothingToCompare(found, context);
    if (keyOf(found) === keyOf(other)) throw sameRun(found);
    const isGiven = against !== undefined;
    return await compareFound(
      { run: found, against: other, isGiven },
      { parts, context },
    );
  },
});

/**
 * The run to compare with: a bare name is looked for where the other run is.
 *
 * @returns `null`: none is given, and the task has no success before this run
 */
async function findOther(
  { details, scope }: FoundRun,
  against: string | undefined,
  context: ToolContext,
): Promise<FoundRun | null> {
  const name = against ??
    await findLastSuccess(details.action, { scope, context });
  if (name === "") return null;
  const { project, domain } = scope;
  const given: ScopeArguments = isAddress(name) ? {} : { project, domain };
  const own = consoleUrl(
    { ...scope, name: details.action?.id?.run?.name ?? "" },
    placesOf(context),
  );
  return await findRun(name, {
    given,
    tool: "compare_runs",
    // A run of another project is named by its URL.
    callFor: ({ run, ...place }) => {
      const other = consoleUrl({ ...place, name: run }, placesOf(context));
      return `compare_runs ${JSON.stringify({ run: own, against: other })}`;
    },
    context,
  });
}

function keyOf({ details, scope }: FoundRun): string {
  const { project, domain } = scope;
  return JSON.stringify([project, domain, details.action?.id?.run?.name]);
}

function sameRun({ details, scope }: FoundRun): ToolError {
  const name = nameOf(details.action?.id?.run?.name ?? "");
  return new ToolError(
    "invalid_argument",
    `Run and against are both ${name}.`,
    {
      nextStep:
        "Pass another run as against, or leave it out for the last success.",
      scope: { ...showScope(scope) },
    },
  );
}

function nothingToCompare(run: FoundRun, context: ToolContext): Answer {
  const side = runSide(run, context);
  const scope = showScope(run.scope);
  const { project, domain } = scope;
  const task = side.task === null ? {} : { task: side.task };
  const runs = JSON.stringify({ project, domain, ...task });
  return {
    text: side.task === null
      ? `Run ${side.name} has no task of which there could be an earlier success; pass the run to compare with as against.`
      : `There is no success of ${side.task} before run ${side.name}, so nothing was compared.`,
    data: {
      status: "ok",
      scope,
      run: side,
      against: null,
      same_task: null,
      differences: [],
      actions: null,
      equal: {},
      not_compared: ["last success: this task has none before this run"],
      next_steps: [
        `list_runs ${runs} has other runs; pass one of them as against.`,
        `diagnose_run ${
          JSON.stringify({ run: side.name, project, domain })
        } tells about this run alone.`,
      ],
    },
  };
}
