/** What an issuer refuses with; RFC 6749 section 5.2. */
export interface Refusal {
  /** `null` where it gives no reason that OAuth knows. */
  readonly error: string | null;
  readonly description: string | null;
}

type Body = Readonly<Record<string, unknown>>;

/** A reason as OAuth spells it; others, such as Okta's `E0000006`, are told. */
const OAUTH_WORD = /^[a-z][a-z0-9_]*$/;

/** The JSON object that a text is, or `null`. */
export function parseObject(text: string): Body | null {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null &&
      !Array.isArray(value);
    // What JSON.parse gives as an object has strings for keys.
    return isObject ? value as Body : null;
  } catch {
    return null;
  }
}

/** Whether a body brings what was asked for. */
export function isGrant(body: Body): boolean {
  return "access_token" in body || "device_code" in body;
}

/**
 * Finds reason and description under the names in use: OAuth's, Google's
 * `error_code`, Okta's `errorCode` and `errorSummary`, and the `message` of
 * other APIs.
 */
export function refusalIn(body: Body): Refusal {
  const { error, error_code, errorCode } = body;
  const reasons = [error, error_code, errorCode].filter(isText);
  const word = reasons.find((reason) => OAUTH_WORD.test(reason)) ?? null;
  const nested: unknown = typeof error === "object" && error !== null
    ? Reflect.get(error, "message")
    : null;
  const { error_description, errorSummary, message } = body;
  const said = [error_description, errorSummary, message, nested].find(isText);
  const odd = word === null ? reasons[0] : null;
  const description = [odd, said].filter(isText).join(": ");
  return { error: word, description: description || null };
}

/**
 * Spells a grant as the RFCs do. What is empty, or not used here, is dropped,
 * so that nothing in it can be found wrong.
 */
export function normalized(body: Body): Body {
  const { id_token: _, scope: __, ...rest } = body;
  const grant = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== null && value !== ""),
  );
  for (const name of ["expires_in", "interval"]) {
    const value = grant[name];
    const isNumber = typeof value === "number" || isText(value);
    const seconds = isNumber ? Number(value) : NaN;
    // Zero means "not said", and so does whatever is no number.
    if (Number.isFinite(seconds) && seconds > 0) grant[name] = seconds;
    else delete grant[name];
  }
  // Google's name, and that of Entra's first version.
  grant.verification_uri ??= grant.verification_url;
  if ("access_token" in grant) grant.token_type ??= "bearer";
  return grant;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
