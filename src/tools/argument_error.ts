import type { z } from "zod";
import { ToolError } from "../errors.ts";
import { nameOf } from "../text.ts";

/** Of more problems than this the first ones are told. */
const MAX_PROBLEMS = 5;

/** Arguments that the tool's schema refuses, each with its place. */
export function argumentError(
  error: z.ZodError,
  input: z.ZodObject,
): ToolError {
  const known = Object.keys(input.shape);
  const problems = error.issues.slice(0, MAX_PROBLEMS).map(describeProblem);
  return new ToolError("invalid_argument", problems.join(" "), {
    nextStep: known.length > 0
      ? `Change the arguments. Valid ones: ${known.join(", ")}.`
      : "Call it without arguments.",
  });
}

function isMissing({ code, path, message }: z.core.$ZodIssue): boolean {
  return code === "invalid_type" && path.length === 1 &&
    /received undefined$/.test(message);
}

function describeProblem(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.slice(0, MAX_PROBLEMS)
      .map((key) => `"${nameOf(key, 64)}"`);
    return `There is no argument ${keys.join(", ")}.`;
  }
  const name = `"${nameOf(issue.path.map(String).join("."), 64)}"`;
  if (isMissing(issue)) return `${name} is missing.`;
  const problem = problemOf(issue) ?? `: ${nameOf(issue.message, 300)}`;
  return `${name}${problem}.`;
}

/** What is wrong with a value; `null` for what is told in the schema's words. */
function problemOf(issue: z.core.$ZodIssue): string | null {
  switch (issue.code) {
    case "invalid_value":
      return ` must be one of ${issue.values.map(String).join(", ")}`;
    case "too_small":
      return issue.origin === "string" && Number(issue.minimum) === 1
        ? " must not be empty"
        : ` must ${boundOf(issue.origin)} at least ${issue.minimum}${
          unitOf(issue.origin, issue.minimum)
        }`;
    case "too_big":
      return ` must ${boundOf(issue.origin)} at most ${issue.maximum}${
        unitOf(issue.origin, issue.maximum)
      }`;
    default:
      return null;
  }
}

function boundOf(origin: string): string {
  return origin === "string" || origin === "array" ? "have" : "be";
}

function unitOf(origin: string, bound: number | bigint): string {
  const unit = { string: "character", array: "entry" }[origin];
  if (unit === undefined) return "";
  if (Number(bound) === 1) return ` ${unit}`;
  return unit === "entry" ? " entries" : ` ${unit}s`;
}
