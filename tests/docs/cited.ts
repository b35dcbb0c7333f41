/** Pages of docs/ whose tables name tests, and the names that tests have. */

const ROOT = new URL("../../", import.meta.url);

/** Reads a page by its path from the root. */
export async function readPage(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}

/** The cells of each row of a page's tables, without the heads. */
export function rowsOf(page: string): string[][] {
  const lines = page.split("\n");
  return lines
    .filter((line, at) =>
      line.startsWith("|") && !isRule(line) && !isRule(lines[at + 1] ?? "")
    )
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

function isRule(line: string): boolean {
  return /^\|[\s|:-]+\|$/.test(line);
}

/** What stands in backquotes in a cell, or in double ones if it has its own. */
export function namesIn(cell = ""): string[] {
  return [...cell.matchAll(/``\s?(.+?)\s?``|`([^`]+)`/g)]
    .map(([, double, single = ""]) => double ?? single);
}

/** A name as a test's source has it: of a call, a table or an object. */
const NAME =
  /(?:\bDeno\.test\(|\)\(|\bname:)\s*(?:"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g;

/** The parts of a name that are filled in. */
const FILLED_IN = /\$\{(?:[^{}]|\{[^{}]*\})*\}|%[a-z]|\$[a-z]/;

/** A name that is filled in for the most part is not told by the rest. */
const MIN_LITERAL = 20;

/** The names of all tests. */
export interface TestNames {
  /**
   * Whether a test has this name: to the letter, with something in the place
   * of what is filled in, or up to the first such place.
   */
  has(name: string): boolean;
}

/** Reads the names of all tests. */
export async function readTestNames(): Promise<TestNames> {
  const names = new Set<string>();
  const patterns: RegExp[] = [];
  for await (const path of testFiles(new URL("tests/", ROOT))) {
    const source = await Deno.readTextFile(path);
    for (const [, quoted, template] of source.matchAll(NAME)) {
      const parts = (quoted ?? template ?? "").split(FILLED_IN);
      names.add((parts[0] ?? "").replace(/[\s"']+$/, ""));
      if (parts.join("").length < MIN_LITERAL) continue;
      patterns.push(new RegExp(`^${parts.map(escaped).join(".+")}$`));
    }
  }
  return {
    has: (name) =>
      names.has(name) || patterns.some((pattern) => pattern.test(name)),
  };
}

/** A part of a name as a pattern; the source has its quotes escaped. */
function escaped(part: string): string {
  return part.replace(/\\(.)/g, "$1").replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

async function* testFiles(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = new URL(name, folder);
    if (isDirectory) yield* testFiles(new URL(`${path}/`));
    if (name.endsWith("_test.ts")) yield path;
  }
}
