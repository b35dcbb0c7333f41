import { z } from "zod";
import { readPattern } from "../../client/logs/pattern.ts";
import type { LogQuestion } from "../../client/logs/view.ts";
import { isoTimeOf } from "../../client/times.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { type AttemptLog, readAttemptLog, showLog } from "./attempt_log.ts";
import { roomBeside } from "../budget.ts";
import { readCursor } from "../cursor.ts";
import { findRun } from "../runs/find_run.ts";
import { LOG_PLACE, type LogPlace } from "./log_page.ts";
import { FAILED, targetsOf } from "./log_targets.ts";
import { logSentence } from "./log_wording.ts";
import { ACTION, DOMAIN, PROJECT, RUN } from "../parameters.ts";
import { showScope } from "../scope.ts";
import { parseSince } from "../since.ts";
import { defineTool, READS, type ToolContext } from "../tool.ts";

/** All logs of a call are read within this. */
const READ_MS = 25_000;

/** Bytes of JSON that a log takes beside its lines: the fence, two cursors. */
const BESIDE_LINES = 800;

export const getLogs = defineTool({
  name: "get_logs",
  title: "Get the log of a Flyte run",
  toolset: "logs",
  description:
    "What an action printed: the last 100 lines, or the first, or those that match `grep`; of one action, or of all that failed. A traceback stands nowhere else. Times are UTC, repeated lines are counted. Pods are deleted some time after they end, and their logs with them.",
  input: {
    run: RUN,
    action: ACTION.describe(
      `Action name, or "${FAILED}" for all that failed; unless given, the one in the run's URL, else a0, the root`,
    ),
    attempt: z.number().int().min(1).max(1000).optional().describe(
      "The last one unless given; logs of others are seldom kept",
    ),
    part: z.enum(["tail", "head"]).default("tail").describe(
      "The last lines or the first ones",
    ),
    limit: z.number().int().min(1).max(1000).default(100).describe(
      "Lines, as many as fit",
    ),
    grep: z.string().min(1).max(200).optional().describe(
      "Only lines that match this regular expression, in any case",
    ),
    context: z.number().int().min(0).max(20).default(2).describe(
      "Lines around each match",
    ),
    since: z.string().max(40).optional().describe(
      'An age such as "10m", or an RFC 3339 time',
    ),
    project: PROJECT,
    domain: DOMAIN,
    cursor: z.string().max(2000).optional().describe(
      "`older_cursor` or `newer_cursor` of a log; all else as it was",
    ),
  },
  output: {
    scope: z.looseObject({}),
    now: z.string(),
    run: z.string(),
    logs: z.array(z.looseObject({})),
    actions_left_out: z.number(),
  },
  annotations: READS,
  async run({ cursor, limit, part, project, domain, ...asked }, context) {
    const { run, action, attempt, since } = asked;
    const place = cursor === undefined
      ? null
      : readCursor(cursor, { question: asked, at: LOG_PLACE });
    const now = context.clock.now();
    const question: LogQuestion = {
      ...placed(place, part),
      limit,
      since: since === undefined ? null : parseSince(since, now) * 1000,
      grep: asked.grep === undefined
        ? null
        : { pattern: patternOf(asked.grep), context: asked.context },
    };
    const given = { project, domain };
    const found = await findRun(run, { given, tool: "get_logs", context });
    const which = place ?? { action, attempt };
    const { targets, leftOut } = await targetsOf(which, found, context);
    const showing = { question, argumentsOf: asked, until: now + READ_MS };
    const read = await Promise.all(
      targets.map((target) => readAttemptLog(target, showing, context)),
    );
    const name = nameOf(found.details.action?.id?.run?.name ?? "");
    const beside = {
      status: "ok",
      scope: showScope(found.scope),
      now: isoTimeOf(now),
      run: name,
      actions_left_out: leftOut,
    };
    const logs = showLogs(read, beside, context);
    return {
      text: logSentence(name, { logs, leftOut, part: place?.way ?? part }),
      data: { ...beside, logs },
    };
  },
});

/** The logs share what is left of the result. */
function showLogs(
  read: readonly AttemptLog[],
  beside: Readonly<Record<string, unknown>>,
  { maxResultBytes }: ToolContext,
) {
  const logs = read.map(({ facts }) => facts);
  const room = roomBeside({ ...beside, logs }, maxResultBytes) / read.length;
  return read.map((log) => showLog(log, room - BESIDE_LINES));
}

/** A cursor says itself which lines it goes on with. */
function placed(
  place: LogPlace | null,
  part: LogQuestion["part"],
): Pick<LogQuestion, "part" | "before" | "after"> {
  if (!place) return { part };
  return place.way === "older"
    ? { part: "tail", before: place }
    : { part: "head", after: place };
}

function patternOf(source: string) {
  try {
    return readPattern(source);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ToolError(
      "invalid_argument",
      `"grep" is not a regular expression that is understood here: ${
        nameOf(error.message)
      }.`,
      {
        nextStep:
          "Use words with | between them, classes, groups, quantifiers and anchors; put \\ before a character that is meant literally.",
      },
    );
  }
}
