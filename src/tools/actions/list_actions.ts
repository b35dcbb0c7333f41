import { z } from "zod";
import type { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import {
  type ActionCounts,
  describeCounts,
} from "../../client/actions/action_counts.ts";
import type { RunActions } from "../../client/actions/run_actions.ts";
import { PHASES } from "../../client/phases.ts";
import { isoTimeOf } from "../../client/times.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { type describeRow, ROW_DETAILS } from "./action_row.ts";
import {
  type ActionQuestion,
  goOn,
  pageOf,
  PLACE,
  rowsOf,
} from "./action_rows.ts";
import { growTree } from "./action_tree.ts";
import { roomBeside } from "../budget.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { actionName } from "./find_action.ts";
import { findRun } from "../runs/find_run.ts";
import {
  CURSOR,
  DOMAIN,
  limitParameter,
  PROJECT,
  responseFormat,
  RUN,
} from "../parameters.ts";
import { type Scope, showScope } from "../scope.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";

/** Milliseconds for reading the actions; ten thousand take a second. */
const READ_MS = 15_000;

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
      "Only actions in these phases",
    ),
    under: z.string().min(1).max(1000).optional().describe(
      "Only this action and those below it",
    ),
    response_format: responseFormat(ROW_DETAILS),
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
    const found = await findRun(run, { given, tool, context });
    const { details, scope } = found;
    const runId = details.action?.id?.run;
    if (!details.action || !runId) {
      throw new TypeError("A run without its root action");
    }
    const read = await actionsOf(details.action, context);
    const { phases, under, response_format: format } = question;
    const meant = {
      phases,
      under: under === undefined ? under : actionName(under, found, context),
    };
    const rows = rowsOf(growTree(read.actions), meant);
    const counts = describeCounts(countsOf(read));
    const page = pageOf(rows, {
      from: place ? goOn(rows, place) : 0,
      limit,
      format,
      bytes: roomBeside({ scope, counts }, context.maxResultBytes),
    });
    const { next } = page;
    return answer(nameOf(runId.name), {
      counts,
      scope,
      now: context.clock.now(),
      entries: page.entries,
      cursor: next && makeCursor({ run, ...question }, next),
      empty: rows.length === 0 ? whyEmpty(meant) : null,
    });
  },
});

function answer(
  run: string,
  { counts, scope, now, entries, cursor, empty }: {
    counts: ReturnType<typeof describeCounts>;
    scope: Scope;
    now: number;
    entries: readonly ReturnType<typeof describeRow>[];
    cursor: string | null;
    empty: string | null;
  },
): Answer {
  return {
    text: sentence(run, {
      counts,
      isEmpty: entries.length === 0,
      isCut: cursor !== null,
      empty,
    }),
    data: {
      status: "ok",
      scope: showScope(scope),
      now: isoTimeOf(now),
      run,
      counts,
      actions: entries,
      next_cursor: cursor,
      empty_because: empty,
    },
  };
}

async function actionsOf(
  root: ActionDetails,
  { clients, clock, signal }: ToolContext,
): Promise<RunActions> {
  const options = { clock, signal, budgetMs: READ_MS };
  const read = await clients.snapshots.read(root, options);
  if (read.actions.size > 0) return read;
  throw new ToolError(
    "timeout",
    `Flyte sent none of the run's actions within ${READ_MS / 1000} s.`,
    { nextStep: "Try once more; get_run tells about the run meanwhile." },
  );
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
function whyEmpty({ phases = [], under }: ActionQuestion): string {
  const where = under ? `"${nameOf(under)}" and below` : "the run";
  return `no action of ${where} has the phase ${
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
