import { pairActions } from "../../client/actions/action_pairs.ts";
import type { Pair } from "../../client/diagnosis/changes.ts";
import type { RunActions } from "../../client/actions/run_actions.ts";
import { roomBeside, shownBytes } from "../budget.ts";
import { compareActions } from "./compared_actions.ts";
import {
  type ComparedRuns,
  type Difference,
  differencesOf,
  equalCounts,
  isUnfinished,
} from "./compared_facts.ts";
import type { FoundPair } from "./comparison.ts";
import { runSide } from "./run_side.ts";
import { showScope } from "../scope.ts";
import type { Answer, ToolContext } from "../tool.ts";

/** What an answer is made of. */
interface Compared {
  readonly found: FoundPair;
  readonly trees: Pair<RunActions> | null;
  /** Parts that could not be read. */
  readonly unread: readonly string[];
  readonly context: ToolContext;
}

/** The answer on two runs as far as they could be read. */
export function comparisonAnswer(
  compared: ComparedRuns,
  { found, trees, unread, context }: Compared,
): Answer {
  const { run, against, isGiven } = found;
  const [side, other] = [runSide(run, context), runSide(against, context)];
  const differences = differencesOf(compared);
  const actions = trees && compareTrees(trees);
  const frame = {
    head: {
      status: "ok",
      scope: showScope(run.scope),
      run: side,
      against: other,
      same_task: side.task === other.task,
    },
    rest: {
      equal: {
        ...equalCounts(compared),
        ...actions?.equal && { actions: actions.equal },
      },
      not_compared: notCompared(compared, { trees, unread }),
      next_steps: nextSteps(side),
    },
  };
  return {
    text: sentence({ side, other, isGiven }, differences, actions),
    data: fill(frame, { differences, actions }, context),
  };
}

/** Puts what differs between the rest of a result, as far as there is room. */
function fill(
  { head, rest }: Readonly<Record<"head" | "rest", Record<string, unknown>>>,
  { differences: all, actions }: {
    differences: readonly Difference[];
    actions: ReturnType<typeof compareTrees> | null;
  },
  { maxResultBytes }: ToolContext,
) {
  const room = roomBeside({ ...head, ...rest }, maxResultBytes);
  const differences = whatFits(all, room);
  const left = all.filter((one) => !differences.includes(one));
  return {
    ...head,
    differences,
    ...left.length > 0 && {
      differences_left_out: left.map(({ what }) => what),
    },
    actions: actions &&
      describeActions(actions, room - shownBytes(differences)),
    ...rest,
  };
}

/** As many as there is room for, the first ones first. */
function whatFits<T>(entries: readonly T[], bytes: number): T[] {
  let left = bytes;
  return entries.filter((entry) => {
    const needed = shownBytes(entry) + 1;
    if (needed > left) return false;
    left -= needed;
    return true;
  });
}

function compareTrees({ before, after }: Pair<RunActions>) {
  const paired = pairActions(before.actions, after.actions);
  return {
    ...compareActions(paired),
    onlyRun: paired.onlyAfter.length,
    onlyAgainst: paired.onlyBefore.length,
  };
}

function describeActions(
  { rows, different, equal, onlyRun, onlyAgainst }: ReturnType<
    typeof compareTrees
  >,
  room: number,
) {
  const shown = whatFits(rows, room);
  const left = rows.length - shown.length;
  return {
    compared: different + equal,
    different,
    only_in_run: onlyRun,
    only_in_against: onlyAgainst,
    rows: shown,
    ...left > 0 && { rows_left_out: left },
  };
}

function notCompared(
  { roots, data }: ComparedRuns,
  { trees, unread }: {
    trees: Pair<RunActions> | null;
    unread: readonly string[];
  },
): string[] {
  const sides = ["before", "after"] as const;
  return [
    ...new Set(unread),
    ...sides.flatMap((side) => {
      const name = roots[side].id?.run?.name ?? "";
      const note = data?.[side].note;
      return [
        ...note ? [`${name}: ${note}`] : [],
        ...trees && !trees[side].complete
          ? [`actions of ${name}: not all of them had come in time`]
          : [],
        ...isUnfinished(roots[side])
          ? [`${name} goes on: what it does may still change`]
          : [],
      ];
    }),
  ];
}

type Side = ReturnType<typeof runSide>;

function nextSteps({ name, project, domain, phase }: Side): string[] {
  const args = JSON.stringify({ run: name, project, domain });
  const hasFailed = phase === "failed" || phase === "timed_out";
  return [
    ...hasFailed ? [`diagnose_run ${args} says why it failed.`] : [],
    `get_run_io ${args} has inputs and outputs whole, with the path of a marker.`,
  ];
}

function sentence(
  { side, other, isGiven }: { side: Side; other: Side; isGiven: boolean },
  all: readonly Difference[],
  actions: ReturnType<typeof compareTrees> | null,
): string {
  const phases = [side, other].map(({ phase }) => phase.replaceAll("_", " "));
  const what = all.map((one) => one.what);
  const count = actions
    ? actions.different + actions.onlyRun + actions.onlyAgainst
    : 0;
  if (count > 0) what.push(count === 1 ? "1 action" : `${count} actions`);
  const last = isGiven ? "" : `, the last success of ${side.task} before it`;
  const tasks = side.task === other.task
    ? ""
    : " They run different tasks, so only what both have is compared.";
  const differing = what.length > 0
    ? `differences in ${what.join(", ")}`
    : "no differences";
  return `Run ${side.name} (${phases[0]}) against ${other.name} (${
    phases[1]
  })${last}: ${differing}.${tasks}`;
}
