/** A sandbox may run for days, and only the latest requests are ever read. */
const MAX_LOGGED = 10_000;

/** Adds to a log in place, dropping the oldest entry when it is full. */
export function logRequest<Entry>(log: Entry[], entry: Entry): void {
  if (log.length >= MAX_LOGGED) log.shift();
  log.push(entry);
}
