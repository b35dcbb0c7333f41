import type { LoginRequired } from "../auth/login.ts";
import { ToolError } from "../errors.ts";
import { newMarker, present, presentAll, startOf } from "../text.ts";
import {
  byteLength,
  type Data,
  jsonBytes,
  shownBytes,
  withinBytes,
} from "./budget.ts";
import { loginAnswer } from "./login/login_wording.ts";
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
 * `content` alone, so the text is the sentence and then the same JSON. Where
 * both are too large, the sentence gives way, for the JSON has what it says;
 * where that is too large, the words of others are cut.
 *
 * @param maxBytes of the text, and so of the JSON
 * @throws {ToolError} `over_budget` when the JSON is larger
 */
export function successResult(
  { text, data }: Answer,
  maxBytes: number,
): ToolResult {
  const marker = newMarker();
  const structuredContent = presentAll({ ...fitted(data, maxBytes) }, marker);
  const json = JSON.stringify(structuredContent);
  const bytes = byteLength(json);
  if (bytes > maxBytes) {
    throw new ToolError(
      "over_budget",
      `The result has ${bytes} bytes, more than the ${maxBytes} that fit into a conversation.`,
      { nextStep: "Ask for less: a smaller limit, or a narrower filter." },
    );
  }
  // What a person has to be told word for word is not told in part.
  const sentence = (isLogin(data) ? [Infinity] : LENGTHS)
    .map((max) => present(startOf(text, max), marker))
    .find((start) => byteLength(start) < maxBytes - bytes);
  return {
    content: [{ type: "text", text: sentence ? `${sentence}\n${json}` : json }],
    structuredContent,
  };
}

/** A login that a person has to finish. */
function isLogin(data: Data): boolean {
  return "say_to_user" in data;
}

/** The address of a login stands whole in `say_to_user`, so once is enough. */
function fitted(data: Data, maxBytes: number): Data {
  return isLogin(data) && shownBytes(data) > maxBytes
    ? { ...data, authorization_url: null, verification_uri_complete: null }
    : withinBytes(data, maxBytes);
}

/** Characters of a text, of which the first that fit are taken. */
const LENGTHS = [Infinity, 4000, 2000, 1000, 500, 250] as const;

/**
 * What a tool could not do. One text block holds everything, for hosts show
 * the model nothing else of an error. Long words of others are cut to fit.
 *
 * @param maxBytes of the text, and of the JSON
 */
export function errorResult(error: ToolError, maxBytes: number): ToolResult {
  return LENGTHS.values().map((max) => showError(error, max))
    .find((result) => isWithin(result, maxBytes)) ?? showError(error, 80);
}

function isWithin(result: ToolResult, maxBytes: number): boolean {
  return jsonBytes(result.structuredContent) <= maxBytes &&
    result.content.every(({ text }) => byteLength(text) <= maxBytes);
}

/** @param max characters of each sentence */
function showError(error: ToolError, max: number): ToolResult {
  const { code, fixBy, retryAfterS, scope, requestId } = error;
  const message = startOf(error.message, max);
  const nextStep = startOf(error.nextStep, max);
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
  view: { endpoint: string; now: number; tool: string; maxBytes: number },
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
    structuredContent: presentAll(
      { ...fitted(answer.data, view.maxBytes) },
      marker,
    ),
    isError: true,
  };
}
