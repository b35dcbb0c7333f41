import { Filter_Function } from "../../../idl/flyteidl2/common/list_pb.ts";
import {
  isTerminal,
  type Phase,
  phaseNumber,
  PHASES,
} from "../../client/phases.ts";
import { type ListFilter, oneOf } from "../../client/one_of.ts";
import { ToolError } from "../../errors.ts";
import type { RunCondition, TimeColumn } from "./run_pages.ts";
import { checkSpan, parseAge, parseSince } from "../since.ts";

/** What `list_runs` may be asked. */
export interface RunQuestion {
  readonly query?: string | undefined;
  readonly phases?: readonly Phase[] | undefined;
  readonly task?: string | undefined;
  readonly version?: string | undefined;
  readonly started_by?: string | undefined;
  readonly trigger?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly time_field?: "started" | "ended" | undefined;
  readonly longer_than?: string | undefined;
  readonly paused_only?: boolean | undefined;
}

/** Conditions on runs, and the time that they are about. */
export interface RunConditions {
  readonly by: TimeColumn;
  readonly conditions: readonly RunCondition[];
}

const ENDED = PHASES.filter((phase) => isTerminal(phaseNumber(phase)));
const UNFINISHED = PHASES.filter((phase) => !ENDED.includes(phase));

/**
 * The conditions of a question. Runs that are asked for by phases that end a
 * run are asked for by the time when they ended.
 *
 * @param options.now milliseconds since the epoch
 * @param options.subjects who is meant by `started_by`
 * @throws {ToolError} `invalid_argument`
 */
export function conditionsOf(
  question: RunQuestion,
  { now, subjects }: { now: number; subjects: readonly string[] },
): RunConditions {
  const asked = [...new Set(question.phases ?? [])];
  const allEnded = asked.length > 0 &&
    asked.every((one) => ENDED.includes(one));
  const ended = (question.time_field ?? (allEnded ? "ended" : "started")) ===
    "ended";
  const by = ended ? "ended_at" : "created_at";
  const phases = impliedPhases(asked, { ended, ...question });
  checkSpan(question, now);
  const conditions = [
    phaseCondition(phases, phaseArgument(asked, question)),
    timeCondition("since", { time: question.since, by, now }),
    timeCondition("until", { time: question.until, by, now }),
    textCondition("query", question.query),
    taskCondition(question.task),
    equal("version", "task_version", question.version),
    subjects.length > 0
      ? { argument: "started_by", filters: [oneOf(SUBJECT, subjects)] }
      : null,
    equal("trigger", "trigger_name", question.trigger),
    lengthCondition(question.longer_than, { phases, now }),
    question.paused_only
      ? { argument: "paused_only", filters: [], pausedOnly: true } as const
      : null,
  ];
  return { by, conditions: conditions.filter((one) => one !== null) };
}

const SUBJECT = "created_by_subject";

/** The phases that must be meant where none or too many are named. */
function impliedPhases(
  asked: readonly Phase[],
  { ended, longer_than: length }: {
    ended: boolean;
    longer_than?: string | undefined;
  },
): readonly Phase[] {
  if (ended && asked.some((phase) => UNFINISHED.includes(phase))) {
    throw mixed('time_field "ended"', ENDED);
  }
  if (asked.length === 0 && ended) return ENDED;
  if (length === undefined) return asked;
  if (asked.length === 0) return UNFINISHED;
  const kinds = new Set(asked.map((phase) => ENDED.includes(phase)));
  if (kinds.size > 1) throw mixed("longer_than", UNFINISHED);
  return asked;
}

function mixed(argument: string, phases: readonly Phase[]): ToolError {
  return new ToolError(
    "invalid_argument",
    `${argument} cannot be asked of runs that have ended and of others at once.`,
    { nextStep: `Pass only phases among these: ${phases.join(", ")}.` },
  );
}

/** The argument that asks for phases, itself or by what it means. */
function phaseArgument(
  asked: readonly Phase[],
  { time_field: field }: RunQuestion,
): string {
  if (asked.length > 0) return "phases";
  return field === "ended" ? "time_field" : "longer_than";
}

function phaseCondition(
  phases: readonly Phase[],
  argument: string,
): RunCondition | null {
  if (phases.length === 0) return null;
  const values = phases.map((phase) => String(phaseNumber(phase)));
  return { argument, filters: [oneOf("phase", values)] };
}

function textCondition(
  argument: string,
  value: string | undefined,
): RunCondition | null {
  return value === undefined ? null : {
    argument,
    filters: [{
      function: Filter_Function.CONTAINS_CASE_INSENSITIVE,
      field: "run_name",
      values: [value],
    }],
  };
}

function equal(
  argument: string,
  field: string,
  value: string | undefined,
): RunCondition | null {
  return value === undefined
    ? null
    : { argument, filters: [oneOf(field, [value])] };
}

/** Task names are `environment.function`; a name without a dot is the latter. */
function taskCondition(task: string | undefined): RunCondition | null {
  const name = Filter_Function.ENDS_WITH;
  if (task === undefined || task.includes(".")) {
    return equal("task", "task_name", task);
  }
  const filter = { function: name, field: "task_name", values: [task] };
  return { argument: "task", filters: [filter] };
}

function timeCondition(
  argument: "since" | "until",
  { time, by, now }: { time: string | undefined; by: TimeColumn; now: number },
): RunCondition | null {
  if (time === undefined) return null;
  const value = new Date(parseSince(time, now)).toISOString();
  const filter = argument === "since"
    ? { function: Filter_Function.GREATER_THAN_OR_EQUAL, field: by }
    : { function: Filter_Function.LESS_THAN, field: by };
  return { argument, filters: [{ ...filter, values: [value] }] };
}

/** Runs before this time, in RFC 3339. */
export function beforeCondition(time: string, by: TimeColumn): RunCondition {
  const filter = { function: Filter_Function.LESS_THAN, field: by };
  return { argument: "cursor", filters: [{ ...filter, values: [time] }] };
}

/** Only runs that have ended have a duration; others began so long ago. */
function lengthCondition(
  length: string | undefined,
  { phases, now }: { phases: readonly Phase[]; now: number },
): RunCondition | null {
  if (length === undefined) return null;
  const ms = parseAge(length);
  const [phase = "running"] = phases;
  const filter: ListFilter = ENDED.includes(phase)
    ? {
      function: Filter_Function.GREATER_THAN,
      field: "duration_ms",
      values: [String(ms)],
    }
    : {
      function: Filter_Function.LESS_THAN,
      field: "created_at",
      values: [new Date(Math.max(0, now - ms)).toISOString()],
    };
  return { argument: "longer_than", filters: [filter] };
}
