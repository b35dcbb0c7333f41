import { ConnectError } from "@connectrpc/connect";
import type {
  ActionAttempt,
  ActionDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { AnsweredLog } from "../../client/logs/attempt_logs.ts";
import type { LogQuestion, Viewed } from "../../client/logs/view.ts";
import { isTerminal, phaseName } from "../../client/phases.ts";
import { nameOf } from "../../text.ts";
import { taskOf } from "../actions/action_facts.ts";
import { describeLinks } from "../actions/attempt_description.ts";
import { isoMicros, logPage, NO_PAGE } from "./log_page.ts";
import type { LogTarget } from "./log_targets.ts";
import {
  isMissing,
  type MissingLog,
  missingLog,
  runsContainer,
} from "./missing_log.ts";
import type { ToolContext } from "../tool.ts";

/** Lines that Flyte begins with when it does not know when a container began. */
const UNKNOWN_START = 1000;

/** Links are long, and most lead to the same place. */
const MAX_LINKS = 2;

/** What is asked of a log. */
export interface LogShowing {
  readonly question: LogQuestion;
  /** The arguments that its cursors belong to. */
  readonly argumentsOf: unknown;
  /** When reading ends, in milliseconds since the epoch. */
  readonly until: number;
}

type Answered = AnsweredLog<Viewed>;

/** Reads the log of an attempt, or finds out why there is none. */
export async function readAttemptLog(
  target: LogTarget,
  showing: LogShowing,
  context: ToolContext,
) {
  const { action, attempt } = target;
  const { answered, missing } = await readOrMissing(target, showing, context);
  const facts = {
    action: nameOf(action.id?.name ?? ""),
    task: taskOf(action.metadata).task,
    phase: phaseName(action.status?.phase ?? 0),
    attempt: attempt?.attempt ?? null,
    attempts: action.attempts.length,
    ...(answered ? stateOf(answered, attempt, showing.question) : NOT_READ),
    missing,
    log_links: attempt ? describeLinks(attempt).slice(0, MAX_LINKS) : [],
    ...NO_PAGE,
  };
  return { target, showing, facts, answered };
}

/** A log that was read, or not. */
export type AttemptLog = Awaited<ReturnType<typeof readAttemptLog>>;

/** Projects a log that was read, with as many lines as fit into these bytes. */
export function showLog(
  { target, showing, facts, answered }: AttemptLog,
  bytes: number,
) {
  if (!answered) return facts;
  const { action, attempt } = target;
  const { question, argumentsOf } = showing;
  const page = logPage({
    ...answered,
    bytes,
    part: question.part,
    pattern: question.grep?.pattern ?? null,
    goesOn: attempt !== undefined && !isOver(action, attempt),
    isFiltered: Boolean(question.grep ?? question.since),
    cursor: {
      question: argumentsOf,
      action: action.id?.name ?? "",
      attempt: attempt?.attempt ?? 1,
    },
  });
  return { ...facts, ...page };
}

/** A log as it is shown. */
export type ShownLog = ReturnType<typeof showLog>;

async function readOrMissing(
  { action, attempt }: LogTarget,
  { question, until }: LogShowing,
  { clients, clock, signal, progress }: ToolContext,
): Promise<{ answered: Answered | null; missing: MissingLog | null }> {
  const actionId = action.id;
  if (!actionId || !attempt || !runsContainer(action)) {
    return { answered: null, missing: missingLog(action, attempt, null) };
  }
  const over = isOver(action, attempt);
  const log = { actionId, attempt: attempt.attempt, isOver: over };
  const name = nameOf(actionId.name);
  try {
    const answered = await clients.logs.read(log, question, {
      ...{ clock, signal, until },
      onProgress: ({ count, reached }) =>
        progress(`${count} lines of ${name} read${upTo(isoMicros(reached))}`),
    });
    return { answered, missing: null };
  } catch (error) {
    const isKnown = error instanceof ConnectError && isMissing(error);
    if (!isKnown) throw error;
    return { answered: null, missing: missingLog(action, attempt, error) };
  }
}

function upTo(time: string | null): string {
  return time ? `, up to ${time}` : "";
}

/** Attempts before the last one keep the phase they had, but they are over. */
function isOver(
  { status, attempts }: ActionDetails,
  attempt: ActionAttempt,
): boolean {
  return isTerminal(status?.phase ?? 0) || attempt !== attempts.at(-1);
}

const NOT_READ = {
  from_start: null,
  reached_end: null,
  reached_time: null,
  note: null,
};

/** How far the log was read. */
function stateOf(
  { read, viewed }: Answered,
  attempt: ActionAttempt | undefined,
  question: LogQuestion,
) {
  const { count, end, reached } = read;
  const fromStart = knowsStart(attempt) || count < UNKNOWN_START;
  const isDone = end === "end" || end === "now";
  const notes = [
    end === "late" &&
    "Flyte gives logs from their beginning alone, and this one is longer than what could be read in time: these lines are not its end. log_links may show the rest.",
    end === "broken" &&
    "The stream broke off: these lines are not the end of the log. Try once more.",
    !fromStart &&
    `Flyte does not know when this container began, so it gives its last ${UNKNOWN_START} lines alone.`,
    count === 0 && "The container has written nothing.",
    count > 0 && viewed.lines.length === 0 &&
    `No line passes ${filtersOf(question)}.`,
  ];
  return {
    from_start: fromStart,
    reached_end: isDone,
    reached_time: isDone ? null : isoMicros(reached),
    note: notes.filter(Boolean).join(" ") || null,
  };
}

/** What lines had to pass, as the arguments are called. */
function filtersOf({ grep, since, before, after }: LogQuestion): string {
  const names = [
    ...grep ? ["grep"] : [],
    ...typeof since === "number" ? ["since"] : [],
    ...before ?? after ? ["cursor"] : [],
  ];
  return names.length > 1
    ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`
    : names.join();
}

/** Flyte begins where the container did, if it knows that. */
function knowsStart(attempt: ActionAttempt | undefined): boolean {
  const { pods = [], primaryPodName } = attempt?.logContext ?? {};
  const pod = pods.find(({ podName }) => podName === primaryPodName);
  const container = pod?.containers
    .find(({ containerName }) => containerName === pod.primaryContainerName);
  return container?.process?.containerStartTime !== undefined;
}
