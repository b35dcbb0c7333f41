import type { ShownLog } from "./attempt_log.ts";

/** Where lines were asked for. */
export type LogPart = "tail" | "head" | "older" | "newer";

/** What a call for logs found, in a sentence. */
export function logSentence(
  run: string,
  { logs, leftOut, part }: {
    logs: readonly ShownLog[];
    leftOut: number;
    part: LogPart;
  },
): string {
  const [only] = logs;
  if (!only) {
    return `No action of run ${run} has failed, so there is no log of one.`;
  }
  if (logs.length === 1 && leftOut === 0) return sentenceOf(run, only, part);
  const more = leftOut > 0
    ? `; ${leftOut} more are left out, list_actions with phases has their names`
    : "";
  const count = logs.length === 1
    ? "log of 1 action"
    : `logs of ${logs.length} actions`;
  const missing = logs.filter((log) => log.missing !== null).length;
  const none = missing === logs.length
    ? " None of them could be had"
    : missing > 0
    ? ` ${missing} could not be had`
    : "";
  return `The ${count} of run ${run} that failed${more}. Where it began comes first.${
    none && `${none}: \`missing\` says why.`
  }`;
}

function sentenceOf(run: string, log: ShownLog, part: LogPart): string {
  const { action, attempt, missing, lines, note } = log;
  const of = `of ${action} in run ${run}` +
    (attempt === null ? "" : `, attempt ${attempt}`);
  if (missing) return `No log ${of}: ${missing.message}`;
  const tell = note ? ` ${note}` : "";
  if (lines === 0) return `No lines ${of}.${tell}`;
  return `${whichLines(log, part)} ${of}${matchesOf(log)}.${tell}`;
}

function whichLines(
  { lines, lines_read: read, reached_end: isDone, matches }: ShownLog,
  part: LogPart,
): string {
  const count = lines === 1 ? "1 line" : `${lines} lines`;
  if (part === "older") return `${count} before the cursor`;
  if (part === "newer") return `${count} after the cursor`;
  const end = part === "tail" ? "last" : "first";
  if (!isDone) {
    const far = part === "tail" ? " that could be read" : "";
    return matches === null ? `The ${end} ${count}${far}` : count;
  }
  if (matches !== null) return `${count} of ${read}`;
  return lines === read ? `All ${count}` : `The ${end} ${count} of ${read}`;
}

function matchesOf({ matches }: ShownLog): string {
  if (matches === null) return "";
  return matches === 1 ? "; 1 matches" : `; ${matches} match`;
}
