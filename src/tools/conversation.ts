import type { AuthStatus } from "../auth/authenticator.ts";

/** What the server remembers between calls, whichever connection they come by. */
export interface Conversation {
  /** The tool that a login kept from working. */
  blockedTool: string | null;
  /**
   * When the person declined to log in, in milliseconds since the epoch;
   * `null`: not since `login` was called.
   */
  declinedAt: number | null;
  /** Signs what hosts carry back to this process: 32 random bytes. */
  readonly signingKey: Uint8Array;
}

/** A conversation in which nothing has been said yet. */
export function newConversation(): Conversation {
  return {
    blockedTool: null,
    declinedAt: null,
    signingKey: crypto.getRandomValues(new Uint8Array(32)),
  };
}

/** Whether the person declined to log in, and has not logged in since. */
export function hasDeclined(
  { declinedAt }: Conversation,
  { token }: AuthStatus,
): boolean {
  return declinedAt !== null && (token?.obtainedAt ?? -Infinity) < declinedAt;
}
