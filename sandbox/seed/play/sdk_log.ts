import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { PodLine } from "../../plane/kubernetes/pods.ts";
import type { Attempt } from "../../plane/kubernetes/attempt.ts";
import { formatRfc3339 } from "../../plane/rfc3339.ts";
import type {
  AttemptStory,
  Ending,
  Failure,
  LogEntry,
  Raised,
  Seconds,
} from "../story.ts";
import { argumentsOf, type SdkTask } from "../tasks/sdk_task.ts";
import type { Moment } from "./phases.ts";
import { containerStart } from "./steps.ts";
import { tracebackOf } from "./traceback.ts";

/** The SDK needs this long until it calls the task. */
const BOOT_SECONDS = 0.98;
/** And this long from the end of the task to the end of its container. */
const LAST_WORDS_SECONDS = 0.25;
const MICROS_PER_LINE = 2;

/** What a pod was launched with. */
export interface Launched {
  readonly task: SdkTask;
  readonly attempt: Attempt;
  readonly inputUri: string;
  /** Only root actions are told. */
  readonly runStartTime: Timestamp | undefined;
  /** What a child of this name is called. */
  readonly childName: (label: string) => string;
}

/** The log of a pod in which the Python SDK ran a task. */
export function sdkLog(
  launched: Launched,
  story: AttemptStory,
  moment: Moment,
): PodLine[] {
  return entriesOf(launched, story).map((entry, index) =>
    lineOf(entry, moment, index)
  );
}

/** An entry as a line of a pod; `index` keeps lines of one moment apart. */
export function lineOf(
  [at, message]: LogEntry,
  moment: Moment,
  index: number,
): PodLine {
  return { time: moment(at) + index * MICROS_PER_LINE, message };
}

function entriesOf(launched: Launched, story: AttemptStory): LogEntry[] {
  const { log = [], ending } = story;
  if (ending.kind === "crash loop") {
    const { earlierLaunches = [], lastLaunch } = ending;
    return [...earlierLaunches, lastLaunch]
      .flatMap((at) => launchLines(launched, ending.lines, at));
  }
  const start = containerStart(story);
  const end = "at" in ending ? ending.at : start;
  return [
    ...firstLines(launched, start),
    ...log,
    ...lastLines(launched, ending, end),
  ];
}

/** What is printed before the task is called. */
export function firstLines(launched: Launched, start: Seconds): LogEntry[] {
  const words = `started ${aboutOf(launched)}`;
  return [
    [start, commandLine(launched)],
    [start + BOOT_SECONDS, `[flyte] WARNING Flyte runtime ${words}`],
  ];
}

/** What is printed when the task has ended; nothing if something else ended it. */
export function lastLines(
  launched: Launched,
  ending: Ending,
  end: Seconds,
): LogEntry[] {
  const words = lastWords(launched, ending);
  if (!words) return [];
  const over = `[flyte] WARNING Flyte runtime completed ${aboutOf(launched)}`;
  const last = end - LAST_WORDS_SECONDS;
  return [...words, over].map((line): LogEntry => [last, line]);
}

/** One launch of a container that ends by itself. */
export function launchLines(
  launched: Launched,
  lines: readonly string[],
  at: Seconds,
): LogEntry[] {
  return [
    [at, commandLine(launched)],
    ...lines.map((line): LogEntry => [at + BOOT_SECONDS, line]),
  ];
}

function aboutOf({ attempt: { id } }: Launched): string {
  return `for action ${id.name} with run name ${id.run.name}`;
}

/** What a task says when it ends; `undefined` if something else ended it. */
function lastWords(launched: Launched, ending: Ending): string[] | undefined {
  if (ending.kind === "succeeded" || ending.kind === "no outputs") return [];
  const error = "error" in ending ? ending.error : undefined;
  return error?.raised && failure(launched, error, error.raised);
}

/** The arguments of the container, filled in as far as Flyte does. */
function commandLine(
  { task, attempt, inputUri, runStartTime }: Launched,
): string {
  const { outputPrefix, number } = attempt;
  const folder = outputPrefix.slice(0, outputPrefix.lastIndexOf("/"));
  const filled = new Map([
    ["{{.input}}", inputUri],
    ["{{.outputPrefix}}", outputPrefix],
    ["{{.rawOutputDataPrefix}}", outputPrefix],
    ["{{.checkpointOutputPrefix}}", `${outputPrefix}/_flytecheckpoints`],
    [
      "{{.prevCheckpointPrefix}}",
      number === 1 ? '""' : `${folder}/${number - 1}/_flytecheckpoints`,
    ],
  ]);
  if (runStartTime) {
    filled.set("{{.runStartTime}}", formatRfc3339(runStartTime));
  }
  const words = argumentsOf(task).map((word) => filled.get(word) ?? word);
  return ["starting", ...words].join(" ");
}

function failure(
  { task, attempt, childName }: Launched,
  { message }: Failure,
  raised: Raised,
): string[] {
  const { id, outputPrefix } = attempt;
  const about = `[${id.run.name}][${id.name}] [flyte] ERROR`;
  const error = [
    `code: "${raised.exception}"`,
    `message: ${JSON.stringify(message)}`,
    "kind: USER",
  ];
  const own = raised.child === undefined ? ['worker: "user"'] : [];
  return [
    ...raised.child === undefined
      ? []
      : childFailure(childName(raised.child), { about, error }),
    `${about} Task failed with error: ${message}`,
    ...tracebackOf({ message }, raised),
    `[flyte] ERROR Task ${task.id.name} failed with error: Error(err=${
      error[0] ?? ""
    }`,
    ...error.slice(1),
    ...own,
    `, recoverable=True). Uploaded error to ${outputPrefix}/error.pb`,
  ];
}

function childFailure(
  child: string,
  { about, error }: { about: string; error: readonly string[] },
): string[] {
  const [code = "", ...rest] = error;
  return [
    `${about} Action ${child} failed with error (msg): [${code}`,
    ...rest,
    "]",
    `${about} Server reported failure for action ${child}, error: ${code}`,
    ...rest,
    "",
  ];
}
