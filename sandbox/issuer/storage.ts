/**
 * Where oidc-provider keeps sessions, codes and refresh tokens: in memory, one
 * store an issuer. A record outlives its expiry, since "expired" and "never
 * heard of" are different answers.
 */

const KEEP_EXPIRED_MS = 60 * 60 * 1000;

/** What oidc-provider stores; only the fields that are looked at are named. */
interface Payload extends Record<string, unknown> {
  exp?: number;
  uid?: string;
  userCode?: string;
  grantId?: string;
}

interface Stored {
  readonly payload: Payload;
  /** Milliseconds; nothing that may be forgotten earlier. */
  readonly forgetAt: number;
  consumedAt?: number;
}

/** oidc-provider's adapter contract, for one kind of record. */
export interface Adapter {
  upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<Payload | undefined>;
  findByUserCode(userCode: string): Promise<Payload | undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

export interface Storage {
  /** The records of one of oidc-provider's models, such as "RefreshToken". */
  adapter(model: string): Adapter;
  /** Moves the end of every stored record of that model into the past. */
  expire(model: string): void;
}

export function createStorage(
  { now, reuseLeewayMs }: { now(): number; reuseLeewayMs: number },
): Storage {
  const models = new Map<string, Map<string, Stored>>();
  const recordsOf = (model: string) => {
    const records = models.get(model) ?? new Map<string, Stored>();
    models.set(model, records);
    return records;
  };
  return {
    adapter: (model) =>
      new ModelAdapter(recordsOf(model), {
        now,
        // Only refresh tokens are ever used twice in good faith, by two
        // processes that share one.
        leewayMs: model === "RefreshToken" ? reuseLeewayMs : 0,
      }),
    expire(model) {
      for (const { payload } of recordsOf(model).values()) payload.exp = 1;
    },
  };
}

class ModelAdapter implements Adapter {
  readonly #records: Map<string, Stored>;
  readonly #now: () => number;
  readonly #leewayMs: number;

  constructor(
    records: Map<string, Stored>,
    { now, leewayMs }: { now(): number; leewayMs: number },
  ) {
    this.#records = records;
    this.#now = now;
    this.#leewayMs = leewayMs;
  }

  upsert(id: string, payload: Payload, expiresIn = 0): Promise<void> {
    for (const [key, { forgetAt }] of this.#records) {
      if (forgetAt < this.#now()) this.#records.delete(key);
    }
    const { consumedAt } = this.#records.get(id) ?? {};
    // The provider locks a code at the first person who types it; dropping
    // the lock lets them reload the page and start over.
    const { inFlight: _, ...unlocked } = payload;
    this.#records.set(id, {
      payload: unlocked,
      forgetAt: this.#now() + expiresIn * 1000 + KEEP_EXPIRED_MS,
      ...(consumedAt === undefined ? {} : { consumedAt }),
    });
    return Promise.resolve();
  }

  find(id: string): Promise<Payload | undefined> {
    return Promise.resolve(this.#read(this.#records.get(id)));
  }

  findByUid(uid: string): Promise<Payload | undefined> {
    return this.#findBy("uid", uid);
  }

  findByUserCode(userCode: string): Promise<Payload | undefined> {
    return this.#findBy("userCode", userCode);
  }

  consume(id: string): Promise<void> {
    const stored = this.#records.get(id);
    // The first use counts: a second one within the leeway must not extend it.
    if (stored) stored.consumedAt ??= this.#now();
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    this.#records.delete(id);
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, { payload }] of this.#records) {
      if (payload.grantId === grantId) this.#records.delete(id);
    }
    return Promise.resolve();
  }

  #findBy(
    field: "uid" | "userCode",
    value: string,
  ): Promise<Payload | undefined> {
    const found = this.#records.values().find(({ payload }) =>
      payload[field] === value
    );
    return Promise.resolve(this.#read(found));
  }

  #read(stored: Stored | undefined): Payload | undefined {
    if (!stored) return undefined;
    const { payload, consumedAt } = stored;
    if (
      consumedAt === undefined || this.#now() - consumedAt < this.#leewayMs
    ) {
      return payload;
    }
    return { ...payload, consumed: true };
  }
}
