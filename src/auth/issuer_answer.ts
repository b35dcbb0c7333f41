import { NetworkError } from "../http/network_error.ts";
import { retryAfterOf } from "../http/retry_after.ts";
import { readText } from "../http/unexpected_response.ts";
import {
  isGrant,
  normalized,
  parseObject,
  type Refusal,
  refusalIn,
} from "./issuer_body.ts";

/** The issuer refused, in the words of RFC 6749 section 5.2. */
export class OAuthError extends Error {
  override readonly name = "OAuthError";
  /** For example `access_denied`, or `http_404` when it gave no reason. */
  readonly error: string;
  readonly description: string | null;
  readonly status: number;

  constructor(
    error: string,
    { description, status, cause }: {
      description: string | null;
      status: number;
      cause?: unknown;
    },
  ) {
    super(`The issuer answered ${error}`, { cause });
    this.error = error;
    this.description = description;
    this.status = status;
  }
}

/** The issuer could not be asked; trying again may help. */
export class IssuerUnavailable extends Error {
  override readonly name = "IssuerUnavailable";
  /** Seconds to wait, where the issuer says so. */
  readonly retryAfterS: number | null;
  /** HTTP status, or `null` when no answer came. */
  readonly status: number | null;
  /** Whether it asks for fewer requests. */
  readonly isLimit: boolean;

  constructor(
    { status, retryAfterS, isLimit = false, cause }: {
      status: number | null;
      retryAfterS: number | null;
      isLimit?: boolean;
      cause?: unknown;
    },
  ) {
    super("The issuer is not available", { cause });
    this.status = status;
    this.retryAfterS = retryAfterS;
    this.isLimit = isLimit;
  }

  /** Whether somebody has to mend something first, such as a certificate. */
  get isLasting(): boolean {
    return this.cause instanceof NetworkError && this.cause.isLasting;
  }
}

/** What a poll may hear, whatever the status: Auth0's `slow_down` is a 429. */
const POLL_WORDS = /^(authorization_pending|slow_down)$/;

/** "Fewer requests" under a status of its own, as Google's 403. */
const LIMITS = /^(rate_limit_exceeded|too_many_requests)$/;

/** Denials that were not the person's doing, in the words of Okta. */
const POLICY = /policy evaluation failed|not assigned to the client/i;

/**
 * Makes an issuer's answer fit for strict validation, for issuers differ:
 * numbers as text, members that are empty, `verification_url`, no `token_type`,
 * an `id_token` nobody asked for. Refusals are thrown, in whatever shape they
 * come.
 *
 * @throws {IssuerUnavailable} for 408, 429, 5xx, bodies that are not JSON, and
 * refusals that mean "later"
 * @throws {OAuthError} for other refusals; without a reason it is `http_404`
 */
export async function readIssuerAnswer(response: Response): Promise<Response> {
  const { status } = response;
  const body = parseObject(await readText(response));
  if (body && status < 300 && isGrant(body)) {
    return Response.json(normalized(body));
  }
  const { error, description } = refusalIn(body ?? {});
  const isLimit = status === 429 || LIMITS.test(error ?? "");
  const isRefusal = status >= 400 || error !== null;
  if (!isRefusal || isLater(status, error)) {
    const retryAfterS = retryAfterOf(response);
    throw new IssuerUnavailable({ status, retryAfterS, isLimit });
  }
  throw new OAuthError(error ?? `http_${status}`, { description, status });
}

/** The library's refusal of an answer as ours, which has nothing secret. */
export async function checked<T>(processed: Promise<T>): Promise<T> {
  try {
    return await processed;
  } catch (error) {
    throw new OAuthError("invalid_response", {
      description: null,
      status: 200,
      cause: error,
    });
  }
}

/**
 * Whether another way of presenting the client's secret may work. Keycloak and
 * Auth0 refuse a wrong secret with 401 and a word of their own.
 */
export function isClientRefusal(error: unknown): boolean {
  return error instanceof OAuthError &&
    (error.error === "invalid_client" || error.status === 401 &&
        /^(unauthorized_client|access_denied|http_401)$/.test(error.error));
}

/**
 * Whether the person said no: `access_denied`, or Entra's word for it. Okta
 * says the same when a policy does, and only the description tells.
 */
export function isPersonsDenial({ error, description }: Refusal): boolean {
  return /^(access_denied|authorization_declined)$/.test(error ?? "") &&
    !POLICY.test(description ?? "");
}

/** A failed call to the issuer, as {@linkcode IssuerUnavailable}. */
export function toIssuerUnavailable(error: unknown): unknown {
  const late = error instanceof DOMException && error.name === "TimeoutError";
  if (!late && !(error instanceof NetworkError)) return error;
  return new IssuerUnavailable({
    status: null,
    retryAfterS: null,
    cause: error,
  });
}

/** Whether asking again may help. */
function isLater(status: number, error: string | null): boolean {
  if (POLL_WORDS.test(error ?? "")) return false;
  const isBusy = status === 408 || status === 429 || status >= 500;
  return isBusy || LIMITS.test(error ?? "") ||
    error === "temporarily_unavailable";
}
