import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { PEOPLE } from "../people.ts";
import type { AttemptStory, RunStory, TaskStory } from "../story.ts";
import { BOOLEAN } from "../tasks/literal_types.ts";
import { dictionary, string } from "../values.ts";
import { HOSTILE } from "./hostile.ts";
import { HOSTILE_TASK } from "./task.ts";
import { TEXTS } from "./texts.ts";

const HOUR = 3_600;
const { runs } = HOSTILE;

const common = {
  ago: HOUR,
  source: RunSource.CLI,
  startedBy: {
    subject: "sandbox-mallory",
    name: TEXTS["person"],
    email: TEXTS["email"],
    username: "mallory",
  },
  asked: {
    labels: { team: TEXTS["run label"] },
    annotations: { note: TEXTS["run annotation"] },
    env: { HINT: TEXTS["run environment variable"] },
  },
} satisfies Partial<RunStory>;

const root = {
  task: HOSTILE_TASK,
  inputs: {
    [TEXTS["input name"]]: string(TEXTS["input"]),
    settings: dictionary({ [TEXTS["input key"]]: string("x") }),
  },
} satisfies Partial<TaskStory>;

const log: AttemptStory["log"] = TEXTS["log line"].split("\n")
  .map((line) => [3.2, line]);

const failure = {
  message: TEXTS["error message"],
  raised: { exception: "ValueError", frames: [] },
};

/** Runs whose every text was written by somebody who means no good. */
export const HOSTILE_STORIES: readonly RunStory[] = [
  {
    ...common,
    run: runs.failed,
    root: {
      ...root,
      attempts: [{
        at: 0.3,
        ending: { kind: "failed", at: 12.4, error: failure },
        log,
      }],
      children: [
        {
          ...root,
          kind: "task",
          label: "child",
          group: TEXTS["group"],
          attempts: [{
            at: 4.2,
            ending: { kind: "failed", at: 10.1, error: failure },
            log,
          }],
        },
        {
          kind: "trace",
          label: "trace",
          name: TEXTS["trace name"],
          at: 4.3,
          until: 4.4,
          outputs: { o0: string(TEXTS["output"]) },
        },
      ],
    },
  },
  {
    ...common,
    run: runs.succeeded,
    root: {
      ...root,
      outputs: { o0: string(TEXTS["output"]) },
      attempts: [{ at: 0.3, ending: { kind: "succeeded", at: 9.1 }, log }],
    },
  },
  {
    ...common,
    run: runs.aborted,
    abort: { by: PEOPLE.ada, reason: TEXTS["abort reason"] },
    root: {
      ...root,
      attempts: [{ at: 0.3, ending: { kind: "aborted", at: 8.2 } }],
    },
  },
  {
    ...common,
    run: runs.queued,
    root: {
      ...root,
      attempts: [{
        at: 0.3,
        ending: { kind: "unschedulable", why: TEXTS["cluster event"] },
      }],
    },
  },
  {
    ...common,
    run: runs.waiting,
    root: {
      ...root,
      attempts: [{ at: 0.3, ending: { kind: "running" }, log }],
      children: [{
        kind: "condition",
        label: "condition",
        name: TEXTS["condition name"],
        at: 4.1,
        type: BOOLEAN,
        prompt: TEXTS["condition prompt"],
        description: TEXTS["condition description"],
      }],
    },
  },
];
