/** `Retry-After` in seconds; RFC 9110 section 10.2.3 also allows a date. */
export function retryAfterOf(
  { headers }: { headers: Headers },
): number | null {
  const value = headers.get("retry-after");
  if (value === null) return null;
  const seconds = /^\d+$/.test(value)
    ? Number(value)
    : (Date.parse(value) - Date.parse(headers.get("date") ?? "")) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : null;
}
