/** Clocks for deadlines and pauses that must not depend on the machine's load. */
import { type Clock, systemClock } from "../../src/clock.ts";

/**
 * Time that passes only while somebody sleeps: once nothing else is left to do,
 * it jumps to whoever wakes first. For what needs no network.
 */
export function virtualClock(): Clock {
  let time = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const sleepers = new Map<() => void, number>();
  const schedule = () => {
    clearTimeout(timer);
    timer = sleepers.size > 0 ? setTimeout(jump) : undefined;
  };
  const jump = () => {
    const [first] = [...sleepers].sort(([, a], [, b]) => a - b);
    if (!first) return;
    const [wake, until] = first;
    time = Math.max(time, until);
    wake();
  };
  return {
    now: () => time,
    random: () => 0,
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const leave = () => {
        sleepers.delete(wake);
        signal?.removeEventListener("abort", abort);
        schedule();
      };
      const wake = () => {
        leave();
        resolve();
      };
      const abort = () => {
        leave();
        reject(signal?.reason);
      };
      sleepers.set(wake, time + ms);
      signal?.addEventListener("abort", abort);
      if (signal?.aborted) abort();
      else schedule();
      return promise;
    },
  };
}

/**
 * The machine's time with pauses cut short, and deadlines as they are: those
 * of an attempt (10 s) and of more are far away for anything on this machine.
 */
export function impatientClock(): Clock & {
  /** How long the pauses should have been, in seconds. */
  readonly paused: readonly number[];
  /** Lets time pass, without ending any pause. */
  advance(ms: number): void;
} {
  let ahead = 0;
  const paused: number[] = [];
  return {
    paused,
    advance: (ms) => void (ahead += ms),
    now: () => systemClock.now() + ahead,
    random: () => 0,
    sleep(ms, signal) {
      if (ms >= 10_000) return systemClock.sleep(ms, signal);
      paused.push(ms / 1000);
      return systemClock.sleep(Math.min(ms, 50), signal);
    },
  };
}

/**
 * The machine's time, but waits of 10 to 25 s, which are those for a person,
 * last until a test ends them.
 */
export function patientClock(): Clock & {
  /** How long each of them would have been, in milliseconds. */
  readonly waits: readonly number[];
  /** Resolves when so many have begun. */
  begun(count: number): Promise<void>;
  /** Ends those that are going on. */
  runOut(): void;
  /** Lets time pass, without ending any. */
  advance(ms: number): void;
} {
  let ahead = 0;
  const waits: number[] = [];
  const watchers = new Set<() => void>();
  const waiting = new Set<() => void>();
  return {
    waits,
    now: () => systemClock.now() + ahead,
    async sleep(ms, signal) {
      if (ms <= 10_000 || ms > 25_000) return systemClock.sleep(ms, signal);
      signal?.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      signal?.addEventListener("abort", () => reject(signal.reason));
      waiting.add(resolve);
      waits.push(ms);
      for (const look of watchers) look();
      await promise.finally(() => waiting.delete(resolve));
    },
    async begun(count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => waits.length >= count && resolve();
      watchers.add(look);
      look();
      await promise.finally(() => watchers.delete(look));
    },
    runOut: () => waiting.forEach((end) => end()),
    advance: (ms) => void (ahead += ms),
  };
}

/** Time that passes when a test says so. */
export function steppedClock(random = () => 0): Clock & {
  /** How many sleep. */
  readonly sleepers: number;
  /** Lets time pass; who is due wakes in order, and does what it then does. */
  advance(ms: number): Promise<void>;
} {
  let time = 0;
  const sleepers = new Map<() => void, number>();
  return {
    random,
    now: () => time,
    get sleepers() {
      return sleepers.size;
    },
    sleep(ms, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const abort = () => {
        sleepers.delete(wake);
        reject(signal?.reason);
      };
      const wake = () => {
        sleepers.delete(wake);
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      sleepers.set(wake, time + ms);
      signal?.addEventListener("abort", abort, { once: true });
      if (signal?.aborted) abort();
      return promise;
    },
    async advance(ms) {
      const end = time + ms;
      for (;;) {
        await settle();
        const [first] = [...sleepers].sort(([, a], [, b]) => a - b);
        if (!first || first[1] > end) break;
        time = Math.max(time, first[1]);
        first[0]();
      }
      time = end;
    },
  };
}

/** Resolves once everything has been done that waits for nothing outside. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
