import { nameOf } from "../text.ts";
import type { Examined } from "./examine.ts";
import type { Status } from "./finding.ts";

/** One check, as it is shown. */
export interface Check {
  readonly name: string;
  readonly status: Status;
  readonly message: string;
  readonly next_step: string | null;
  /** Milliseconds; `null`: it was skipped. */
  readonly took_ms: number | null;
}

/** What the doctor says. */
export interface Diagnosis {
  /** The worst of the checks. */
  readonly status: "ok" | "warn" | "fail";
  /** In a fixed order. */
  readonly checks: readonly Check[];
  /** One line to paste to an admin: no secrets, no names of people. */
  readonly for_admin: string;
}

/** What the line for an admin says of the program. */
export interface Program {
  readonly version: string;
  /** For example `Deno 2.9.6 on linux`. */
  readonly runtime: string;
  /** Host and port of the control plane; `null`: none is configured. */
  readonly host: string | null;
}

/** Puts what was found together. */
export function diagnosisOf(
  examined: readonly Examined[],
  program: Program,
): Diagnosis {
  const has = (wanted: Status) =>
    examined.some(({ status }) => status === wanted);
  return {
    status: has("fail") ? "fail" : has("warn") ? "warn" : "ok",
    checks: examined.map(({ name, status, message, nextStep, tookMs }) => ({
      name,
      status,
      message,
      next_step: nextStep,
      took_ms: tookMs,
    })),
    for_admin: lineForAdmin(examined, program),
  };
}

function lineForAdmin(
  examined: readonly Examined[],
  { version, runtime, host }: Program,
): string {
  const problems = examined
    .filter(({ status, forAdmin }) => status === "fail" || forAdmin !== null)
    .map(({ name, forAdmin }) => forAdmin ? `${name} (${forAdmin})` : name);
  const ids = examined.flatMap(({ requestId }) => requestId ?? []);
  const what = problems.length > 0
    ? `fails: ${problems.join(", ")}`
    : "nothing fails";
  const requests = ids.length > 0 ? `; requests ${ids.join(", ")}` : "";
  const where = host === null ? "no endpoint" : nameOf(host);
  return `flyte-mcp ${version}, ${runtime}, at ${where}: ${what}${requests}`;
}

/** How many checks came out how, as a sentence. */
export function summaryOf({ checks }: Diagnosis): string {
  const made = checks.filter(({ status }) => status !== "skipped");
  const named = (wanted: Status) =>
    made.filter(({ status }) => status === wanted).map(({ name }) => name);
  const [failing, warning] = [named("fail"), named("warn")];
  const parts = [
    ...(failing.length > 0 ? [`${failing.join(", ")} failed`] : []),
    ...(warning.length > 0 ? [`${warning.join(", ")} had a warning`] : []),
  ];
  return parts.length > 0
    ? `${made.length} checks were made: ${parts.join("; ")}.`
    : `All ${made.length} checks passed.`;
}
