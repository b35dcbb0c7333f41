import { type ConfigFile, findFiles, resolvePath } from "./files.ts";
import { type Option, type OptionKey, OPTIONS } from "./options.ts";
import type { Fault, Setting, Sources } from "./sources.ts";

/** A raw value: a text, or a YAML value with the file it stands in. */
export interface Raw extends Setting<unknown> {
  readonly file: ConfigFile | null;
}

/** Looks options up in order of precedence and collects what is wrong. */
export class Finder {
  readonly faults: Fault[] = [];
  readonly notices: string[] = [];
  /** Flags that would show what Deno's permissions hide. */
  readonly grants = new Set<string>();
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
    for (const message of found.faults) {
      this.invalid(message, "Correct the file, or name another with --config.");
    }
    this.#noteIgnoredKeys();
  }

  /** The first value of an option as it stands there. */
  raw(key: OptionKey, only?: { trusted: true }): Raw | null {
    return this.#search(
      key,
      only ? this.#files.filter((file) => file.trusted) : this.#files,
    );
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
      const got = option.secret ? "" : `, got ${quoted(raw.value)}`;
      this.invalid(
        `${raw.source} cannot be used: ${lower(why)}${got}.`,
        `Correct ${raw.source}.`,
      );
      return null;
    }
  }

  /** A variable's text, or `null` when it is not set, empty or hidden. */
  env(name: string): string | null {
    const found = this.#sources.env(name);
    if (found.kind === "denied") this.grants.add(found.grant);
    return found.kind === "found" && found.text.trim() !== ""
      ? found.text
      : null;
  }

  /** A file's text, or `null` when it does not exist or is hidden. */
  fileText(path: string): string | null {
    const found = this.#sources.file(resolvePath(path, this.#sources));
    if (found.kind === "denied") this.grants.add(found.grant);
    return found.kind === "found" ? found.text : null;
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
      const value = this.env(name);
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
        .filter((key) => key !== "endpoint" && key !== "insecure")
        .map((key) => `admin.${key}`);
      if (ignored.length === 0) continue;
      this.notices.push(
        `${file.name} lies in the workspace, where only task.* and ` +
          `admin.endpoint count: ${ignored.join(", ")} ignored.`,
      );
    }
  }
}

function quoted(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  return `"${text.length <= 80 ? text : `${text.slice(0, 80)}…`}"`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
