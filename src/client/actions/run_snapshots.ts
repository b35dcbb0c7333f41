import type { Client } from "@connectrpc/connect";
import { toBinary, toJsonString } from "@bufbuild/protobuf";
import { RunIdentifierSchema } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import {
  type ActionDetails,
  ActionSchema,
  ActionStatusSchema,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { SnapshotOptions } from "./action_snapshot.ts";
import type { Caller } from "../sharing/caller.ts";
import { isTerminal } from "../phases.ts";
import { readActions, type RunActions } from "./run_actions.ts";
import type { Session } from "../session.ts";
import { SharedLookups } from "../sharing/shared_lookups.ts";

/** A minute: an agent turns pages faster. */
const LIFE_MS = 60_000;

/** With more runs than this the oldest are forgotten. */
const MAX_KEPT = 8;

/** Ten thousand actions take about 3 MB. */
const MAX_BYTES = 32 * 1024 * 1024;

/** All actions of a run, with what decides how long they are kept. */
interface Snapshot {
  readonly actions: RunActions;
  readonly bytes: number;
  /** Whether nothing of the run moves any more. */
  readonly isFinal: boolean;
}

/**
 * Snapshots of runs. Callers that ask for the same at the same time share one,
 * and that of a run in which nothing moves any more is kept for a minute. A
 * run that is aborted after its end has another end, and so another snapshot.
 */
export class RunSnapshots {
  readonly #runs: Client<typeof RunService>;
  readonly #caller: Caller;
  readonly #lookups: SharedLookups<Snapshot>;

  constructor(
    runs: Client<typeof RunService>,
    { clock, caller }: Pick<Session, "clock" | "caller">,
  ) {
    this.#runs = runs;
    this.#caller = caller;
    this.#lookups = new SharedLookups<Snapshot>({
      now: clock.now,
      lifeOf: ({ isFinal }) => isFinal ? LIFE_MS : 0,
      bytesOf: ({ bytes }) => bytes,
      ...{ maxKept: MAX_KEPT, maxBytes: MAX_BYTES },
    });
    caller.onNext(() => this.#lookups.clear());
  }

  /**
   * All actions of the run that `root` belongs to; nobody may change them.
   *
   * @param root as it has just been read
   * @throws {ConnectError} when Flyte refuses before anything has come
   */
  async read(
    root: ActionDetails,
    { signal, ...options }: Omit<SnapshotOptions, "runId">,
  ): Promise<RunActions> {
    const runId = root.id?.run;
    if (!runId) throw new TypeError("A root action without its run");
    const generation = await this.#caller.now(signal);
    const key = JSON.stringify([
      ...[generation, options.budgetMs ?? null],
      toJsonString(RunIdentifierSchema, runId),
      root.status ? toJsonString(ActionStatusSchema, root.status) : null,
    ]);
    const { actions } = await this.#lookups.get(key, {
      find: async (signal) => {
        const given = { ...options, runId, signal };
        const actions = await readActions(this.#runs, given);
        const isSame = await this.#caller.isStill(generation, signal);
        return weighed(actions, isSame && isFinal(actions));
      },
      signal,
    });
    return actions;
  }
}

function weighed(actions: RunActions, isFinal: boolean): Snapshot {
  let bytes = 0;
  // Only what is kept is weighed, for that takes a while.
  for (const action of isFinal ? actions.actions.values() : []) {
    bytes += toBinary(ActionSchema, action).byteLength;
  }
  return { actions, bytes, isFinal };
}

/** Below an aborted root actions may end somewhat later than the root. */
function isFinal({ actions, complete }: RunActions): boolean {
  return complete && actions.size > 0 &&
    actions.values().every(({ status }) => isTerminal(status?.phase ?? 0));
}
