import { z } from "zod";
import { Sort_Direction } from "../../../idl/flyteidl2/common/list_pb.ts";
import type { Run } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isoTimeOf } from "../../client/times.ts";
import { Parts } from "../parts.ts";
import { findTrigger, type FoundTrigger } from "./find_trigger.ts";
import { DOMAIN, PROJECT } from "../parameters.ts";
import { placesOf, triggerUrl } from "../run_reference.ts";
import { describeRunRow } from "../runs/run_row.ts";
import { showScope } from "../scope.ts";
import { defineTool, READS, type ToolContext } from "../tool.ts";
import { describeTrigger } from "./trigger_description.ts";

/** Runs that are shown. */
const MAX_RUNS = 5;

export const getTrigger = defineTool({
  name: "get_trigger",
  title: "Get a Flyte trigger",
  toolset: "triggers",
  description:
    "One trigger: what starts it and when next, the task version it starts, inputs and settings of its runs, revision, and the last runs it started with their phases. Next times are counted from the cron expression; null where that is not certain.",
  input: {
    trigger: z.string().min(1).max(1000).describe(
      "Trigger name, or its pasted console URL",
    ),
    task: z.string().min(1).max(255).optional().describe(
      "Name of its task; needed only if several have a trigger of that name",
    ),
    project: PROJECT,
    domain: DOMAIN,
  },
  output: {
    scope: z.looseObject({}),
    now: z.string(),
    trigger: z.string(),
    task: z.string(),
    task_version: z.string().nullable(),
    active: z.boolean(),
    description: z.string().nullable(),
    starts: z.string().nullable(),
    automation: z.looseObject({}),
    inputs: z.unknown(),
    inputs_uri: z.string().nullable(),
    run_settings: z.looseObject({}).nullable(),
    revision: z.number(),
    last_started_at: z.string().nullable(),
    last_runs: z.array(z.looseObject({})).nullable(),
    note: z.string().nullable(),
    url: z.string(),
  },
  annotations: READS,
  async run({ trigger, task, ...given }, context) {
    using parts = new Parts(context);
    const found = await findTrigger({ trigger, task }, { given, context });
    const { scope, name } = found;
    const runs = await parts.read(
      "last runs",
      (signal) => readLastRuns(found, { ...context, signal }),
    );
    const now = context.clock.now();
    const described = describeTrigger(found.details, now);
    const data = {
      status: "ok",
      scope: showScope(scope),
      now: isoTimeOf(now),
      ...described,
      last_runs: runs?.map((run) => describeRunRow(run, scope)) ?? null,
      note: noteOf(found, parts.missing),
      url: triggerUrl(
        { ...scope, name: name.taskName, trigger: name.name },
        placesOf(context),
      ),
    };
    const { automation } = described;
    const times = "next_times" in automation ? automation.next_times : null;
    return { text: sentence(data, times?.[0]), data };
  },
});

/** The latest first: the server's own order is by phase. */
async function readLastRuns(
  { name }: FoundTrigger,
  { clients, signal }: ToolContext,
): Promise<readonly Run[]> {
  const { runs } = await clients.runs.listRuns({
    scopeBy: { case: "triggerName", value: name },
    request: {
      limit: MAX_RUNS,
      sortByFields: [
        { key: "created_at", direction: Sort_Direction.DESCENDING },
      ],
    },
  }, { signal });
  return runs;
}

/** What a reader should know besides. */
function noteOf(
  { details: { automationSpec } }: FoundTrigger,
  missing: readonly string[],
): string | null {
  const automation = automationSpec?.automation;
  const isRate = automation?.case === "schedule" &&
    automation.value.expression.case === "rate";
  const notes = [
    ...automation?.case === "artifact"
      ? [
        "Open-source Flyte stores artifact triggers and starts nothing for them.",
      ]
      : [],
    ...isRate
      ? [
        "When a rate is due next depends on when Flyte's scheduler began to count, which it does not tell: next_times is null.",
      ]
      : [],
    ...missing.map((one) => `Not read: ${one}.`),
  ];
  return notes.join(" ") || null;
}

function sentence(
  { trigger, task, active, starts, last_runs: runs }: {
    trigger: string;
    task: string;
    active: boolean;
    starts: string | null;
    last_runs: readonly { name: string; phase: string }[] | null;
  },
  next: string | undefined,
): string {
  const by = starts?.startsWith("every ") ? "" : "by ";
  const how = `started ${by}${starts ?? "nothing"}`;
  const [last] = runs ?? [];
  const phase = last?.phase.replaceAll("_", " ");
  return `Trigger ${trigger} of ${task} is ${
    active ? "active" : "switched off"
  }: ${how}${next ? `, next at ${next}` : ""}${
    last ? `; its last run ${last.name}: ${phase}` : ""
  }.`;
}
