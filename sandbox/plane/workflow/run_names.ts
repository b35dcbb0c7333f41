import type { Micros } from "../clock.ts";
import { invalidArgument } from "../list/sql_error.ts";

const MAX_LENGTH = 30;
const GENERATED_LENGTH = 19;
/** Letters and digits that form no words, as Kubernetes draws them. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/**
 * Refuses a run name that cannot become part of Kubernetes' names.
 *
 * @throws {ConnectError} `invalid_argument`
 */
export function checkRunName(name: string): void {
  const refuse = (why: string) =>
    invalidArgument(`invalid run name ${JSON.stringify(name)}: ${why}`);
  if (new TextEncoder().encode(name).length > MAX_LENGTH) {
    throw refuse(`must be no more than ${MAX_LENGTH} characters`);
  }
  if (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)) return;
  throw refuse(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', " +
      "start with an alphabetic character, and end with an alphanumeric character " +
      "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')",
  );
}

/** A run name drawn from the time of its creation, which no other run shares. */
export function generateRunName(time: Micros): string {
  let state = BigInt(time);
  let name = "r";
  for (let i = 0; i < GENERATED_LENGTH; i++) {
    // Knuth's MMIX generator: neighbouring times give unlike names.
    state = BigInt.asUintN(
      64,
      state * 6364136223846793005n + 1442695040888963407n,
    );
    name += ALPHABET[Number((state >> 33n) % BigInt(ALPHABET.length))];
  }
  return name;
}
