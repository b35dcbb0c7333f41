import type { z } from "zod";
import type { LoginRequired } from "../auth/login.ts";
import { ToolError } from "../errors.ts";
import { nameOf, newMarker, present, presentAll } from "../text.ts";
import { jsonBytes, MAX_RESULT_BYTES } from "./budget.ts";
import { loginAnswer } from "./login_wording.ts";
import type { Answer } from "./tool.ts";

/** A tool result as MCP carries it. */
export interface ToolResult {
  readonly content: { type: "text"; text: string }[];
  readonly structuredContent: Record<string, unknown>;
  readonly isError?: true;
  readonly [key: string]: unknown;
}

/**
 * A success. Some hosts show the model `structuredContent` alone, others
 * `content` alone, so the text is the sentence and then the same JSON.
 *
 * @throws {ToolError} `over_budget` when it is larger than a host takes
 */
export function successResult({ text, data }: Answer): ToolResult {
  const marker = newMarker();
  const structuredContent = presentAll({ ...data }, marker);
  const json = JSON.stringify(structuredContent);
  const bytes = jsonBytes(structuredContent);
  if (bytes > MAX_RESULT_BYTES) {
    throw new ToolError(
      "over_budget",
      `The result has ${bytes} bytes, more than the ${MAX_RESULT_BYTES} that fit into a conversation.`,
      { nextStep: "Ask for less: a smaller limit, or a narrower filter." },
    );
  }
  return {
    content: [{ type: "text", text: `${present(text, marker)}\n${json}` }],
    structuredContent,
  };
}

/**
 * What a tool could not do. One text block holds everything, for hosts show
 * the model nothing else of an error.
 */
export function errorResult(error: ToolError): ToolResult {
  const { code, fixBy, message, nextStep, retryAfterS, scope, requestId } =
    error;
  const marker = newMarker();
  const facts = [
    code,
    ...(retryAfterS === null ? [] : [`retry after ${retryAfterS} s`]),
    ...(requestId ? [`request ${requestId}`] : []),
  ];
  const text = `${message} ${nextStep} [${facts.join(", ")}]`;
  const structuredContent = presentAll({
    status: "error",
    performed: false,
    error: {
      code,
      fix_by: fixBy,
      message,
      next_step: nextStep,
      retry_after_s: retryAfterS,
      scope,
      request_id: requestId,
    },
  }, marker);
  return {
    content: [{ type: "text", text: present(text, marker) }],
    structuredContent,
    isError: true,
  };
}

/** A login that is needed: an error of the tool that was called. */
export function loginResult(
  { login, isNew }: LoginRequired,
  view: { endpoint: string; now: number; tool: string },
): ToolResult {
  const answer = loginAnswer(login, {
    endpoint: view.endpoint,
    now: view.now,
    isNew,
    isFull: isNew,
    thenRepeat: view.tool,
  });
  const marker = newMarker();
  return {
    content: [{ type: "text", text: present(answer.text, marker) }],
    structuredContent: presentAll({ ...answer.data }, marker),
    isError: true,
  };
}

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

function describeProblem(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.slice(0, MAX_PROBLEMS)
      .map((key) => `"${nameOf(key, 64)}"`);
    return `There is no argument ${keys.join(", ")}.`;
  }
  const name = nameOf(issue.path.map(String).join("."), 64);
  const isMissing = issue.code === "invalid_type" && issue.path.length === 1 &&
    /received undefined$/.test(issue.message);
  return isMissing
    ? `"${name}" is missing.`
    : `"${name}": ${nameOf(issue.message, 300)}.`;
}
