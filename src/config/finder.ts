import { KeyParts } from "./key_parts.ts";
import { type ConfigFile, findFiles, resolvePath } from "./files.ts";
import { missingTarget, type Target, unreadable } from "./faults.ts";
import { type Option, type OptionKey, OPTIONS } from "./options.ts";
import { GIVEN, inFiles, rankOf, type Raw } from "./raw.ts";
import { Secret } from "./secret.ts";
import type { Fault, Lookup, Setting, Sources } from "./sources.ts";
import { findVariable } from "./variables.ts";
import { ignoredKeys } from "./workspace.ts";

/** Options whose place, when it is hidden, may hold the endpoint. */
const ENDPOINT_PLACES: readonly OptionKey[] = ["endpoint", "config"];

/** Looks options up in order of precedence and collects what is wrong. */
export class Finder {
  readonly faults: Fault[] = [];
  readonly notices: string[] = [];
  /** Flags that would show hidden places where the endpoint may be set. */
  readonly grants = new Set<string>();
  /** Variables that settings name, found or not. */
  readonly namedVariables = new Set<string>();
  /** Options of which a place cannot be used: nothing more is said of them. */
  readonly faulty = new Set<OptionKey>();
  readonly #sources: Sources;
  readonly #files: readonly ConfigFile[];
  readonly #dangling = new Set<string>();
  #key: KeyParts | null = null;

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
    // What else a file that cannot be used would have set is not known.
    if (found.faults.length > 0) this.faulty.add("config");
    this.notices.push(...this.#files.flatMap(ignoredKeys));
    const key = this.raw("apiKey");
    const parts = key && this.read("apiKey", key, KeyParts.read);
    this.#key = key && parts && new KeyParts(key, parts.value);
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

  /** The best place of several options that stand for one thing. */
  best(keys: readonly OptionKey[]): { key: OptionKey; raw: Raw } | null {
    const [first] = keys.flatMap((key) => {
      const raw = this.raw(key);
      return raw ? [{ key, raw }] : [];
    }).toSorted((one, other) => one.raw.rank - other.raw.rank);
    return first ?? null;
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
      const { secret, mayHoldSecret }: Option = OPTIONS[key];
      const isSecret = !!(secret ?? mayHoldSecret);
      this.#fault(key, unreadable(raw, { isSecret, error }));
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
      // A file that is just being replaced is no reason to fail.
      try {
        const text = raw.reread?.();
        if (text) last = read(text);
      } catch { /* The value before stays. */ }
      return last;
    };
    return { value: new Secret(current), source: raw.source };
  }

  /** The host that an API key belongs to. */
  get keyEndpoint(): Setting<string> | null {
    return this.#key?.endpoint ?? null;
  }

  /** Flags that would show the variables of these options. */
  hidden(keys: readonly OptionKey[]): string[] {
    return keys.flatMap((key) => OPTIONS[key].env).flatMap((name) => {
      const lookup = this.#sources.env(name);
      return lookup.kind === "denied" ? [lookup.grant] : [];
    });
  }

  /** A variable of the machine. */
  env(name: string): Lookup {
    return this.#sources.env(name);
  }

  /** A variable that a setting names. */
  named(name: string): Lookup {
    this.namedVariables.add(name);
    return this.#sources.env(name);
  }

  /** A file that a setting names. */
  file(path: string): Lookup {
    return this.#sources.file(resolvePath(path, this.#sources));
  }

  /** What a setting names is not there, or hidden. */
  missing(
    key: OptionKey,
    what: { source: string; target: Target; lookup: Lookup },
  ): void {
    this.#fault(key, missingTarget(what));
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
      const source = option.flag ? `--${option.flag}` : "the sandbox";
      const rank = rankOf(source);
      return { value, source, file: null, origin: GIVEN, rank };
    }
    return this.#inEnvironment(key, option) ?? this.#key?.raw(key) ??
      inFiles(option, files);
  }

  #inEnvironment(key: OptionKey, { env }: Option): Raw | null {
    for (const name of env) {
      const lookup = findVariable(name, this.#sources);
      switch (lookup.kind) {
        case "found": {
          const { text, source, reread } = lookup.found;
          const rank = rankOf(name);
          return {
            ...{ value: text, source, file: null, origin: GIVEN, rank },
            reread,
          };
        }
        case "denied":
          if (ENDPOINT_PLACES.includes(key)) this.grants.add(lookup.grant);
          break;
        case "dangling":
          if (!this.#dangling.has(lookup.source)) this.missing(key, lookup);
          this.#dangling.add(lookup.source);
          break;
        case "absent":
      }
    }
    return null;
  }

  #fault(key: OptionKey, fault: Fault): void {
    this.faulty.add(key);
    this.faults.push(fault);
  }
}
