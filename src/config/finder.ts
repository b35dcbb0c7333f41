import { nameOf } from "../text.ts";
import { type ConfigFile, findFiles, resolvePath } from "./files.ts";
import {
  type Option,
  OPTION_LIST,
  type OptionKey,
  OPTIONS,
} from "./options.ts";
import {
  type Fault,
  type Lookup,
  type Setting,
  type Sources,
  textOf,
} from "./sources.ts";

/** A raw value: a text, or a YAML value with the file it stands in. */
export interface Raw extends Setting<unknown> {
  readonly file: ConfigFile | null;
}

/** Options whose place, when it is hidden, may hold the endpoint. */
const ENDPOINT_PLACES: readonly OptionKey[] = ["endpoint", "config"];

/** Keys of a file that count in a workspace. */
const PROJECT_KEYS: readonly string[] = OPTION_LIST
  .flatMap(([, { project, file }]) => project ? file : []);

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
    this.#noteIgnoredKeys();
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
      const option: Option = OPTIONS[key];
      const why = error instanceof Error ? error.message : "Expected another";
      const got = option.secret ? "" : `, got ${shown(raw.value)}`;
      this.invalid(
        `${raw.source} cannot be used: ${lower(why)}${got}.`,
        `Correct ${raw.source}.`,
      );
      return null;
    }
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
    const flag = this.#sources.flags.get(key);
    if (flag !== undefined) {
      return { value: flag, source: `--${option.flag}`, file: null };
    }
    for (const name of option.env) {
      const found = this.#sources.env(name);
      if (found.kind === "denied" && ENDPOINT_PLACES.includes(key)) {
        this.grants.add(found.grant);
      }
      const value = textOf(found);
      if (value !== null) return { value, source: name, file: null };
    }
    for (const file of files) {
      if (!file.trusted && !option.project) continue;
      for (const path of option.file) {
        const value = file.get(path);
        if (value === undefined || value === null || value === "") continue;
        return { value, source: `${path} in ${file.name}`, file };
      }
    }
    return null;
  }

  /** A workspace's file is not trusted: hosts start servers in any folder. */
  #noteIgnoredKeys(): void {
    for (const file of this.#files.filter((file) => !file.trusted)) {
      const admin = file.get("admin");
      if (typeof admin !== "object" || admin === null) continue;
      const ignored = Object.keys(admin)
        .filter((key) =>
          !PROJECT_KEYS.includes(`admin.${key}`) ||
          key === "insecure" && !("endpoint" in admin)
        ).map((key) => `admin.${nameOf(key, 40)}`);
      if (ignored.length === 0) continue;
      this.notices.push(
        `${file.name} lies in the workspace, where only task.* and ` +
          `admin.endpoint count: ${ignored.join(", ")} ignored.`,
      );
    }
  }
}

/** A value for a message, without the parts of an address that may be secret. */
function shown(value: unknown): string {
  if (typeof value === "object") {
    return Array.isArray(value) ? "a list" : "a mapping";
  }
  const text = String(value).replace(/^.*@/s, "…@").replace(/[?#].*/s, "…");
  return `"${text.length <= 80 ? text : `${text.slice(0, 80)}…`}"`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
