import { type Clock, spread } from "../../clock.ts";
import { ToolError } from "../../errors.ts";

/** How often a lock is tried that another process holds. */
const TRY_EVERY_MS = 50;

/**
 * Locks a file for this open of it, so that other processes and other callers
 * in this one wait. The system lets go of it when the process ends, however it
 * ends; the file itself is never deleted, or two could hold "the" lock.
 *
 * @returns `null` when another one holds it
 */
export async function tryLockFile(path: string): Promise<Disposable | null> {
  const file = await Deno.open(path, {
    create: true,
    read: true,
    write: true,
    mode: 0o600,
  });
  try {
    if (await file.tryLock(true)) return file;
  } catch (error) {
    file.close();
    throw error;
  }
  file.close();
  return null;
}

/**
 * Waits for the lock.
 *
 * @returns `null` when it was not free for `waitMs`
 * @throws the signal's reason when it is aborted first
 */
export async function lockFile(
  path: string,
  { clock, signal, waitMs }: {
    clock: Clock;
    signal: AbortSignal;
    waitMs: number;
  },
): Promise<Disposable | null> {
  const until = clock.now() + waitMs;
  for (;;) {
    signal.throwIfAborted();
    const lock = await tryLockFile(path);
    if (lock || clock.now() >= until) return lock;
    await clock.sleep(spread(TRY_EVERY_MS, clock), signal);
  }
}

/** The lock was not free for so long. */
export function lockBusy(waitMs: number): ToolError {
  return new ToolError(
    "refresh_busy",
    `Another flyte-mcp process has been renewing this login for ${
      waitMs / 1000
    } s.`,
    { nextStep: "Wait 5 seconds, then repeat the call.", retryAfterS: 5 },
  );
}
