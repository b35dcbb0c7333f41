import { abortable } from "../single_flight.ts";
import {
  type CredentialIdentity,
  keyOf,
  originOf,
} from "./credential_identity.ts";
import type { LoginRecord } from "./login_record.ts";
import type {
  LoginStore,
  Slot,
  StorePlace,
  UpdateOptions,
} from "./login_store.ts";

/** Keeps logins for as long as this process lives. */
export class MemoryLoginStore implements LoginStore {
  readonly place: StorePlace = { kept: "memory of this process", note: null };
  readonly #records = new Map<string, LoginRecord>();
  readonly #leads = new Set<string>();
  /** The end of the update that was asked for last, by key. */
  readonly #queue = new Map<string, Promise<unknown>>();

  check(): Promise<null> {
    return Promise.resolve(null);
  }

  identities(endpoint: string): Promise<readonly CredentialIdentity[]> {
    const origin = originOf(endpoint);
    const identities = [...this.#records.values()]
      .map(({ identity }) => identity);
    return Promise.resolve(
      identities.filter((identity) => identity.endpoint === origin),
    );
  }

  async read(identity: CredentialIdentity): Promise<LoginRecord | null> {
    return this.#records.get(await keyOf(identity)) ?? null;
  }

  async update<T>(
    identity: CredentialIdentity,
    { signal }: UpdateOptions,
    work: (slot: Slot) => Promise<T>,
  ): Promise<T> {
    const key = await keyOf(identity);
    const before = this.#queue.get(key) ?? Promise.resolve();
    const done = Promise.withResolvers<void>();
    this.#queue.set(key, before.then(() => done.promise));
    try {
      await abortable(before, signal);
      return await work({
        record: this.#records.get(key) ?? null,
        write: (record) => {
          this.#records.set(key, record);
          return Promise.resolve();
        },
      });
    } finally {
      done.resolve();
    }
  }

  async tryLead(identity: CredentialIdentity): Promise<AsyncDisposable | null> {
    const key = await keyOf(identity);
    if (this.#leads.has(key)) return null;
    this.#leads.add(key);
    return {
      [Symbol.asyncDispose]: () => {
        this.#leads.delete(key);
        return Promise.resolve();
      },
    };
  }
}
