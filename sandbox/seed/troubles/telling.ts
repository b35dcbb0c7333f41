import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { PEOPLE } from "../people.ts";
import type {
  Asked,
  AttemptStory,
  Frame,
  RunStory,
  Seconds,
  TaskStory,
} from "../story.ts";
import type { SdkTask } from "../tasks/sdk_task.ts";
import type { Values } from "../values.ts";
import type { Trouble } from "./troubles.ts";

const HOUR = 3_600;
/** Between the end of the success and what came after it. */
const PAUSE = 300;

/** A run in trouble, and how it went before. */
export interface Told {
  readonly task: SdkTask;
  readonly inputs: Values;
  /** How long ago it started. @default two hours */
  readonly ago?: Seconds;
  readonly asked?: Asked;
  readonly attempts: readonly AttemptStory[];
  readonly children?: TaskStory["children"];
  readonly outputs?: Values;
  /** Whether somebody aborted it, with this reason. */
  readonly aborted?: string;
  /** What was different when it still went well, just before. */
  readonly before: {
    /** @default the same */
    readonly task?: SdkTask;
    /** @default the same */
    readonly inputs?: Values;
    readonly asked?: Asked;
    readonly seconds: Seconds;
    readonly children?: TaskStory["children"];
    readonly outputs: Values;
  };
}

/** The last success of a task, then the run that went wrong. */
export function tell({ run, lastSuccess }: Trouble, told: Told): RunStory[] {
  const { task, inputs, attempts, children, outputs, before } = told;
  const { ago = 2 * HOUR, asked, aborted } = told;
  const common = { source: RunSource.CLI, startedBy: PEOPLE.ada };
  return [
    {
      ...common,
      run: lastSuccess,
      ago: ago + before.seconds + PAUSE,
      ...before.asked && { asked: before.asked },
      root: {
        task: before.task ?? task,
        inputs: before.inputs ?? inputs,
        ...before.children && { children: before.children },
        outputs: before.outputs,
        attempts: [{
          at: 0.3,
          ending: { kind: "succeeded", at: before.seconds },
        }],
      },
    },
    {
      ...common,
      run,
      ago,
      ...asked && { asked },
      ...aborted !== undefined && {
        abort: { by: PEOPLE.grace, reason: aborted },
      },
      root: {
        task,
        inputs,
        attempts,
        ...children && { children },
        ...outputs && { outputs },
      },
    },
  ];
}

/** A line of a task's own code. */
export function frame(
  file: string,
  line: number,
  [name, code]: readonly [string, string],
): Frame {
  return { file: `/root/${file}`, line, function: name, code };
}

/** The pod of an attempt at the root of a run. */
export function podOf({ run }: Trouble, attempt = 1): string {
  return `${run.name}-a0-${attempt - 1}`;
}
