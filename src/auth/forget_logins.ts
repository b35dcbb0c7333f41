import type { LoginStore } from "./store/login_store.ts";
import type { Token } from "./token.ts";

/**
 * Forgets every login to an endpoint, whoever its issuer and client are, and
 * gives up those that are pending, in all processes that share the store.
 *
 * @returns the tokens, for their revocation, and how many logins were pending
 */
export async function forgetLogins(
  { logins, endpoint }: { logins: LoginStore; endpoint: string },
  signal: AbortSignal,
): Promise<{ tokens: Token[]; flows: number }> {
  const tokens: Token[] = [];
  let flows = 0;
  for (const identity of await logins.identities(endpoint)) {
    await logins.update(identity, { signal }, async ({ record, write }) => {
      if (!record) return;
      const { kept, flow } = record;
      if (kept) tokens.push(kept.token);
      if (flow) flows++;
      await write({
        ...{ ...record, kept: null, flow: null, renewingSince: null },
        ended: flow ? { flow: flow.id, outcome: "cancelled" } : record.ended,
      });
    });
  }
  return { tokens, flows };
}
