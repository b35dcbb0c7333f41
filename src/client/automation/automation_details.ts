import {
  type ArtifactTrigger,
  type FixedRate,
  FixedRateUnit,
  type Schedule,
  type TriggerAutomationSpec,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import { nameOf } from "../../text.ts";
import { nextTimes } from "./next_times.ts";
import { isoTime, isoTimeOf } from "../times.ts";

/** Partitions of an artifact that are named. */
const MAX_PARTITIONS = 10;

/** What the next times are counted from. */
export interface Upcoming {
  /** An inactive trigger starts nothing. */
  readonly isActive: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly count: number;
}

/**
 * When a trigger starts its task next, RFC 3339. Flyte does not report it:
 * it is counted for cron expressions alone, for a rate counts from when Flyte
 * last started it.
 *
 * @returns `null` where it starts nothing by the clock, or that is not certain
 */
export function upcomingTimes(
  spec: TriggerAutomationSpec | undefined,
  { isActive, now, count }: Upcoming,
): string[] | null {
  const cron = spec?.automation.case === "schedule"
    ? cronOf(spec.automation.value)
    : null;
  if (!cron || !isActive) return null;
  const { expression, timezone } = cron;
  const times = nextTimes(expression, { timezone, after: now, count }) ?? [];
  return times.length > 0 ? times.flatMap((at) => isoTimeOf(at) ?? []) : null;
}

/** What starts a trigger, in its parts. */
export function describeAutomation(
  spec: TriggerAutomationSpec | undefined,
  upcoming: Upcoming,
) {
  const automation = spec?.automation;
  switch (automation?.case) {
    case "schedule":
      return {
        ...describeSchedule(automation.value),
        next_times: upcomingTimes(spec, upcoming),
        time_input: nameOf(automation.value.kickoffTimeInputArg) || null,
      };
    case "artifact":
      return describeArtifact(automation.value);
    case undefined:
      return { kind: "none" };
  }
}

/** An expression with its time zone, which older ones carry in front. */
function cronOf(
  { expression }: Schedule,
): { expression: string; timezone: string } | null {
  if (expression.case === "rate" || expression.case === undefined) return null;
  const { value } = expression;
  const own = typeof value === "string"
    ? { expression: value, timezone: "" }
    : value;
  const [, zone, rest] = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/s.exec(own.expression) ??
    [];
  return zone && rest
    ? { expression: rest, timezone: zone }
    : { expression: own.expression, timezone: own.timezone };
}

function describeSchedule(schedule: Schedule) {
  const cron = cronOf(schedule);
  if (cron) {
    return {
      kind: "cron",
      expression: nameOf(cron.expression),
      // The scheduler's own, where none is named.
      timezone: nameOf(cron.timezone) || "UTC",
    };
  }
  return schedule.expression.case === "rate"
    ? describeRate(schedule.expression.value)
    : { kind: "none" };
}

function describeRate({ value, unit, startTime }: FixedRate) {
  return {
    kind: "fixed_rate",
    every: rateText(value, unit),
    starts_at: isoTime(startTime),
  };
}

/** For example `15 minutes`, `hour`. */
export function rateText(value: number, unit: FixedRateUnit): string {
  const name: string | undefined = FixedRateUnit[unit];
  const word = name?.toLowerCase() ?? `unit_${unit}`;
  return value === 1 ? word : `${value} ${word}s`;
}

function describeArtifact(artifact: ArtifactTrigger) {
  const partitions = Object.keys(artifact.partitions);
  return {
    kind: "artifact",
    artifact: nameOf(artifact.artifactName) || null,
    version: nameOf(artifact.version) || null,
    input: nameOf(artifact.inputArg) || null,
    partitions: partitions.slice(0, MAX_PARTITIONS)
      .map((name) => nameOf(name, 64)),
  };
}
