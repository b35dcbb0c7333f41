const UNIT_NS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  "µs": 1e3,
  "μs": 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3_600e9,
};

const TERM = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** A duration as Go prints it: `1h30m0s`, `1.5s`, `250ms`. */
export function goDuration(ms: number): string {
  if (ms === 0) return "0s";
  const sign = ms < 0 ? "-" : "";
  const rest = Math.abs(ms);
  if (rest < 1) return `${sign}${trim(rest * 1_000)}µs`;
  if (rest < 1_000) return `${sign}${trim(rest)}ms`;
  const hours = Math.floor(rest / 3_600_000);
  const minutes = Math.floor(rest / 60_000) % 60;
  const seconds = trim((rest % 60_000) / 1_000);
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}s`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}s` : `${sign}${seconds}s`;
}

function trim(value: number): string {
  return String(Number(value.toFixed(9)));
}

/** Nanoseconds of a text in Go's syntax, or `undefined` where it does not parse. */
export function parseGoDuration(text: string): number | undefined {
  const sign = text.startsWith("-") ? -1 : 1;
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return 0;
  const terms = [...body.matchAll(TERM)];
  if (terms.length === 0 || terms.map(([all]) => all).join("") !== body) {
    return undefined;
  }
  const total = terms.reduce(
    (sum, [, amount, unit]) =>
      sum + Number(amount) * (UNIT_NS[unit ?? ""] ?? 0),
    0,
  );
  return sign * Math.round(total);
}
