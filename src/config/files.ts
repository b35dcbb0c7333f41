import { type Fault, type Lookup, type Sources, textOf } from "./sources.ts";
import { nameOf } from "../text.ts";
import { addFlags } from "./faults.ts";
import { PARSER_REFUSED, parseYaml, valueAt } from "./yaml.ts";

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
  /** Files of the person that cannot be used. */
  readonly faults: readonly Fault[];
  /** Sentences on files that were passed over. */
  readonly notices: readonly string[];
  /** Flags that would show what Deno's permissions hide from the search. */
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
  readonly faults: Fault[] = [];
  readonly notices: string[] = [];
  readonly grants: string[] = [];
  readonly #sources: Sources;
  readonly #home: string | null;
  readonly #cwd: string;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.#home = homeOf(sources);
    this.#cwd = withoutEnd(sources.cwd);
  }

  namedBy(variable: string): { path: string; source: string } | null {
    const path = textOf(this.#noted(this.#sources.env(variable)));
    return path === null ? null : { path, source: variable };
  }

  addProjectFile(): void {
    const root = this.#gitRoot() ?? this.#cwd;
    const candidates = new Set([
      `${this.#cwd}/config.yaml`,
      `${this.#cwd}/.flyte/config.yaml`,
      `${root}/.flyte/config.yaml`,
    ]);
    for (const path of this.#homeFiles()) candidates.delete(path);
    for (const path of candidates) {
      const found = this.#noted(this.#sources.file(path));
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
    const shown = `"${nameOf(path)}" (from ${source})`;
    switch (found.kind) {
      case "found":
        return this.#parse(path, found.text, shown);
      case "absent":
        return this.#invalid(
          `The config file ${shown} does not exist or cannot be read.`,
        );
      case "denied":
        this.faults.push({
          code: "permission_missing",
          message: `Deno's permissions hide the config file ${shown}.`,
          nextStep: addFlags(found.grant),
        });
    }
  }

  addHomeFile(): void {
    if (this.#home === null) {
      for (const name of HOMES) this.#noted(this.#sources.env(name));
    }
    for (const path of this.#homeFiles()) {
      const found = this.#noted(this.#sources.file(path));
      if (found.kind !== "found") continue;
      this.#parse(path, found.text, this.#shown(path));
      return;
    }
  }

  #parse(path: string, text: string, shown: string): void {
    const parsed = parseYaml(text);
    if (typeof parsed !== "string") return this.#add(path, parsed, true);
    const message = `The config file ${shown} cannot be read: ${parsed}.`;
    if (parsed !== PARSER_REFUSED) return this.#invalid(message);
    const nextStep = addFlags("--ignore-env");
    this.faults.push({ code: "permission_missing", message, nextStep });
  }

  #invalid(message: string): void {
    const nextStep = "Correct the file, or name another with --config.";
    this.faults.push({ code: "config_invalid", message, nextStep });
  }

  /** Remembers what would show a hidden place. */
  #noted(lookup: Lookup): Lookup {
    if (lookup.kind === "denied") this.grants.push(lookup.grant);
    return lookup;
  }

  #add(path: string, root: Record<string, unknown>, trusted: boolean): void {
    this.files.push({
      name: this.#shown(path),
      trusted,
      get: (key) => valueAt(root, key),
    });
  }

  #homeFiles(): string[] {
    if (this.#home === null) return [];
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
    let folder = this.#cwd;
    while (folder !== "" && folder !== this.#home) {
      const marks = [`${folder}/.git/HEAD`, `${folder}/.git`];
      if (marks.some((path) => this.#sources.file(path).kind === "found")) {
        return folder;
      }
      folder = folder.replace(/[/\\]?[^/\\]*$/, "");
    }
    return null;
  }
}

/** The absolute form of a path that a setting names; `~/` is the home folder. */
export function resolvePath(path: string, sources: Sources): string {
  const home = homeOf(sources);
  if (home !== null && /^~[/\\]/.test(path)) return `${home}${path.slice(1)}`;
  const absolute = /^([/\\]|[A-Za-z]:[/\\])/.test(path);
  return absolute ? path : `${sources.cwd}/${path}`;
}

/** Variables that name the home folder. */
const HOMES = ["HOME", "USERPROFILE"];

function homeOf(sources: Sources): string | null {
  const [home] = HOMES.flatMap((name) => textOf(sources.env(name)) ?? []);
  return home === undefined ? null : withoutEnd(home);
}

function withoutEnd(folder: string): string {
  return folder.replace(/[/\\]+$/, "");
}
