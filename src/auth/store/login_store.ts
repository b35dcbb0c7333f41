import type { CredentialIdentity } from "./credential_identity.ts";
import type { LoginRecord } from "./login_record.ts";

/** A record under the lock. */
export interface Slot {
  /** `null`: there is none yet. */
  readonly record: LoginRecord | null;
  /** Resolves when it will survive the end of this process. */
  write(record: LoginRecord): Promise<void>;
}

/** How long others are waited for. */
export interface UpdateOptions {
  readonly signal: AbortSignal;
  /** @default {15000} */
  readonly waitMs?: number;
}

/** Where logins are kept, for `auth_status`. */
export interface StorePlace {
  /** For example a folder, or `memory of this process`. */
  readonly kept: string;
  /** A sentence on why it is not where it was asked for. */
  readonly note: string | null;
}

/** Keeps one record for each credential identity. */
export interface LoginStore {
  /** Where logins are kept as far as is known now. */
  readonly place: StorePlace;

  /**
   * Sees whether logins can be kept there, and leaves nothing behind.
   *
   * @returns a sentence on why not; `null`: they can
   */
  check(): Promise<string | null>;

  /** The identities that have a record, for this endpoint's origin. */
  identities(endpoint: string): Promise<readonly CredentialIdentity[]>;

  /** The record as it was written last; `null`: there is none. */
  read(identity: CredentialIdentity): Promise<LoginRecord | null>;

  /**
   * Reads and writes a record while no other process can.
   *
   * @throws {ToolError} `refresh_busy` when another one holds it for too long
   */
  update<T>(
    identity: CredentialIdentity,
    options: UpdateOptions,
    work: (slot: Slot) => Promise<T>,
  ): Promise<T>;

  /**
   * Makes this process the one that finishes the pending login, until it is
   * disposed of or the process ends.
   *
   * @returns `null` when another one does
   */
  tryLead(identity: CredentialIdentity): Promise<AsyncDisposable | null>;
}
