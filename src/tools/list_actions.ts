import { z } from "zod";
import type { RunIdentifier } from "../../idl/flyteidl2/common/identifier_pb.ts";
import type { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { type ActionCounts, describeCounts } from "../client/action_counts.ts";
import { readActions, type RunActions } from "../client/run_actions.ts";
import { type Phase, phaseNumber, PHASES } from "../client/phases.ts";
import { isoTimeOf } from "../client/times.ts";
import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";
import { describeRow } from "./action_row.ts";
import {
  allNodes,
  foldedRows,
  growTree,
  type TreeNode,
  type TreeRow,
} from "./action_tree.ts";
import { fitting } from "./budget.ts";
import { makeCursor, readCursor } from "./cursor.ts";
import { findRun } from "./find_run.ts";
import { CURSOR, DOMAIN, limitParameter, PROJECT, RUN } from "./parameters.ts";
import { showScope } from "./scope.ts";
import { defineTool, READS, type ToolContext } from "./tool.ts";

/** Milliseconds for reading the actions; ten thousand take a second. */
const READ_MS = 15_000;

/** Which actions are asked for. */
interface Question {
  readonly phases?: readonly Phase[] | undefined;
  readonly under?: string | undefined;
}

/** Where the next page starts, and the row before it. */
const PLACE = z.object({
  row: z.number().int().min(0),
  after: z.string().nullable(),
});

export const listActions = defineTool({
  name: "list_actions",
  title: "List the actions of a Flyte run",
  toolset: "runs",
  description:
    "The actions of a run as a tree from the root down: task, phase, duration; failed ones first, more than 50 alike told as one with their count. `phases` lists the actions in those phases, none folded; `under` takes a part of the tree. For one action, get_action.",
  input: {
    run: RUN,
    project: PROJECT,
    domain: DOMAIN,
    phases: z.array(z.enum(PHASES)).max(PHASES.length).optional().describe(
      "Only actions in one of these phases",
    ),
    under: z.string().min(1).max(100).optional().describe(
      "Only this action and those below it, by name",
    ),
    limit: limitParameter(50),
    cursor: CURSOR,
  },
  output: {
    scope: z.looseObject({}),
    now: z.string(),
    run: z.string(),
    counts: z.looseObject({}),
    actions: z.array(z.looseObject({})),
    next_cursor: z.string().nullable(),
    empty_because: z.string().nullable(),
  },
  annotations: READS,
  async run({ run, project, domain, cursor, limit, ...question }, context) {
    const given = { project, domain };
    const place = cursor === undefined
      ? null
      : readCursor(cursor, { question: { run, ...question }, at: PLACE });
    const tool = "list_actions";
    const { details, scope } = await findRun(run, { given, tool, context });
    const runId = details.action?.id?.run;
    if (!runId) throw new TypeError("A run without its root action");
    const read = await actionsOf(runId, context);
    const rows = rowsOf(growTree(read.actions), question);
    const from = place ? goOn(rows, place) : 0;
    const entries = fitting(rows.slice(from, from + limit).map(describeRow));
    const to = from + entries.length;
    const counts = describeCounts(countsOf(read));
    const at = { row: to, after: nameAt(rows, to - 1) };
    const empty = rows.length === 0 ? whyEmpty(question) : null;
    return {
      text: sentence(nameOf(runId.name), {
        counts,
        isEmpty: entries.length === 0,
        isCut: to < rows.length,
        empty,
      }),
      data: {
        status: "ok",
        scope: showScope(scope),
        now: isoTimeOf(context.clock.now()),
        run: nameOf(runId.name),
        counts,
        actions: entries,
        next_cursor: to < rows.length
          ? makeCursor({ run, ...question }, at)
          : null,
        empty_because: empty,
      },
    };
  },
});

async function actionsOf(
  runId: RunIdentifier,
  { clients, clock, signal }: ToolContext,
): Promise<RunActions> {
  const options = { runId, clock, signal, budgetMs: READ_MS };
  const read = await readActions(clients.runs, options);
  if (read.actions.size > 0) return read;
  throw new ToolError(
    "timeout",
    `Flyte sent none of the run's actions within ${READ_MS / 1000} s.`,
    { nextStep: "Try once more; get_run tells about the run meanwhile." },
  );
}

function rowsOf(
  roots: readonly TreeNode[],
  { phases = [], under }: Question,
): TreeRow[] {
  const top = under === undefined ? roots : allNodes(roots)
    .filter(({ name }) => name === under);
  if (top.length === 0) throw noSuchAction(under ?? "");
  if (phases.length === 0) return foldedRows(top);
  const wanted = new Set<ActionPhase>(phases.map(phaseNumber));
  return allNodes(top).filter(({ phase }) => wanted.has(phase))
    .map((node) => ({ kind: "action", node }));
}

function noSuchAction(name: string): ToolError {
  return new ToolError(
    "not_found",
    `The run has no action "${nameOf(name)}".`,
    { nextStep: "Leave `under` out to see the actions from the root down." },
  );
}

/** Rows move while a run goes on: the one that was last is looked for. */
function goOn(
  rows: readonly TreeRow[],
  { row, after }: z.output<typeof PLACE>,
): number {
  const at = rows.findIndex((one) =>
    one.kind === "action" && one.node.name === after
  );
  return at < 0 ? row : at + 1;
}

function nameAt(rows: readonly TreeRow[], index: number): string | null {
  const row = rows[index];
  return row?.kind === "action" ? row.node.name : null;
}

function countsOf({ actions, complete }: RunActions): ActionCounts {
  const byPhase = new Map<ActionPhase, number>();
  for (const { status } of actions.values()) {
    const phase = status?.phase ?? 0;
    byPhase.set(phase, (byPhase.get(phase) ?? 0) + 1);
  }
  return { byPhase, complete };
}

/** The tree has a root, so only the filter can have emptied it. */
function whyEmpty({ phases = [], under }: Question): string {
  const where = under ? `"${nameOf(under)}" and below` : "the run";
  return `no action of ${where} is ${
    phases.join(" or ")
  }; counts has the phases there are`;
}

function sentence(
  run: string,
  { counts, isEmpty, isCut, empty }: {
    counts: ReturnType<typeof describeCounts>;
    isEmpty: boolean;
    isCut: boolean;
    empty: string | null;
  },
): string {
  const phases = Object.entries(counts.by_phase)
    .map(([phase, count]) => `${count} ${phase}`).join(", ");
  const total = counts.total === 1 ? "1 action" : `${counts.total} actions`;
  const read = counts.complete ? "" : ", as far as Flyte sent them in time";
  const rest = isCut ? "; next_cursor has more" : "";
  const nothing = isEmpty ? `; ${empty ?? "this was the last page"}` : "";
  return `Run ${run} has ${total} (${phases})${read}${nothing}${rest}.`;
}
