import type { Client } from "@connectrpc/connect";
import type { ActionIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import type {
  DataProxyService,
  TailLogsResponse,
} from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import type { Caller } from "../sharing/caller.ts";
import type { OpenStream } from "./follow_stream.ts";
import { comparePlaces } from "./log_line.ts";
import { type LogRead, Pass } from "./pass.ts";
import { readLog, type ReadOptions } from "./read_log.ts";
import { type LogQuestion, View, type Viewed } from "./view.ts";

/** Logs of finished attempts that are kept, each no more than a window. */
const MAX_KEPT = 16;

/** The log of one try of an action. */
export interface AttemptLog {
  readonly actionId: ActionIdentifier;
  /** Counted from 1. */
  readonly attempt: number;
  /** Whether nothing will be written to it any more. */
  readonly isOver: boolean;
}

/** A log that was read, and what was asked of it. */
export interface AnsweredLog<V> {
  readonly read: LogRead;
  readonly viewed: V;
}

/**
 * Reads the logs of attempts. The end of a finished one is kept, so that what
 * is asked next needs no second pass; for nobody else, though whether a caller
 * may see the run is asked by the call that finds the action, each time.
 */
export class AttemptLogs {
  readonly #dataproxy: Client<typeof DataProxyService>;
  readonly #caller: Caller;
  readonly #kept = new Map<string, LogRead>();

  constructor(dataproxy: Client<typeof DataProxyService>, caller: Caller) {
    this.#dataproxy = dataproxy;
    this.#caller = caller;
    caller.onNext(() => this.#kept.clear());
  }

  /**
   * Reads a log and answers a question; without one, its end is read.
   *
   * @throws {ConnectError} `not_found` when there is no log, or no more,
   * `internal` when its node gives nothing away
   */
  async read(
    log: AttemptLog,
    question: LogQuestion,
    options: Omit<ReadOptions, "follows">,
  ): Promise<AnsweredLog<Viewed>> {
    const view = new View(question);
    const kept = await this.#get(log, options.signal);
    if (kept && answers(kept, question)) {
      kept.window.every((line) => view.add(line));
      return { read: kept, viewed: view.end() };
    }
    const read = await this.#pass(log, new Pass(view), options);
    return { read, viewed: view.end() };
  }

  /** Reads a log to its end, for {@linkcode endOfLog}. */
  async readToEnd(
    log: AttemptLog,
    options: Omit<ReadOptions, "follows">,
  ): Promise<LogRead> {
    return await this.#get(log, options.signal) ??
      await this.#pass(log, new Pass(null), options);
  }

  async #pass(
    log: AttemptLog,
    pass: Pass,
    options: Omit<ReadOptions, "follows">,
  ): Promise<LogRead> {
    const { actionId, attempt, isOver } = log;
    const { signal } = options;
    const generation = await this.#caller.now(signal);
    const open: OpenStream<TailLogsResponse> = (signal, contextValues) =>
      this.#dataproxy.tailLogs({ actionId, attempt }, {
        ...{ signal, contextValues },
      });
    const read = await readLog(open, pass, { ...options, follows: !isOver });
    const isWhole = isOver && read.end === "end";
    // Who asks may be somebody else by now.
    if (isWhole && await this.#caller.isStill(generation, signal)) {
      this.#keep(log, read);
    }
    return read;
  }

  /** What is used stays longest. */
  async #get(
    log: AttemptLog,
    signal: AbortSignal,
  ): Promise<LogRead | undefined> {
    // Another caller's are forgotten by this.
    await this.#caller.now(signal);
    const kept = log.isOver ? this.#kept.get(keyOf(log)) : undefined;
    if (kept) this.#keep(log, kept);
    return kept;
  }

  #keep(log: AttemptLog, read: LogRead): void {
    const key = keyOf(log);
    this.#kept.delete(key);
    this.#kept.set(key, read);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MAX_KEPT && oldest) this.#kept.delete(oldest);
  }
}

function keyOf({ actionId: { run, name }, attempt }: AttemptLog): string {
  const { org, project, domain, name: of } = run ?? {};
  return JSON.stringify([org, project, domain, of, name, attempt]);
}

/** Whether the last lines of a log hold all that a question asks for. */
function answers(
  { window, isWhole }: LogRead,
  { part, limit, before, after, since, grep }: LogQuestion,
): boolean {
  const [first] = window;
  if (isWhole) return true;
  if (!first) return false;
  if (after && comparePlaces(first.first, after) <= 0) return true;
  if (since && first.first.time < since) return true;
  if (part === "head" || grep) return false;
  const within = before
    ? window.filter(({ last }) => comparePlaces(last, before) < 0)
    : window;
  return within.length >= limit;
}
