import { parseDocument } from "yaml";
import type { Lookup, Sources } from "./sources.ts";

/** A Flyte config file that was found. */
export interface ConfigFile {
  /** As it is shown: under the home folder with `~`. */
  readonly name: string;
  /** Lies in the workspace, where anybody may have put it. */
  readonly trusted: boolean;
  /** The value at a dotted key, or `undefined`. */
  get(key: string): unknown;
}

/** What the search for config files gave. */
export interface FoundFiles {
  /** In order of precedence: the project's own file, then the person's. */
  readonly files: readonly ConfigFile[];
  /** Sentences on files that a person named and that cannot be used. */
  readonly faults: readonly string[];
  /** Sentences on files that were passed over. */
  readonly notices: readonly string[];
  /** Flags that would show files which Deno's permissions hide. */
  readonly grants: readonly string[];
}

/**
 * Finds config files in the order of flyte-sdk v2: the workspace's (`task.*`
 * and the endpoint only), then `UCTL_CONFIG`, `FLYTECTL_CONFIG`,
 * `~/.union/config.yaml`, `~/.flyte/config.yaml`. A named file replaces all.
 *
 * @param named the path of `--config`, with its source
 */
export function findFiles(
  sources: Sources,
  named: { path: string; source: string } | null,
): FoundFiles {
  const search = new Search(sources);
  const pinned = named ??
    search.namedBy("UCTL_CONFIG") ?? search.namedBy("FLYTECTL_CONFIG");
  if (!named) search.addProjectFile();
  if (pinned) search.addNamedFile(pinned);
  else search.addHomeFile();
  return search;
}

class Search implements FoundFiles {
  readonly files: ConfigFile[] = [];
  readonly faults: string[] = [];
  readonly notices: string[] = [];
  readonly grants: string[] = [];
  readonly #sources: Sources;
  readonly #home: string | null;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#home = homeOf(sources);
  }

  namedBy(variable: string): { path: string; source: string } | null {
    const path = textOf(this.#sources.env(variable));
    return path ? { path, source: variable } : null;
  }

  addProjectFile(): void {
    const root = this.#gitRoot();
    const { cwd } = this.#sources;
    const candidates = [`${cwd}/config.yaml`, `${cwd}/.flyte/config.yaml`];
    if (root) candidates.push(`${root}/.flyte/config.yaml`);
    const homes = this.#homeFiles();
    for (const path of candidates.filter((path) => !homes.includes(path))) {
      const found = this.#sources.file(path);
      if (found.kind !== "found") continue;
      const parsed = parseYaml(found.text);
      if (typeof parsed === "string") {
        this.notices.push(`${this.#shown(path)} is not read: ${parsed}.`);
      } else if ("admin" in parsed || "task" in parsed) {
        this.#add(path, parsed, false);
        return;
      }
    }
  }

  addNamedFile({ path, source }: { path: string; source: string }): void {
    const found = this.#sources.file(resolvePath(path, this.#sources));
    const shown = `"${path}" (from ${source})`;
    if (found.kind === "denied") this.grants.push(found.grant);
    else if (found.kind === "absent") {
      this.faults.push(`The config file ${shown} does not exist.`);
    } else this.#parse(path, found.text, shown);
  }

  addHomeFile(): void {
    for (const path of this.#homeFiles()) {
      const found = this.#sources.file(path);
      if (found.kind === "denied") this.grants.push(found.grant);
      if (found.kind !== "found") continue;
      this.#parse(path, found.text, this.#shown(path));
      return;
    }
  }

  #parse(path: string, text: string, shown: string): void {
    const parsed = parseYaml(text);
    if (typeof parsed !== "string") this.#add(path, parsed, true);
    else {this.faults.push(
        `The config file ${shown} cannot be read: ${parsed}.`,
      );}
  }

  #add(path: string, root: Record<string, unknown>, trusted: boolean): void {
    this.files.push({
      name: this.#shown(path),
      trusted,
      get: (key) => valueAt(root, key),
    });
  }

  #homeFiles(): string[] {
    if (!this.#home) return [];
    return [".union", ".flyte"].map((dir) =>
      `${this.#home}/${dir}/config.yaml`
    );
  }

  #shown(path: string): string {
    const home = this.#home;
    if (!home || !path.startsWith(`${home}/`)) return path;
    return `~${path.slice(home.length)}`;
  }

  /** Walks up instead of running git, which would need a permission. */
  #gitRoot(): string | null {
    let folder = this.#sources.cwd;
    while (folder !== "" && folder !== this.#home) {
      const marks = [`${folder}/.git/HEAD`, `${folder}/.git`];
      if (marks.some((path) => this.#sources.file(path).kind === "found")) {
        return folder;
      }
      folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/")));
    }
    return null;
  }
}

/** The absolute form of a path that a setting names; `~/` is the home folder. */
export function resolvePath(path: string, sources: Sources): string {
  const home = homeOf(sources);
  if (home && /^~[/\\]/.test(path)) return `${home}${path.slice(1)}`;
  const absolute = /^([/\\]|[A-Za-z]:[/\\])/.test(path);
  return absolute ? path : `${sources.cwd}/${path}`;
}

function homeOf(sources: Sources): string | null {
  return textOf(sources.env("HOME")) ?? textOf(sources.env("USERPROFILE"));
}

function textOf(lookup: Lookup): string | null {
  return lookup.kind === "found" && lookup.text !== "" ? lookup.text : null;
}

/** @returns the mapping, or what is wrong with the text */
function parseYaml(text: string): Record<string, unknown> | string {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const line = error.linePos?.[0].line;
    return `it is not valid YAML${line === undefined ? "" : ` (line ${line})`}`;
  }
  try {
    const root: unknown = document.toJS({ maxAliasCount: 100 });
    return isMapping(root) ? root : root === null ? {} : "it is not a mapping";
  } catch (error) {
    return `it is not valid YAML (${(error as Error).name})`;
  }
}

function valueAt(root: Record<string, unknown>, key: string): unknown {
  let value: unknown = root;
  for (const part of key.split(".")) {
    value = isMapping(value) ? value[part] : undefined;
  }
  return value;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
