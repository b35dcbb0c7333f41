import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { RunActions } from "../../client/actions/run_actions.ts";
import { readActionData } from "../actions/action_data.ts";
import { comparisonAnswer } from "./comparison_answer.ts";
import type { Parts } from "../parts.ts";
import type { FoundRun } from "../runs/find_run.ts";
import type { Answer, ToolContext } from "../tool.ts";

/** Milliseconds for reading the actions of a run. */
const ACTIONS_MS = 15_000;

/** What reads the parts. */
interface With {
  readonly parts: Parts;
  readonly context: ToolContext;
}

/** The runs, and whether the second one was asked for. */
export interface FoundPair {
  readonly run: FoundRun;
  readonly against: FoundRun;
  readonly isGiven: boolean;
}

/** Reads what two runs are made of, all at once, and compares it. */
export async function compareFound(
  { run, against, isGiven }: FoundPair,
  reading: With,
): Promise<Answer> {
  const [now, then] = [run, against].map(({ details }) => details.action);
  if (!now || !then) throw new TypeError("A run without its root action");
  const roots = { before: then, after: now };
  const [newData, oldData, newActions, oldActions] = await Promise.all([
    readData(now, run, reading),
    readData(then, against, reading),
    readTree(now, reading),
    readTree(then, reading),
  ]);
  const compared = {
    runs: { before: against.details, after: run.details },
    roots,
    data: newData && oldData && { before: oldData, after: newData },
  };
  const trees = newActions && oldActions &&
    { before: oldActions, after: newActions };
  return comparisonAnswer(compared, {
    found: { run, against, isGiven },
    trees,
    unread: reading.parts.missing,
    context: reading.context,
  });
}

async function readData(
  root: ActionDetails,
  run: FoundRun,
  { parts, context }: With,
) {
  const name = root.id?.run?.name ?? "";
  return await parts.read(
    `inputs and outputs of ${name}`,
    (signal) => readActionData(root, run, { ...context, signal }),
  );
}

async function readTree(
  root: ActionDetails,
  { parts, context: { clients, clock } }: With,
): Promise<RunActions | null> {
  return await parts.read(
    `actions of ${root.id?.run?.name ?? ""}`,
    (signal) =>
      clients.snapshots.read(root, { clock, signal, budgetMs: ACTIONS_MS }),
  );
}
