import type { Patient } from "./subject.ts";

/** One answer of whatever answers at the endpoint. */
export interface Greeting {
  readonly status: number;
  /** Its `date` header, in milliseconds since the epoch. */
  readonly date: number | null;
  readonly sentAt: number;
  readonly receivedAt: number;
}

/** Asks for the endpoint's own page, anonymously, to see who answers. */
export async function greet(
  { machine: { fetch, clock }, endpoint }: Patient,
  signal: AbortSignal,
): Promise<Greeting> {
  const sentAt = clock.now();
  const response = await fetch(endpoint.value, { signal });
  const receivedAt = clock.now();
  await response.body?.cancel();
  const date = Date.parse(response.headers.get("date") ?? "");
  return {
    status: response.status,
    date: Number.isNaN(date) ? null : date,
    sentAt,
    receivedAt,
  };
}
