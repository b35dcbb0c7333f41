import { type Clock, spread } from "../../clock.ts";
import { notSent } from "./rate_limits.ts";

/**
 * Calls that are counted together. Streams are counted apart, for who reads
 * one may need a call, and so are watches, which last as long as a wait.
 */
export type Lane = "call" | "stream" | "watch";

/** How many of each may be at one place at the same time. */
const WIDTHS: Readonly<Record<Lane, number>> = {
  call: 16,
  stream: 16,
  watch: 8,
};

/** Who would be kept by pauses for longer than this is refused at once. */
const MAX_HELD_MS = 6_000;

/** A server that asks for more is tried with one call after five minutes. */
const MAX_PAUSE_MS = 300_000;

/** A call that is under way; it gives up its place when it is disposed of. */
export interface Turn extends Disposable {
  /** The place has answered, so that more may be sent to it. */
  answered(): void;
}

/** A call that waits. */
interface Waiter {
  readonly admit: () => void;
  readonly refuse: (reason: unknown) => void;
  /** Since when pauses keep it, in milliseconds since the epoch. */
  heldSince: number | null;
}

/** The calls of one lane. */
interface Queue {
  readonly max: number;
  /** How many there may be now: after a pause one, then twice as many. */
  width: number;
  inFlight: number;
  /** In the order in which they came. */
  readonly waiting: Set<Waiter>;
}

/**
 * The queue before one place: no more calls at a time than it can take, first
 * come, first served; and none while it has asked for a pause, whichever call
 * it has asked. After a pause one call tries, and with each answer the number
 * doubles.
 */
export class Admission {
  readonly #clock: Clock;
  readonly #queues: Readonly<Record<Lane, Queue>>;
  #pausedUntil = -Infinity;
  /** Counts pauses: an answer from before one says nothing. */
  #pauses = 0;
  #timer: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#queues = {
      call: newQueue(WIDTHS.call),
      stream: newQueue(WIDTHS.stream),
      watch: newQueue(WIDTHS.watch),
    };
  }

  /**
   * Waits for a turn.
   *
   * @throws the signal's reason when it is aborted first
   * @throws {ConnectError} `resource_exhausted` when pauses last too long
   */
  async enter(lane: Lane, signal: AbortSignal): Promise<Turn> {
    signal.throwIfAborted();
    const queue = this.#queues[lane];
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter = { admit: resolve, refuse: reject, heldSince: null };
    const leave = () => {
      if (queue.waiting.delete(waiter)) reject(signal.reason);
      this.#setTimer();
    };
    queue.waiting.add(waiter);
    signal.addEventListener("abort", leave, { once: true });
    this.#hold();
    this.#admit();
    try {
      await promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
    return this.#turn(queue);
  }

  /** Nothing more is sent for `ms`, or up to a fifth longer. */
  pause(ms: number): void {
    const length = spread(Math.min(ms, MAX_PAUSE_MS), this.#clock);
    const until = this.#clock.now() + length;
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
    this.#pauses++;
    for (const queue of Object.values(this.#queues)) queue.width = 1;
    this.#hold();
    this.#setTimer();
  }

  #turn(queue: Queue): Turn {
    const pauses = this.#pauses;
    let isOver = false;
    return {
      answered: () => {
        if (pauses === this.#pauses) this.#widen();
      },
      [Symbol.dispose]: () => {
        if (isOver) return;
        isOver = true;
        queue.inFlight--;
        this.#admit();
      },
    };
  }

  #widen(): void {
    for (const queue of Object.values(this.#queues)) {
      queue.width = Math.min(queue.max, queue.width * 2);
    }
    this.#admit();
  }

  get #isPaused(): boolean {
    return this.#pausedUntil > this.#clock.now();
  }

  #admit(): void {
    if (this.#isPaused) return this.#setTimer();
    for (const queue of Object.values(this.#queues)) {
      for (const waiter of queue.waiting) {
        if (queue.inFlight >= queue.width) break;
        queue.waiting.delete(waiter);
        queue.inFlight++;
        waiter.admit();
      }
    }
  }

  /** Refuses those that a pause keeps too long. */
  #hold(): void {
    if (!this.#isPaused) return;
    const now = this.#clock.now();
    for (const { waiting } of Object.values(this.#queues)) {
      for (const waiter of waiting) {
        waiter.heldSince ??= now;
        if (this.#pausedUntil - waiter.heldSince <= MAX_HELD_MS) continue;
        waiting.delete(waiter);
        waiter.refuse(notSent(this.#pausedUntil - now));
      }
    }
  }

  /** Goes on after the pause; with nobody waiting there is nothing to do. */
  #setTimer(): void {
    this.#timer?.abort();
    this.#timer = null;
    const isEmpty = Object.values(this.#queues)
      .every(({ waiting }) => waiting.size === 0);
    if (isEmpty || !this.#isPaused) return;
    const timer = this.#timer = new AbortController();
    const left = this.#pausedUntil - this.#clock.now();
    this.#clock.sleep(left, timer.signal).then(() => {
      if (this.#timer !== timer) return;
      this.#timer = null;
      this.#pausedUntil = -Infinity;
      this.#admit();
    }, () => {});
  }
}

function newQueue(max: number): Queue {
  return { max, width: max, inFlight: 0, waiting: new Set() };
}
