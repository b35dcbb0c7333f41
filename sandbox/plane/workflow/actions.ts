import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type { EnrichedIdentity } from "../../../idl/flyteidl2/common/identity_pb.ts";
import type { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import type { Literal } from "../../../idl/flyteidl2/core/literals_pb.ts";
import type { RunSpec } from "../../../idl/flyteidl2/task/run_pb.ts";
import type {
  ActionDetails,
  ActionType,
  RunSource,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Micros } from "../clock.ts";
import { rowKey } from "../row_key.ts";

/** The name of every root action. */
export const ROOT_ACTION = "a0";

/** What a run is named by; the organization is not stored. */
export interface RunKey {
  readonly project: string;
  readonly domain: string;
  readonly name: string;
}

/** What an action is named by. */
export interface ActionKey {
  readonly run: RunKey;
  readonly name: string;
}

/** Who started a run, and through which trigger: columns that only roots fill. */
export interface Origin {
  /** `null` for actions that are no runs. */
  readonly runSource: RunSource | null;
  readonly createdBy: EnrichedIdentity | undefined;
  readonly triggerName: string | null;
  readonly triggerTaskName: string | null;
  readonly triggerRevision: number | null;
}

/** The task columns of an action. */
export interface TaskColumns {
  readonly taskProject: string | null;
  readonly taskDomain: string | null;
  readonly taskName: string | null;
  readonly taskVersion: string | null;
  readonly taskType: string;
  readonly taskShortName: string | null;
  readonly functionName: string;
  readonly environmentName: string | null;
}

/** What an action is, which never changes. */
export interface ActionIdentity extends ActionKey, Origin, TaskColumns {
  /** `null` for the root action, which is the run itself. */
  readonly parent: string | null;
  readonly group: string | null;
  readonly actionType: ActionType;
  readonly spec: ActionDetails["spec"];
  readonly runSpec: RunSpec | undefined;
  readonly inputsUri: string;
  /** Where a trace put its outputs; those of tasks are named by their events. */
  readonly outputsUri: string;
}

/** What changes while an action lives. */
export interface ActionState {
  readonly phase: ActionPhase;
  readonly attempts: number;
  readonly cacheStatus: CatalogCacheStatus;
  /** What the API calls the start time: a status update may lower it. */
  readonly createdAt: Micros;
  readonly updatedAt: Micros;
  readonly endedAt: Micros | null;
  readonly durationMs: number | null;
  readonly abortReason: string | null;
  /** What a signalled condition was answered, and by whom. */
  readonly output: Literal | undefined;
  readonly principal: EnrichedIdentity | undefined;
}

/** A row of the table of actions; those without a parent are runs. */
export interface ActionRow extends ActionIdentity, ActionState {}

/** The actions of a plane. */
export class Actions {
  readonly #runs = new Map<string, Map<string, ActionRow>>();
  readonly #roots = new Map<string, ActionRow>();

  /** The root action of a run. */
  root(run: RunKey): ActionRow | undefined {
    return this.ofRun(run).find((row) => row.parent === null);
  }

  /** All runs, as their root actions. */
  roots(): IteratorObject<ActionRow> {
    return this.#roots.values();
  }

  get({ run, name }: ActionKey): ActionRow | undefined {
    return this.#runs.get(runKey(run))?.get(name);
  }

  /** All actions of a run, in the order in which they were recorded. */
  ofRun(run: RunKey): IteratorObject<ActionRow> {
    return this.#runs.get(runKey(run))?.values() ?? Iterator.from([]);
  }

  /** Whether any action of the run waits for a person. */
  hasPaused(run: RunKey): boolean {
    return this.ofRun(run).some((row) => row.phase === ActionPhase.PAUSED);
  }

  /** Inserts a row or replaces it. */
  set(row: ActionRow): void {
    const key = runKey(row.run);
    const actions = this.#runs.get(key) ?? new Map<string, ActionRow>();
    this.#runs.set(key, actions.set(row.name, row));
    if (row.parent === null) this.#roots.set(rowKey(key, row.name), row);
  }
}

function runKey({ project, domain, name }: RunKey): string {
  return rowKey(project, domain, name);
}
