import { ConnectError } from "@connectrpc/connect";
import type { TailLogsResponse } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { Clock } from "../../clock.ts";
import type { End, LogRead, Pass } from "./pass.ts";

/** Flyte sends what was written in messages of so many lines. */
const FULL = 100;

/** A container that has written nothing yet has no message, not even headers. */
const FIRST_MS = 5000;

/** This much silence after a full message, and there is no next one. */
const FULL_QUIET_MS = 3000;

/** After a message that is not full, a shorter one tells. */
const QUIET_MS = 1000;

/** A container that writes on is followed no longer than this. */
const FOLLOW_MS = 3000;

/** So often a reader is told how far it is. */
const PROGRESS_MS = 1000;

/** How a log is read. */
export interface ReadOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** When to take what was read so far, in milliseconds since the epoch. */
  readonly until: number;
  /** Whether the container may go on writing: then the stream never ends. */
  readonly follows: boolean;
  /** Is told about once a second. */
  readonly onProgress?: ((pass: Pass) => void) | undefined;
}

/**
 * Passes a log through, from where Flyte begins to where there is no more,
 * nothing more is asked for, or time is over; Flyte cannot begin elsewhere. Of
 * a container that goes on, all that it has written so far.
 *
 * @throws what the stream fails with before its first line
 */
export async function readLog(
  open: (signal: AbortSignal) => AsyncIterable<TailLogsResponse>,
  pass: Pass,
  options: ReadOptions,
): Promise<LogRead> {
  const { clock, signal, until, follows } = options;
  using watch = new Watch(clock);
  watch.deadline(until);
  if (follows) watch.quiet(FIRST_MS);
  const following = new Following(clock);
  let toldAt = clock.now();
  try {
    for await (
      const message of open(AbortSignal.any([signal, watch.signal]))
    ) {
      const { lines, wantsMore } = passOn(message, pass);
      const now = clock.now();
      if (!wantsMore) watch.stop("found");
      else if (now >= until) watch.stop("late");
      else if (follows) watch.quiet(following.silenceAfter(lines));
      if (watch.end) break;
      if (now - toldAt < PROGRESS_MS) continue;
      toldAt = now;
      options.onProgress?.(pass);
    }
    return pass.finish(watch.end ?? "end");
  } catch (error) {
    signal.throwIfAborted();
    if (watch.end) return pass.finish(watch.end);
    const isBroken = error instanceof ConnectError && pass.count > 0;
    if (isBroken) return pass.finish("broken");
    throw error;
  }
}

function passOn({ logs }: TailLogsResponse, pass: Pass) {
  let lines = 0;
  for (const chunk of logs) {
    for (const { message, timestamp } of chunk.lines) {
      lines++;
      if (!pass.add(message, microseconds(timestamp))) {
        return { lines, wantsMore: false };
      }
    }
  }
  return { lines, wantsMore: true };
}

function microseconds(time: Timestamp | undefined): number | null {
  return time
    ? Number(time.seconds) * 1_000_000 + Math.floor(time.nanos / 1000)
    : null;
}

/** Tells history, which comes at once, from what is being written. */
class Following {
  readonly #clock: Clock;
  #since: number | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** After how much silence all is read that there is, in milliseconds. */
  silenceAfter(lines: number): number {
    if (lines >= FULL) {
      this.#since = null;
      return FULL_QUIET_MS;
    }
    const now = this.#clock.now();
    this.#since ??= now;
    return Math.min(QUIET_MS, this.#since + FOLLOW_MS - now);
  }
}

/** Ends a stream that does not end by itself, and knows why. */
class Watch {
  readonly #clock: Clock;
  readonly #stream = new AbortController();
  readonly #done = new AbortController();
  #silence: AbortController | null = null;
  end: End | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get signal(): AbortSignal {
    return this.#stream.signal;
  }

  stop(end: End): void {
    this.end ??= end;
    this.#stream.abort();
  }

  deadline(until: number): void {
    const left = Math.max(0, until - this.#clock.now());
    this.#stopAfter(left, "late", this.#done.signal);
  }

  /** Stops unless it is called again within so many milliseconds. */
  quiet(ms: number): void {
    this.#silence?.abort();
    this.#silence = new AbortController();
    if (ms <= 0) return this.stop("now");
    this.#stopAfter(ms, "now", this.#silence.signal);
  }

  #stopAfter(ms: number, end: End, signal: AbortSignal): void {
    this.#clock.sleep(ms, signal).then(() => this.stop(end), () => {});
  }

  [Symbol.dispose](): void {
    this.#done.abort();
    this.#silence?.abort();
    this.#stream.abort();
  }
}
