import {
  ConnectError,
  type ContextValues,
  createContextValues,
} from "@connectrpc/connect";
import type { Clock } from "../../clock.ts";
import { ON_QUEUE } from "../admission/admit.ts";
import type { End } from "./pass.ts";

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

/** How long a stream of lines is followed. */
export interface FollowOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** When to take what was read so far, in milliseconds since the epoch. */
  readonly until: number;
  /** Whether containers may go on writing: then the stream never ends. */
  readonly follows: boolean;
}

/** Takes what a stream sends. */
export interface LineReader<M> {
  /** @returns how many lines a message had, and whether more are wanted */
  take(message: M): { readonly lines: number; readonly wantsMore: boolean };
  /** Whether there were any lines. */
  hasLines(): boolean;
  /** Is called about once a second. */
  onProgress?(): void;
}

/** Opens a stream; the values are those of the call. */
export type OpenStream<M> = (
  signal: AbortSignal,
  contextValues: ContextValues,
) => AsyncIterable<M>;

/**
 * Follows a stream of lines to its end, to where nothing more comes, until
 * nothing more is wanted or time is over; the stream is let go of then.
 *
 * @throws what the stream fails with before its first line
 */
export async function followStream<M>(
  open: OpenStream<M>,
  reader: LineReader<M>,
  { clock, signal, until, follows }: FollowOptions,
): Promise<End> {
  using watch = new Watch(clock);
  watch.deadline(until);
  if (follows) watch.quiet(FIRST_MS);
  // A stream that stands in the queue is not silent.
  const onQueue = (isQueued: boolean) =>
    follows && (isQueued ? watch.hold() : watch.quiet(FIRST_MS));
  const values = createContextValues().set(ON_QUEUE, onQueue);
  const following = new Following(clock);
  let toldAt = clock.now();
  try {
    for await (
      const message of open(AbortSignal.any([signal, watch.signal]), values)
    ) {
      const { lines, wantsMore } = reader.take(message);
      const now = clock.now();
      if (!wantsMore) watch.stop("found");
      else if (now >= until) watch.stop("late");
      // What has no lines is no sign that they have all been sent.
      else if (follows && (lines > 0 || reader.hasLines())) {
        watch.quiet(following.silenceAfter(lines));
      }
      if (watch.end) break;
      if (now - toldAt < PROGRESS_MS) continue;
      toldAt = now;
      reader.onProgress?.();
    }
    return watch.end ?? "end";
  } catch (error) {
    signal.throwIfAborted();
    if (watch.end) return watch.end;
    if (error instanceof ConnectError && reader.hasLines()) return "broken";
    throw error;
  }
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

  /** Waits for no end of a silence. */
  hold(): void {
    this.#silence?.abort();
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
