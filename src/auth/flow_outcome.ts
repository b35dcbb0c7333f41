import { ToolError } from "../errors.ts";
import type { Flow, LoginOutcome } from "./login.ts";
import { loginFailedElsewhere, type LoginFailure } from "./login_failures.ts";
import type { CredentialIdentity } from "./store/credential_identity.ts";
import {
  type KeptToken,
  type LoginRecord,
  newRecord,
} from "./store/login_record.ts";
import type { LoginStore } from "./store/login_store.ts";

/** How a flow ended, in whichever process. */
export type FlowOutcome =
  | { readonly kind: "token"; readonly kept: KeptToken }
  | { readonly kind: "ended"; readonly outcome: LoginOutcome }
  | { readonly kind: "failed"; readonly error: LoginFailure };

/** A token that a person has just approved is worth waiting for. */
const WAIT_MS = 60_000;

/** What the record says of a flow; `null`: it is pending. */
export function outcomeOf(
  { id, login }: Flow,
  { flow, kept, ended }: LoginRecord,
): FlowOutcome | null {
  if (flow?.id === id) return null;
  if (kept && kept.token.obtainedAt >= login.startedAt) {
    return { kind: "token", kept };
  }
  if (ended?.flow !== id) return { kind: "ended", outcome: "cancelled" };
  const { outcome } = ended;
  return outcome === "failed"
    ? { kind: "failed", error: loginFailedElsewhere(login.issuerHost) }
    : { kind: "ended", outcome };
}

/**
 * Keeps what came of a flow, before anybody is told.
 *
 * @returns the same, or what another process has made of it in the meantime
 */
export async function keepOutcome(
  outcome: FlowOutcome,
  { flow, identity, logins }: {
    flow: Flow;
    identity: CredentialIdentity;
    logins: LoginStore;
  },
): Promise<FlowOutcome> {
  const { signal } = new AbortController();
  try {
    const options = { signal, waitMs: WAIT_MS };
    return await logins.update(identity, options, async (slot) => {
      const { record, write } = slot;
      const other = record && outcomeOf(flow, record);
      if (other) return other;
      await write(recordOf(outcome, flow, record ?? newRecord(identity)));
      return outcome;
    });
  } catch (error) {
    // The lock was not to be had: this process has the token all the same.
    if (error instanceof ToolError) return outcome;
    throw error;
  }
}

function recordOf(
  outcome: FlowOutcome,
  { id }: Flow,
  before: LoginRecord,
): LoginRecord {
  if (outcome.kind === "token") {
    return { ...newRecord(before.identity), kept: outcome.kept };
  }
  const how = outcome.kind === "ended" ? outcome.outcome : "failed";
  return { ...before, flow: null, ended: { flow: id, outcome: how } };
}
