import { ResponseBodyError } from "oauth4webapi";
import { NetworkError } from "../http/network_error.ts";
import { retryAfterOf } from "../http/retry_after.ts";
import { readText } from "../http/unexpected_response.ts";

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

  constructor(
    { status, retryAfterS, cause }: {
      status: number | null;
      retryAfterS: number | null;
      cause?: unknown;
    },
  ) {
    super("The issuer is not available", { cause });
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/**
 * Makes an issuer's answer fit for strict validation, for issuers differ:
 * `expires_in` as text, no `token_type`, an `id_token` nobody asked for.
 *
 * @throws {IssuerUnavailable} for 408, 429, 5xx and bodies that are not JSON
 * @throws {OAuthError} for other refusals without a JSON body
 */
export async function readIssuerAnswer(response: Response): Promise<Response> {
  const { status } = response;
  const text = await readText(response);
  const body = parseObject(text);
  const busy = status === 408 || status === 429 || status >= 500;
  if (busy || (body === null && status < 400)) {
    throw new IssuerUnavailable({
      status,
      retryAfterS: retryAfterOf(response),
    });
  }
  if (body === null || (status >= 400 && typeof body.error !== "string")) {
    throw new OAuthError(`http_${status}`, { description: null, status });
  }
  if (typeof body.expires_in === "string") {
    body.expires_in = Number(body.expires_in) || undefined;
  }
  if ("access_token" in body) {
    body.token_type ??= "bearer";
    delete body.id_token;
  }
  return Response.json(body, { status });
}

/** oauth4webapi's refusals as ours, which name the error and nothing secret. */
export async function checked<T>(processed: Promise<T>): Promise<T> {
  try {
    return await processed;
  } catch (error) {
    if (error instanceof ResponseBodyError) {
      throw new OAuthError(error.error, {
        description: error.error_description ?? null,
        status: error.status,
      });
    }
    throw new OAuthError("invalid_response", {
      description: null,
      status: 200,
      cause: error,
    });
  }
}

/** Whether another way of presenting the client's secret may work. */
export function isClientRefusal(error: unknown): boolean {
  return error instanceof OAuthError &&
    (error.status === 401 || error.error === "invalid_client");
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

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null &&
      !Array.isArray(value);
    return isObject ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
