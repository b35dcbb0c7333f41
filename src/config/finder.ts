import { type ApiKey, parseApiKey } from "./api_key.ts";
import { type ConfigFile, findFiles, resolvePath } from "./files.ts";
import { missingTarget, unreadable } from "./faults.ts";
import { type Option, type OptionKey, OPTIONS } from "./options.ts";
import { Secret } from "./secret.ts";
import type { Fault, Lookup, Setting, Sources } from "./sources.ts";
import { readText } from "./values.ts";
import { findVariable, type VariableLookup } from "./variables.ts";
import { ignoredKeys } from "./workspace.ts";

/** A raw value: a text, or a YAML value with the file it stands in. */
export interface Raw extends Setting<unknown> {
  readonly file: ConfigFile | null;
  /** Whose hand it is from: the environment and flags, a key, or a file. */
  readonly origin: string;
  /** Reads it again, where it may change. */
  readonly reread?: () => string | null;
}

/** What flags and variables have in common: whoever starts the server. */
const GIVEN = "the environment";

/** Options whose place, when it is hidden, may hold the endpoint. */
const ENDPOINT_PLACES: readonly OptionKey[] = ["endpoint", "config"];

/** Looks options up in order of precedence and collects what is wrong. */
export class Finder {
  readonly faults: Fault[] = [];
  readonly notices: string[] = [];
  /** Flags that would show hidden places where the endpoint may be set. */
  readonly grants = new Set<string>();
  /** Whether a file that the person named or owns cannot be used. */
  readonly isFileUnusable: boolean;
  readonly #sources: Sources;
  readonly #files: readonly ConfigFile[];
  readonly #dangling = new Set<string>();
  #keyParts: { readonly source: string; readonly parts: ApiKey } | null = null;

  constructor(sources: Sources) {
    this.#sources = sources;
    const named = this.#search("config", []);
    const found = findFiles(
      sources,
      named && { path: String(named.value), source: named.source },
    );
    this.#files = found.files;
    this.notices.push(...found.notices);
    for (const grant of found.grants) this.grants.add(grant);
    this.faults.push(...found.faults);
    this.isFileUnusable = found.faults.length > 0;
    this.notices.push(...this.#files.flatMap(ignoredKeys));
    const key = this.find("apiKey", (raw) => parseApiKey(readText(raw)));
    this.#keyParts = key && { source: key.source, parts: key.value };
  }

  /**
   * The first value of an option as it stands there.
   *
   * @param counts the files that are looked at; all by default
   */
  raw(
    key: OptionKey,
    counts: (file: ConfigFile) => boolean = () => true,
  ): Raw | null {
    return this.#search(key, this.#files.filter(counts));
  }

  /** The first value of an option; a value that cannot be read is a fault. */
  find<T>(key: OptionKey, read: (raw: unknown) => T): Setting<T> | null {
    const raw = this.raw(key);
    return raw && this.read(key, raw, read);
  }

  /** Reads a raw value; one that cannot be read is a fault. */
  read<T>(
    key: OptionKey,
    raw: Raw,
    read: (raw: unknown) => T,
  ): Setting<T> | null {
    try {
      return { value: read(raw.value), source: raw.source };
    } catch (error) {
      this.faults.push(
        unreadable(raw, { isSecret: "secret" in OPTIONS[key], error }),
      );
      return null;
    }
  }

  /** A secret, whose value never reaches a message; a file is read anew. */
  secret(
    key: OptionKey,
    read: (raw: unknown) => string,
  ): Setting<Secret> | null {
    const raw = this.raw(key);
    const first = raw && this.read(key, raw, read);
    if (!raw || !first) return null;
    let last = first.value;
    const current = () => {
      const text = raw.reread?.();
      // A file that is just being replaced is no reason to fail.
      try {
        if (text) last = read(text);
      } catch { /* The value before stays. */ }
      return last;
    };
    return { value: new Secret(current), source: raw.source };
  }

  /** The host that an API key belongs to. */
  get keyEndpoint(): Setting<string> | null {
    const { source, parts } = this.#keyParts ?? {};
    return source && parts ? { value: parts.endpoint, source } : null;
  }

  /** A variable that a setting names. */
  env(name: string): Lookup {
    return this.#sources.env(name);
  }

  /** A file that a setting names. */
  file(path: string): Lookup {
    return this.#sources.file(resolvePath(path, this.#sources));
  }

  /** A setting that cannot be used. */
  invalid(message: string, nextStep: string): void {
    this.faults.push({ code: "config_invalid", message, nextStep });
  }

  /** Settings that cannot be used together. */
  conflict(message: string, nextStep: string): void {
    this.faults.push({ code: "config_conflict", message, nextStep });
  }

  #search(key: OptionKey, files: readonly ConfigFile[]): Raw | null {
    const option: Option = OPTIONS[key];
    const value = this.#sources.flags.get(key);
    if (value !== undefined) {
      const source = `--${option.flag}`;
      return { value, source, file: null, origin: GIVEN };
    }
    return this.#inEnvironment(key, option) ?? this.#inKey(key) ??
      inFiles(option, files);
  }

  #inEnvironment(key: OptionKey, { env }: Option): Raw | null {
    for (const name of env) {
      const lookup = findVariable(name, this.#sources);
      switch (lookup.kind) {
        case "found": {
          const { text, source, reread } = lookup.found;
          return { value: text, source, file: null, origin: GIVEN, reread };
        }
        case "denied":
          if (ENDPOINT_PLACES.includes(key)) this.grants.add(lookup.grant);
          break;
        case "dangling":
          if (!this.#dangling.has(lookup.source)) this.#noteDangling(lookup);
          break;
        case "absent":
      }
    }
    return null;
  }

  /** An API key's own parts stand behind the environment, before files. */
  #inKey(key: OptionKey): Raw | null {
    const { source, parts } = this.#keyParts ?? {};
    if (!source || !parts || !(key in parts)) return null;
    const value = Reflect.get(parts, key);
    if (value === null) return null;
    return { value, source, file: null, origin: source };
  }

  #noteDangling(
    { source, target, lookup }: VariableLookup & { kind: "dangling" },
  ): void {
    this.#dangling.add(source);
    this.faults.push(missingTarget({ source, target, lookup }));
  }
}

function inFiles(option: Option, files: readonly ConfigFile[]): Raw | null {
  for (const file of files) {
    if (!file.trusted && !option.project) continue;
    for (const path of option.file) {
      const value = file.get(path);
      if (value === undefined || value === null || value === "") continue;
      const source = `${path} in ${file.name}`;
      return { value, source, file, origin: file.name };
    }
  }
  return null;
}
