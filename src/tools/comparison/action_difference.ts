import type {
  Action,
  ActionStatus,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Pair } from "../../client/diagnosis/changes.ts";
import { phaseName } from "../../client/phases.ts";
import { humanDuration } from "../../client/times.ts";
import { cacheOf } from "../actions/action_facts.ts";
import { msOf } from "../actions/action_row.ts";

/** Times that differ by less are the same: in milliseconds, and as a share. */
const LEAST_MS = 1_000;
const LEAST_SHARE = 0.2;

/** What says how long something took. */
interface Timed {
  readonly status?: ActionStatus | undefined;
}

/** How the two of a pair differ; what is the same is absent. */
export interface Difference {
  readonly phase?: Pair<string>;
  readonly cache?: Pair<string | null>;
  readonly attempts?: Pair<number>;
  readonly took?: "longer" | "shorter";
}

/** How the two of a pair differ. */
export function differenceOf(pair: Pair<Action>): Difference {
  const phase = differing(pair, ({ status }) => phaseName(status?.phase ?? 0));
  const cache = differing(pair, ({ status }) => cacheOf(status?.cacheStatus));
  const attempts = differing(pair, ({ status }) => status?.attempts ?? 0);
  const change = timeChange(pair);
  return {
    ...phase && { phase },
    ...cache && { cache },
    ...attempts && { attempts },
    ...change !== 0 && { took: change > 0 ? "longer" : "shorter" },
  };
}

/** What is asked of both, or `null` if it is the same. */
function differing<T>(
  pair: Pair<Action>,
  ask: (action: Action) => T,
): Pair<T> | null {
  const [before, after] = [ask(pair.before), ask(pair.after)];
  return before === after ? null : { before, after };
}

/** How much longer the second one took, in milliseconds; 0: about the same. */
export function timeChange({ before, after }: Pair<Timed>): number {
  const [old, now] = [msOf(before.status), msOf(after.status)];
  if (old === null || now === null) return 0;
  const change = now - old;
  const least = Math.max(LEAST_MS, LEAST_SHARE * Math.max(old, now));
  return Math.abs(change) < least ? 0 : change;
}

const BAD: readonly string[] = ["failed", "timed_out", "aborted"];

/** Where an action stands that only one of the runs has. */
export const SINGLE_RANK = 2;

/** Which differences are told first: the least. */
export function rankOf({ phase, cache, attempts }: Difference): number {
  if (phase) return BAD.includes(phase.after) ? 0 : 1;
  if (cache) return SINGLE_RANK + 1;
  return attempts ? SINGLE_RANK + 2 : SINGLE_RANK + 3;
}

/** For example `+1m20s`. */
export function changeOf(pair: Pair<Timed>): string | null {
  const change = timeChange(pair);
  if (change === 0) return null;
  return `${change > 0 ? "+" : "-"}${humanDuration(Math.abs(change))}`;
}
