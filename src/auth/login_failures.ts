import { ToolError } from "../errors.ts";

/** A code that nobody used in time. */
export function loginExpired(): ToolError {
  return new ToolError(
    "login_expired",
    "The code expired before anybody used it.",
    {
      nextStep:
        "Ask the person whether they are ready, then call login for a new code.",
    },
  );
}

/** A login that went wrong while the person was at it. */
export function loginFailed(error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  return new ToolError(
    "unavailable",
    "The login failed in a way that should not happen.",
    { nextStep: "Call login for a new code.", cause: error },
  );
}

/** A login whose issuer takes its time. */
export function loginStarting(): ToolError {
  return new ToolError(
    "login_starting",
    "A login was asked for, and the issuer has not answered yet.",
    { nextStep: "Ask again in 5 seconds.", retryAfterS: 5 },
  );
}

/** A login that the person refused on the issuer's page. */
export function loginDenied(): ToolError {
  return new ToolError(
    "login_denied",
    "The login was denied on the issuer's page.",
    {
      nextStep:
        "Do not ask the person again unless they bring it up; then call login for a new code.",
    },
  );
}
