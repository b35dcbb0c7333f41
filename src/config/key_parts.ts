import { type ApiKey, parseApiKey } from "./api_key.ts";
import type { OptionKey } from "./options.ts";
import { KEY_RANK, type Raw } from "./raw.ts";
import type { Setting } from "./sources.ts";
import { readText } from "./values.ts";

/**
 * An API key as a place of settings: it stands for the options that it holds,
 * behind the environment and before files.
 */
export class KeyParts {
  readonly #raw: Raw;
  readonly #parts: ApiKey;

  constructor(raw: Raw, parts: ApiKey) {
    this.#raw = raw;
    this.#parts = parts;
  }

  /** @throws {SyntaxError} that never contains a part of the key */
  static read(raw: unknown): ApiKey {
    return parseApiKey(readText(raw));
  }

  /** The host that the key belongs to. */
  get endpoint(): Setting<string> {
    return { value: this.#parts.endpoint, source: this.#raw.source };
  }

  /** What the key says of an option. */
  raw(key: OptionKey): Raw | null {
    const value: unknown = Reflect.get(this.#parts, key) ?? null;
    if (value === null) return null;
    const { source } = this.#raw;
    const place = { source, file: null, origin: source, rank: KEY_RANK };
    return key === "clientSecret"
      ? { ...place, value, reread: () => this.#freshSecret() }
      : { ...place, value };
  }

  /** The secret of a key that was renewed in its file, for the same client. */
  #freshSecret(): string | null {
    const text = this.#raw.reread?.();
    const fresh = text ? parseApiKey(text) : null;
    const isSame = fresh?.clientId === this.#parts.clientId &&
      fresh.endpoint === this.#parts.endpoint;
    return isSame ? fresh.clientSecret : null;
  }
}
