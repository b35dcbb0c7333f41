import type { Secrets } from "../plane/kubernetes/secrets.ts";
import { SEEDED } from "./seeded.ts";

const DAY_MICROS = 86_400_000_000;
const MICROS_PER_MS = 1_000;

/**
 * Leaves the secrets that tasks ask for, and some more.
 *
 * @param now milliseconds since 1970
 */
export function leaveSecrets(secrets: Secrets, now: number): void {
  for (const [index, key] of SEEDED.secrets.entries()) {
    const createdAt = Math.floor(now * MICROS_PER_MS) -
      (index + 1) * DAY_MICROS;
    secrets.create({ ...key, createdAt });
  }
}
