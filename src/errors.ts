/**
 * What a tool answers when it cannot do its job. The codes are closed; each
 * says who can act.
 */
export type FixBy = "agent" | "retry" | "person" | "admin";

/** Every error code an agent can meet, with who can act on it. */
export const FIX_BY = {
  invalid_argument: "agent",
  not_found: "agent",
  ambiguous: "agent",
  scope_missing: "agent",
  different_endpoint: "agent",
  run_finished: "agent",
  over_budget: "agent",
  unavailable: "retry",
  rate_limited: "retry",
  timeout: "retry",
  login_starting: "retry",
  refresh_busy: "retry",
  login_required: "person",
  login_declined: "person",
  login_denied: "person",
  login_expired: "person",
  credentials_required: "person",
  not_configured: "person",
  config_invalid: "person",
  config_conflict: "person",
  permission_missing: "person",
  endpoint_unreachable: "person",
  tls_untrusted: "person",
  not_flyte_endpoint: "person",
  sso_redirect: "person",
  command_failed: "person",
  person_required: "person",
  declined: "person",
  confirmation_unavailable: "person",
  permission_denied: "admin",
  token_rejected: "admin",
  grant_not_allowed: "admin",
  unimplemented: "admin",
} as const satisfies Record<string, FixBy>;

/** One of the closed error codes. */
export type ErrorCode = keyof typeof FIX_BY;

/** The facts of an error beside its code and message. */
export interface ToolErrorOptions {
  /** What to do now: a full sentence. */
  nextStep: string;
  /** Seconds to wait before trying again, where the server said so. */
  retryAfterS?: number | null;
  /** The `x-request-id` of the call that failed. */
  requestId?: string | null;
  /** The scope the call acted on, as echoed in results. */
  scope?: Record<string, unknown> | null;
  /** What this error was made from; never shown. */
  cause?: unknown;
}

/**
 * An error that an agent or a person reads: `message` says what happened and
 * why, `nextStep` what to do. Text that others wrote stands in `quote()`.
 */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: ErrorCode;
  readonly nextStep: string;
  readonly retryAfterS: number | null;
  readonly scope: Record<string, unknown> | null;
  requestId: string | null;

  constructor(code: ErrorCode, message: string, options: ToolErrorOptions) {
    super(message, { cause: options.cause });
    this.code = code;
    this.nextStep = options.nextStep;
    this.retryAfterS = options.retryAfterS ?? null;
    this.requestId = options.requestId ?? null;
    this.scope = options.scope ?? null;
  }

  /** Who can act on this error. */
  get fixBy(): FixBy {
    return FIX_BY[this.code];
  }
}
