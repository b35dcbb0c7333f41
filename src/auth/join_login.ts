import type { AuthenticatorOptions } from "./authenticator.ts";
import type { ClientConfig } from "./client_config.ts";
import type { Flow, LoginMethodName, PendingLogin } from "./login.ts";
import { type LoginChoice, withNote } from "./login_choice.ts";
import { loginCancelled } from "./login_failures.ts";
import type { CredentialIdentity } from "./store/credential_identity.ts";
import { type KeptToken, newRecord } from "./store/login_record.ts";
import type { Slot } from "./store/login_store.ts";
import { isDue, isSameToken } from "./token.ts";

/** What a login is begun with. */
export interface BeginOptions {
  /** Whether the person asked, so that a denial is past. */
  readonly again: boolean;
  /** The method that the conversation chose. */
  readonly method?: LoginMethodName | null;
  /** The token that is of no use any more. */
  readonly previous: KeptToken | null;
  /** A sentence for the person on why there is a login. */
  readonly note: string | null;
}

/** What came of beginning a login. */
export type Begun =
  /** Another process has the token by now. */
  | { readonly kind: "token"; readonly kept: KeptToken }
  | {
    readonly kind: "pending";
    readonly login: PendingLogin;
    /** Whether this process shows it for the first time. */
    readonly isNew: boolean;
  };

/** What there is to go on with. */
export type Joined =
  /** Another process has the token by now. */
  | { readonly kind: "token"; readonly kept: KeptToken }
  | {
    readonly kind: "flow";
    readonly flow: Flow;
    /** Whether it was started earlier, in whichever process. */
    readonly isResumed: boolean;
  };

/**
 * Takes the token that another process has got, joins the login that is
 * pending, or starts one; under the lock, so that there is never a second
 * code.
 *
 * @throws {ToolError} `grant_not_allowed` when no method works here
 */
export async function joinLogin(
  { record, write }: Slot,
  { method = null, previous, note, ...options }: JoinOptions,
): Promise<Joined> {
  const { choice, clock, identity } = options;
  const kept = record?.kept;
  const isOther = kept && !isSameToken(kept.token, previous?.token ?? null);
  if (isOther && !isDue(kept.token, clock.now())) {
    return { kind: "token", kept };
  }
  const pending = record?.flow;
  const fits = pending && pending.login.expiresAt > clock.now() &&
    (method === null || method === pending.method);
  if (fits) return { kind: "flow", flow: pending, isResumed: true };
  const flow = withNote(await choice.begin(options, method), note);
  if (options.left.aborted) throw loginCancelled();
  await write({ ...record ?? newRecord(identity), flow, ended: null });
  return { kind: "flow", flow, isResumed: false };
}

interface JoinOptions extends
  BeginOptions,
  Pick<
    AuthenticatorOptions,
    "fetch" | "clock" | "endpoint"
  > {
  readonly choice: LoginChoice;
  readonly config: ClientConfig;
  readonly identity: CredentialIdentity;
  readonly signal: AbortSignal;
  /** Aborted when whoever asked wants no login any more. */
  readonly left: AbortSignal;
}
