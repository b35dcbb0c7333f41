/** The three forms of a date, RFC 9110 section 5.6.7; all are in GMT. */
const DATES: readonly RegExp[] = [
  /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]+, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/,
  /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/,
];

/**
 * `Retry-After` in seconds. A date counts from the server's own, or from `now`
 * where it says none; one that is past means at once.
 *
 * @param now milliseconds since the epoch; `null`: not known
 * @returns `null` when there is none, or nothing that can be read
 * @see RFC 9110 section 10.2.3
 */
export function retryAfterOf(
  { headers }: { headers: Headers },
  now: number | null = null,
): number | null {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d+$/.test(value)) return finite(Number(value));
  const until = dateOf(value);
  if (until === null) return null;
  const from = dateOf(headers.get("date")?.trim() ?? "") ?? now;
  if (from === null) return null;
  return Math.max(0, Math.ceil((until - from) / 1000));
}

/** Milliseconds since the epoch. */
function dateOf(text: string): number | null {
  if (!DATES.some((form) => form.test(text))) return null;
  return finite(Date.parse(text.endsWith("GMT") ? text : `${text} GMT`));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
