import type { Micros } from "../clock.ts";
import type { Cell, ColumnType } from "./columns.ts";
import { sqlError } from "./sql_error.ts";

const DAY_MS = 86_400_000;
const TRUE = /^(t|tr|tru|true|y|ye|yes|on|1)$/;
const FALSE = /^(f|fa|fal|fals|false|n|no|of|off|0)$/;
const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:\.(\d{1,9}))?)?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i;

/** Where a value stands: what its SQL error says and what "yesterday" means. */
export interface LiteralContext {
  readonly doing: string;
  readonly now: Micros;
}

/** A filter's value, always text, as PostgreSQL reads it for a column of that type. */
export function parseLiteral(
  value: string,
  type: ColumnType,
  { doing, now }: LiteralContext,
): Cell {
  switch (type) {
    case "text":
    case "missing":
      return value;
    case "integer": {
      if (/^\s*[+-]?\d+\s*$/.test(value)) return Number(value);
      throw sqlError(
        doing,
        `invalid input syntax for type integer: "${value}" (SQLSTATE 22P02)`,
      );
    }
    case "boolean": {
      const word = value.trim().toLowerCase();
      if (TRUE.test(word)) return true;
      if (FALSE.test(word)) return false;
      throw sqlError(
        doing,
        `invalid input syntax for type boolean: "${value}" (SQLSTATE 22P02)`,
      );
    }
    case "timestamp": {
      const time = parseTime(value.trim(), now);
      if (time !== undefined) return time;
      throw sqlError(
        doing,
        `invalid input syntax for type timestamp with time zone: "${value}" (SQLSTATE 22007)`,
      );
    }
  }
}

function parseTime(value: string, now: Micros): Micros | undefined {
  const midnight = Math.floor(now / 1000 / DAY_MS) * DAY_MS * 1000;
  switch (value.toLowerCase()) {
    case "now":
      return now;
    case "today":
      return midnight;
    case "yesterday":
      return midnight - DAY_MS * 1000;
    case "tomorrow":
      return midnight + DAY_MS * 1000;
    case "epoch":
      return 0;
    case "infinity":
      return Infinity;
    case "-infinity":
      return -Infinity;
  }
  const match = TIME.exec(value);
  if (!match) return undefined;
  const [, date, clock = "00:00", fraction = "", zone = "Z"] = match;
  const seconds = clock.length === 5 ? `${clock}:00` : clock;
  const ms = Date.parse(`${date}T${seconds}${isoZone(zone)}`);
  if (Number.isNaN(ms)) return undefined;
  return ms * 1000 + Math.round(Number(`0.${fraction || "0"}`) * 1_000_000);
}

function isoZone(zone: string): string {
  if (/^(z|utc)$/i.test(zone)) return "Z";
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  return `${zone[0]}${digits.slice(0, 2)}:${digits.slice(2)}`;
}
