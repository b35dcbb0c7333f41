import { Code, ConnectError } from "@connectrpc/connect";
import type { Identifier } from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import { toToolError } from "../../client/failures/failures.ts";
import {
  type AppLogRead,
  readAppLogs,
  type ReplicaLog,
} from "../../client/logs/app_logs.ts";
import { viewOf } from "../../client/failures/unreachable.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { fitting, jsonBytes } from "../budget.ts";
import { fittingLines } from "../logs/fitting_lines.ts";
import { isoMicros } from "../logs/log_page.ts";
import type { ToolContext } from "../tool.ts";

/** The logs of all replicas are read within this. */
const READ_MS = 15_000;

/** Replicas that are named, and what of the room their names may take. */
const MAX_NAMES = 20;
const NAMES_SHARE = 0.25;

/** Bytes of JSON that a log takes beside its lines: names, times, a fence. */
const BESIDE_LINES = 400;

/** Why there is no log. */
interface MissingAppLog {
  /** `no_replicas`, or the code of an error. */
  readonly reason: string;
  readonly message: string;
}

/** What is known of what an app printed. */
export type AppLog =
  | { readonly kind: "not_asked" }
  | { readonly kind: "missing"; readonly missing: MissingAppLog }
  | { readonly kind: "read"; readonly log: AppLogRead };

/**
 * Reads the log of an app, or finds out why there is none: what is known of
 * the app is worth telling without it.
 */
export async function readAppLog(
  id: Identifier,
  context: ToolContext,
): Promise<AppLog> {
  const { clients, clock, signal } = context;
  const until = clock.now() + READ_MS;
  try {
    const options = { clock, signal, until };
    return {
      kind: "read",
      log: await readAppLogs(clients.appLogs, id, options),
    };
  } catch (error) {
    signal.throwIfAborted();
    const isNotFound = error instanceof ConnectError &&
      error.code === Code.NotFound;
    if (isNotFound) return { kind: "missing", missing: NO_REPLICAS };
    const known = knownFailure(error, context);
    if (!known) throw error;
    const message = `${known.message} ${known.nextStep}`;
    return { kind: "missing", missing: { reason: known.code, message } };
  }
}

/** `null`: a login that is needed, or a defect, is the answer of the call. */
function knownFailure(
  error: unknown,
  { endpoint, config }: ToolContext,
): ToolError | null {
  let isDefect = false;
  const onDefect = () => {
    isDefect = true;
  };
  const known = toToolError(error, viewOf(endpoint, config), { onDefect });
  return known instanceof ToolError && !isDefect ? known : null;
}

const NO_REPLICAS: MissingAppLog = {
  reason: "no_replicas",
  message:
    "No replica of the app is there, so there is no log: it is scaled to zero, or none could be started. Flyte keeps no log of replicas that have gone.",
};

/** Names of replicas and the end of what each printed, within these bytes. */
export function describeAppLog(
  log: AppLog,
  { lines, bytes }: { lines: number; bytes: number },
) {
  if (log.kind !== "read") {
    const missing = log.kind === "missing" ? log.missing : null;
    return { replica_names: null, logs: null, log_missing: missing };
  }
  const { replicas, logs, end } = log.log;
  const names = fitting(
    replicas.slice(0, MAX_NAMES).map((name) => nameOf(name, 100)),
    bytes * NAMES_SHARE,
  );
  const more = replicas.length - names.length;
  const room = bytes - jsonBytes(names);
  const shown = logs.slice(0, Math.max(1, Math.floor(room / 1000)));
  const each = room / Math.max(1, shown.length) - BESIDE_LINES;
  return {
    replica_names: names,
    ...more > 0 && { replicas_left_out: more },
    logs: shown.map((one) => describeReplica(one, { lines, bytes: each })),
    ...logs.length > shown.length &&
      { logs_left_out: logs.length - shown.length },
    log_missing: logs.length > 0 ? null : {
      reason: "silent",
      message: end === "late" || end === "broken"
        ? "The log could not be read in time. Try once more."
        : "The replicas have printed nothing.",
    },
  };
}

function describeReplica(
  { replica, read }: ReplicaLog,
  { lines, bytes }: { lines: number; bytes: number },
) {
  const { lines: kept, text } = fittingLines(
    read.window.slice(-lines),
    { part: "tail", pattern: null, bytes },
  );
  const isDone = read.end === "end" || read.end === "now";
  return {
    replica: nameOf(replica, 100) || null,
    text,
    lines: kept.length,
    lines_read: read.count,
    reached_end: isDone,
    last_time: isoMicros(kept.at(-1)?.last),
  };
}
