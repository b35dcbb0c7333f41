import type { Clock } from "../../clock.ts";
import {
  type CredentialIdentity,
  keyOf,
  originOf,
} from "./credential_identity.ts";
import { lockBusy, lockFile, tryLockFile } from "./file_lock.ts";
import {
  type LoginRecord,
  parseRecord,
  serializeRecord,
} from "./login_record.ts";
import type {
  LoginStore,
  Slot,
  StorePlace,
  UpdateOptions,
} from "./login_store.ts";
import { MemoryLoginStore } from "./memory_login_store.ts";
import { whyNoFiles } from "./why_no_files.ts";
import {
  namesIn,
  openFolder,
  readIfThere,
  replaceFile,
  setAside,
  tryFolder,
} from "./private_files.ts";

/** How long another process is waited for: one renewal, and some more. */
const WAIT_MS = 15_000;

/** What a store of files needs. */
export interface FileLoginStoreOptions {
  /** Absolute path of a folder of its own; made when something is kept first. */
  readonly folder: string;
  readonly clock: Clock;
  /** Takes what should not happen, for stderr. */
  readonly report: (message: string) => void;
}

/**
 * Keeps logins in files that all processes of this person share: for each
 * identity a record that is replaced as a whole, a lock for changing it, and a
 * lock for finishing its login. Where that is not possible it says so once and
 * goes on in memory.
 */
export class FileLoginStore implements LoginStore {
  readonly #options: FileLoginStoreOptions;
  readonly #memory = new MemoryLoginStore();
  #opened: Promise<void> | null = null;
  #note: string | null = null;

  constructor(options: FileLoginStoreOptions) {
    this.#options = options;
  }

  get place(): StorePlace {
    return this.#note === null
      ? { kept: this.#options.folder, note: null }
      : { ...this.#memory.place, note: this.#note };
  }

  async check(): Promise<string | null> {
    if (this.#note !== null) return this.#note;
    const { folder } = this.#options;
    try {
      await tryFolder(folder);
      return null;
    } catch (error) {
      const why = whyNoFiles(error, folder);
      if (why === null) throw error;
      return why;
    }
  }

  async identities(endpoint: string): Promise<readonly CredentialIdentity[]> {
    const origin = originOf(endpoint);
    const fromFiles = await this.#orMemory(
      async () => {
        const records = await Promise.all(
          (await this.#keys()).map((key) => this.#read(key)),
        );
        return records.flatMap((record) => record ? [record.identity] : []);
      },
      () => this.#memory.identities(endpoint),
    );
    return fromFiles.filter((identity) => identity.endpoint === origin);
  }

  async read(identity: CredentialIdentity): Promise<LoginRecord | null> {
    return await this.#orMemory(
      async () => await this.#read(await keyOf(identity)),
      () => this.#memory.read(identity),
    );
  }

  async update<T>(
    identity: CredentialIdentity,
    { signal, waitMs = WAIT_MS }: UpdateOptions,
    work: (slot: Slot) => Promise<T>,
  ): Promise<T> {
    const inMemory = () => this.#memory.update(identity, { signal }, work);
    const key = await keyOf(identity);
    const lock = await this.#orMemory(async () => {
      await this.#open();
      const path = this.#path(`${key}.lock`);
      const { clock } = this.#options;
      return await lockFile(path, { clock, signal, waitMs });
    }, () => Promise.resolve(null));
    if (this.#note !== null) return await inMemory();
    if (lock === null) throw lockBusy(waitMs);
    using _ = lock;
    const record = await this.#orMemory(
      () => this.#read(key),
      () => this.#memory.read(identity),
    );
    return await work({
      record,
      write: (next) => this.#write(key, next),
    });
  }

  async tryLead(identity: CredentialIdentity): Promise<AsyncDisposable | null> {
    const key = await keyOf(identity);
    return await this.#orMemory(async () => {
      await this.#open();
      const lock = await tryLockFile(this.#path(`${key}.login.lock`));
      return lock && {
        [Symbol.asyncDispose]: () => Promise.resolve(lock[Symbol.dispose]()),
      };
    }, () => this.#memory.tryLead(identity));
  }

  async #open(): Promise<void> {
    await (this.#opened ??= openFolder(this.#options.folder));
  }

  /** The keys of the records; the folder need not be there. */
  async #keys(): Promise<string[]> {
    const names = await namesIn(this.#options.folder);
    return names.flatMap((name) =>
      /^([0-9a-f]{32})\.json$/.exec(name)?.[1] ?? []
    );
  }

  #path(name: string): string {
    return `${this.#options.folder}/${name}`;
  }

  async #read(key: string): Promise<LoginRecord | null> {
    const path = this.#path(`${key}.json`);
    const text = await readIfThere(path);
    if (text === null) return null;
    try {
      return parseRecord(text);
    } catch {
      const aside = await setAside(path, this.#options.clock.now());
      this.#options.report(
        `${path} is not a login that this program wrote, so it was set aside${
          aside ? ` as ${aside}` : ""
        }. Log in again.`,
      );
      return null;
    }
  }

  /** A login that cannot be written is not lost: it goes on in memory. */
  async #write(key: string, record: LoginRecord): Promise<void> {
    await this.#orMemory(
      () => replaceFile(this.#path(`${key}.json`), serializeRecord(record)),
      () =>
        this.#memory.update(
          record.identity,
          { signal: new AbortController().signal },
          ({ write }) => write(record),
        ),
    );
  }

  /** Works on files until that fails, and from then on in memory. */
  async #orMemory<T>(
    onFiles: () => Promise<T>,
    inMemory: () => Promise<T>,
  ): Promise<T> {
    if (this.#note !== null) return await inMemory();
    try {
      return await onFiles();
    } catch (error) {
      const why = whyNoFiles(error, this.#options.folder);
      if (why === null) throw error;
      this.#note ??= why;
      this.#options.report(this.#note);
      return await inMemory();
    }
  }
}
