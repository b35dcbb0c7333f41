import type { Secret } from "../config/secret.ts";
import type { AuthenticatorOptions } from "./authenticator.ts";
import type { ClientConfig } from "./client_config.ts";
import { issuerFailure } from "./failures.ts";
import { Issuer } from "./issuer.ts";
import { IssuerUnavailable, OAuthError } from "./issuer_answer.ts";
import type { CredentialIdentity } from "./store/credential_identity.ts";
import { type KeptToken, newRecord } from "./store/login_record.ts";
import type { Slot } from "./store/login_store.ts";
import { isDue, isSameToken, type Token, toToken } from "./token.ts";

/** Bound on the call; a rotating token that is spent must not be lost early. */
const TIMEOUT_MS = 10_000;

/** What came of a renewal without a person. */
export interface Renewed {
  /** `null`: a person has to log in. */
  readonly kept: KeptToken | null;
  /** A sentence on why a person has to, where that is not plain. */
  readonly note: string | null;
}

/** What a renewal needs. */
export interface RenewalOptions extends
  Pick<
    AuthenticatorOptions,
    "fetch" | "clock"
  > {
  readonly identity: CredentialIdentity;
  readonly config: ClientConfig;
  /** The token that was refused or is about to run out. */
  readonly previous: KeptToken | null;
  /** Of a confidential client. */
  readonly secret: Secret | null;
  readonly signal: AbortSignal;
}

/**
 * Renews a kept token, under its lock: takes the one that another process has
 * got in the meantime, else spends the refresh token. The record says
 * beforehand that this is going on, so that whoever comes after a process that
 * was ended in the middle knows why the refresh token is spent.
 *
 * @throws {ToolError} `unavailable` when the issuer cannot be asked: nothing
 * is forgotten then
 */
export async function renewKept(
  { record, write }: Slot,
  options: RenewalOptions,
): Promise<Renewed> {
  const { identity, previous, clock } = options;
  const kept = record === null ? previous : record.kept;
  if (!kept) return { kept: null, note: null };
  const isOther = !isSameToken(kept.token, previous?.token ?? null);
  if (isOther && !isDue(kept.token, clock.now())) return { kept, note: null };
  const { refreshToken } = kept.token;
  if (!refreshToken) return { kept: null, note: null };
  const base = { ...record ?? newRecord(identity), kept };
  await write({ ...base, renewingSince: clock.now() });
  try {
    const token = await refresh(kept.token, refreshToken, options);
    const renewed = { ...kept, token };
    await write({ ...base, kept: renewed, renewingSince: null });
    return { kept: renewed, note: null };
  } catch (error) {
    const answered = error instanceof OAuthError ||
      error instanceof IssuerUnavailable && error.status !== null;
    const isDead = error instanceof OAuthError &&
      error.error === "invalid_grant";
    if (answered) {
      const after = isDead ? null : kept;
      await write({ ...base, kept: after, renewingSince: null });
    }
    if (!(error instanceof OAuthError)) throw issuerFailure(error, options);
    const cutOff = isDead && base.renewingSince !== null;
    return { kept: null, note: cutOff ? CUT_OFF : null };
  }
}

const CUT_OFF =
  "The login before is lost, probably because a process was ended, or the network cut, in the middle of renewing it.";

/** Spends a refresh token. @see RFC 6749 section 6 */
async function refresh(
  previous: Token,
  refreshToken: Secret,
  { config, fetch, clock, secret, signal }: RenewalOptions,
): Promise<Token> {
  const response = await new Issuer(config, fetch).refresh(refreshToken, {
    secret,
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  return toToken(response, { now: clock.now(), previous });
}
