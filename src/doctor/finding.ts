import { LoginRequired } from "../auth/login.ts";
import { OAuthError } from "../auth/issuer_answer.ts";
import { toToolError } from "../client/failures/failures.ts";
import type { EndpointView } from "../client/failures/unreachable.ts";
import type { ToolError } from "../errors.ts";

/** How a check came out. */
export type Status = "ok" | "warn" | "fail" | "skipped";

/** What a check found. */
export interface Finding {
  readonly status: Status;
  /** Full sentences; text that others wrote stands in `quote()`. */
  readonly message: string;
  /** What to do; `null`: nothing. */
  readonly nextStep: string | null;
  /** A few words for an admin: no secrets, no paths, no names of people. */
  readonly forAdmin: string | null;
  /** The `x-request-id` of the call that failed. */
  readonly requestId: string | null;
}

/** All is well. */
export function ok(message: string): Finding {
  return { ...NOTHING, status: "ok", message };
}

/** Nothing was looked at, and why. */
export function skipped(message: string): Finding {
  return { ...NOTHING, status: "skipped", message };
}

/** It works, but somebody should know. */
export function warn(message: string, nextStep: string): Finding {
  return { ...NOTHING, status: "warn", message, nextStep };
}

/** It does not work. */
export function fail(
  message: string,
  nextStep: string,
  forAdmin: string | null = null,
): Finding {
  return { ...NOTHING, status: "fail", message, nextStep, forAdmin };
}

/** What an error means, in the words that tools have for it. */
export function failed(error: unknown, view: EndpointView): Finding {
  const known = toToolError(error, view);
  if (known instanceof LoginRequired) {
    return warn("A person has to log in.", "Call login.");
  }
  const { message, nextStep, requestId } = known;
  return {
    ...fail(message, nextStep, reasonOf(known)),
    requestId,
  };
}

const NOTHING = { nextStep: null, forAdmin: null, requestId: null } as const;

/** The error's code, and the issuer's own word where there is one. */
export function reasonOf(error: ToolError): string {
  for (let at: unknown = error.cause; at instanceof Error; at = at.cause) {
    // Only a word of OAuth's kind: what else an issuer says is for the person.
    if (at instanceof OAuthError && /^[a-z][a-z0-9_]{1,40}$/.test(at.error)) {
      return `${error.code}: ${at.error}`;
    }
  }
  return error.code;
}
