import {
  type ChangedNames,
  compareLiterals,
  type Pair,
} from "../../client/diagnosis/changes.ts";
import { errorInfoOf } from "../../client/diagnosis/facts.ts";
import { type MadeOf, madeOf } from "../../client/diagnosis/made_of.ts";
import { isTerminal } from "../../client/phases.ts";
import type { Literal } from "../../../idl/flyteidl2/core/literals_pb.ts";
import type { NamedLiteral } from "../../../idl/flyteidl2/task/common_pb.ts";
import type {
  ActionDetails,
  RunDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { ActionData } from "../actions/action_data.ts";
import { changeOf } from "./action_difference.ts";
import {
  cacheOf,
  describeError,
  taskOf,
  timesOf,
} from "../actions/action_facts.ts";
import {
  allNames,
  decodeGroup,
  describeChanges,
  shownNames,
} from "./change_description.ts";

/** Bytes of the outputs of one run, and characters of its error. */
const OUTPUT_BYTES = 1_200;
const ERROR_LENGTH = 1_200;

/** Two runs, each with what went in and came out; `null`: not read. */
export interface ComparedRuns {
  readonly runs: Pair<RunDetails>;
  readonly roots: Pair<ActionDetails>;
  readonly data: Pair<ActionData> | null;
}

/** Something that differs. */
export type Difference =
  & { readonly what: string }
  & Readonly<
    Record<string, unknown>
  >;

/**
 * What differs between two runs apart from their actions: first how they went,
 * then what may be why, then what came of it.
 */
export function differencesOf(compared: ComparedRuns): Difference[] {
  const { runs, roots } = compared;
  const inputs = inputsOf(compared);
  const run = { run: runs.before, inputs };
  return [
    ...told("phase", both(roots, ({ status }) => timesOf(status).phase)),
    ...errorsOf(roots),
    ...told("task", both(roots, ({ metadata }) => taskOf(metadata).task)),
    ...describeChanges(runs.after, run).changed,
    ...told("cache", both(roots, ({ status }) => cacheOf(status?.cacheStatus))),
    ...told("attempts", both(roots, ({ status }) => status?.attempts ?? 0)),
    ...durationsOf(roots),
    ...outputsOf(compared),
  ];
}

/** How many things of each kind are the same in both. */
export function equalCounts(
  compared: ComparedRuns,
): Readonly<Record<string, number>> {
  const { runs, roots } = compared;
  const made = both(runs, madeOf);
  const isSame = <T>(pair: Pair<T>) => pair.before === pair.after ? 1 : 0;
  const counts = {
    phase: isSame(both(roots, ({ status }) => status?.phase)),
    task: isSame(both(roots, ({ metadata }) => taskOf(metadata).task)),
    version: isSame(both(made, ({ version }) => version)),
    image: made.after.image === "" ? 0 : isSame(both(made, imageOf)),
    inputs: sameLiterals(inputsOf(compared)),
    env: sameEntries(both(made, ({ env }) => env)),
    resources: sameEntries(both(made, ({ resources }) => resources)),
    secrets: sameEntries(both(made, ({ secrets }) => secrets)),
    outputs: sameLiterals(outputPair(compared)),
  };
  return Object.fromEntries(
    Object.entries(counts).filter(([, count]) => count > 0),
  );
}

function imageOf({ image }: MadeOf): string {
  return image;
}

function both<T, R>({ before, after }: Pair<T>, ask: (one: T) => R): Pair<R> {
  return { before: ask(before), after: ask(after) };
}

function told<T>(what: string, { before, after }: Pair<T>): Difference[] {
  return before === after ? [] : [{ what, before, after }];
}

function errorsOf(roots: Pair<ActionDetails>): Difference[] {
  const infos = both(roots, errorInfoOf);
  const messages = both(infos, (info) => info?.message);
  if (messages.before === messages.after) return [];
  const shown = both(
    infos,
    (info) => info ? describeError(info, ERROR_LENGTH) : null,
  );
  return [{ what: "error", ...shown }];
}

function durationsOf(roots: Pair<ActionDetails>): Difference[] {
  const change = changeOf(roots);
  const times = both(roots, ({ status }) => timesOf(status).duration);
  return change === null ? [] : [{ what: "duration", ...times, change }];
}

function inputsOf({ data }: ComparedRuns) {
  return literalsOf(data && both(data, ({ inputs }) => inputs));
}

/** Only what succeeded has outputs. */
function outputPair({ data }: ComparedRuns) {
  return literalsOf(data && both(data, ({ outputs }) => outputs));
}

function literalsOf(
  pair: Pair<readonly NamedLiteral[] | null> | null,
): Pair<readonly NamedLiteral[]> | null {
  const { before, after } = pair ?? {};
  return before && after ? { before, after } : null;
}

function outputsOf(compared: ComparedRuns): Difference[] {
  const pair = outputPair(compared);
  const names = pair && compareLiterals(pair);
  const all = names ? allNames(names) : [];
  if (!pair || !names || all.length === 0) return [];
  const values = both(
    { before: "before", after: "after" } as const,
    (side) =>
      decodeGroup({
        name: "outputs",
        literals: pair[side].filter(({ name }) => all.includes(name)),
        types: compared.data?.[side].types?.outputs,
      }, OUTPUT_BYTES),
  );
  const stored = pair.after.some(({ name, value }) =>
    names.changed.includes(name) && isStored(value)
  );
  return [{
    what: "outputs",
    ...shownNames(names),
    ...values,
    ...stored && {
      note:
        "Of files and tables the addresses were compared, not what they hold.",
    },
  }];
}

/** Whether a value is but the address of what was stored. */
function isStored(literal: Literal | undefined): boolean {
  if (literal?.value.case !== "scalar") return false;
  const { case: kind } = literal.value.value.value;
  return kind === "blob" || kind === "structuredDataset" || kind === "schema";
}

function sameLiterals(pair: Pair<readonly NamedLiteral[]> | null): number {
  if (!pair) return 0;
  return pair.after.length - changedAfter(compareLiterals(pair));
}

function changedAfter({ added, changed }: ChangedNames): number {
  return added.length + changed.length;
}

function sameEntries(
  { before, after }: Pair<ReadonlyMap<string, string>>,
): number {
  return [...after].filter(([name, value]) => before.get(name) === value)
    .length;
}

/** Whether a run goes on, so that what it does may still change. */
export function isUnfinished({ status }: ActionDetails): boolean {
  return !isTerminal(status?.phase ?? 0);
}
