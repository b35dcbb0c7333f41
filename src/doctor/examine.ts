import { type Clock, within } from "../clock.ts";
import type { EndpointView } from "../client/failures/unreachable.ts";
import { fail, failed, type Finding } from "./finding.ts";

/** Bound on one check. */
export const CHECK_MS = 7_000;

/** Bound on all of them. */
export const ALL_MS = 28_000;

/** A check that was made. */
export interface Examined extends Finding {
  readonly name: string;
  /** Milliseconds; `null`: it was skipped. */
  readonly tookMs: number | null;
}

/** What a check does; it heeds the signal, and may throw. */
export type Work = (signal: AbortSignal) => Finding | Promise<Finding>;

/** What checks are made with. */
export interface ExamineOptions {
  readonly clock: Clock;
  /** Ends all checks. */
  readonly signal: AbortSignal;
  readonly view: EndpointView;
}

/**
 * Makes one check within its bound. Never rejects: an error is what the check
 * found, and so is that it was late.
 */
export async function examine(
  name: string,
  work: Work,
  { clock, signal, view }: ExamineOptions,
): Promise<Examined> {
  const start = clock.now();
  const over = new AbortController();
  const bounded = AbortSignal.any([signal, over.signal]);
  const finding = await within(Promise.try(work, bounded), CHECK_MS, {
    clock,
    signal,
  }).catch((error: unknown) =>
    signal.aborted ? late("the time for all checks") : failed(error, view)
  );
  over.abort();
  const found = finding === "late" ? late(`${CHECK_MS / 1000} s`) : finding;
  const tookMs = found.status === "skipped" ? null : clock.now() - start;
  return { ...found, name, tookMs };
}

function late(bound: string): Finding {
  return fail(
    `This check did not end within ${bound}.`,
    "Run the doctor again; if it stays so, tell whoever runs that service or network.",
    "timeout",
  );
}
