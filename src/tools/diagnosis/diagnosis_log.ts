import { Code, ConnectError } from "@connectrpc/connect";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { LogFacts, NoLog } from "../../client/diagnosis/facts.ts";
import { type EndOfLog, endOfLog } from "../../client/logs/end_of_log.ts";
import type { LogLine } from "../../client/logs/log_line.ts";
import { isTerminal } from "../../client/phases.ts";
import type { Parts } from "../parts.ts";
import type { ToolContext } from "../tool.ts";

/** Milliseconds for a log that goes on; one that is over may take all there are. */
const FOLLOW_MS = 12_000;

/** Milliseconds that are left for the rest of the diagnosis. */
const REST_MS = 1500;

/** Lines at the end of a log in which launches are looked for. */
const LINES = 400;

/** The log of an action's last attempt, or why there is none. */
export interface ActionLog {
  readonly facts: LogFacts | null;
  readonly noLog: NoLog | null;
  readonly end: EndOfLog | null;
}

const NOTHING: ActionLog = { facts: null, noLog: null, end: null };

/** Reads the end of the log of an action's last attempt. */
export async function readActionLog(
  { id, spec, attempts, status }: ActionDetails,
  { parts, context }: { parts: Parts; context: ToolContext },
): Promise<ActionLog> {
  const last = attempts.at(-1);
  if (!id || !last || spec.case !== "task") return NOTHING;
  const { clients, clock } = context;
  const log = {
    actionId: id,
    attempt: last.attempt,
    isOver: isTerminal(status?.phase ?? 0),
  };
  const latest = parts.until - REST_MS;
  const until = log.isOver ? latest : Math.min(latest, clock.now() + FOLLOW_MS);
  const read = await parts.read("log", async (signal) => {
    try {
      return await clients.logs.readToEnd(log, { clock, signal, until });
    } catch (error) {
      signal.throwIfAborted();
      const why = whyNone(error);
      if (why) return why;
      throw error;
    }
  });
  if (!read) return NOTHING;
  if ("kind" in read) return { ...NOTHING, noLog: read };
  return {
    facts: {
      lines: read.window.map(({ text }) => text),
      traceback: read.traceback,
      launches: launchesIn(read.window.slice(-LINES)),
      reachedEnd: read.end === "end",
    },
    noLog: null,
    end: endOfLog(read, { lines: 30 }),
  };
}

/** What Flyte says where it has no log to give. */
function whyNone(error: unknown): NoLog | null {
  const { code, rawMessage: message } = ConnectError.from(error);
  if (code === Code.NotFound) {
    const isGone = /^pod \S+ not found/.test(message);
    return { kind: isGone ? "gone" : "none", message };
  }
  const isSilent = code === Code.Internal &&
    /failed to stream pod logs|connection refused|no route to host|i\/o timeout/
      .test(message);
  return isSilent ? { kind: "unreachable", message } : null;
}

/** When the SDK began in it: each container prints that once. */
function launchesIn(lines: readonly LogLine[]): number[] {
  return lines
    .filter(({ text }) => LAUNCH.test(text))
    .map(({ first }) => Math.floor(first.time / 1000));
}

const LAUNCH = /\[flyte\] WARNING Flyte runtime started for action /;
