import { createHash } from "node:crypto";
import { rowKey } from "../plane/row_key.ts";
import type { RunKey } from "../plane/workflow/actions.ts";

const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
const ACTION_LENGTH = 25;
const SHARD_LENGTH = 2;

/** The name the SDK would draw for an action; the same for every seed. */
export function actionName(run: RunKey, label: string): string {
  return draw(rowKey(keyOf(run), label), ACTION_LENGTH);
}

/** The folder under the storage prefix that spreads outputs over a bucket. */
export function outputShard(run: RunKey, action: string): string {
  return draw(rowKey("outputs", keyOf(run), action), SHARD_LENGTH);
}

function keyOf({ project, domain, name }: RunKey): string {
  return rowKey(project, domain, name);
}

function draw(seed: string, length: number): string {
  const bytes = createHash("sha256").update(seed).digest();
  return Array.from(
    bytes.subarray(0, length),
    (byte) => ALPHABET.charAt(byte % ALPHABET.length),
  ).join("");
}
