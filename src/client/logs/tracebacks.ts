import type { LogLine } from "./log_line.ts";
import type { LineSink } from "./window.ts";

const TITLE = "Traceback (most recent call last):";

/** What stands between two exceptions of which one led to the other. */
const CHAIN =
  /^(?:The above exception was the direct cause of|During handling of the above exception, another)/;

/** What begins another entry of a log: Flyte's own, a time, a level. */
const OTHER_ENTRY =
  /^(?:\[|\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|(?:DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\b)/;

/** Lines that are printed at once are no further apart, in microseconds. */
const AT_ONCE = 20_000;

/** Of a longer one the middle is left out: a dump, or a message without end. */
const MAX_LINES = 400;

/** A traceback as Python printed it, with the exceptions that led to it. */
export interface Traceback {
  readonly lines: readonly string[];
  /** The first line of what was raised in the end, such as `KeyError: 'a'`. */
  readonly exception: string | null;
  /** The number of its first line in the log. */
  readonly number: number;
  /** Microseconds since the epoch; 0: not known. */
  readonly time: number;
}

/** A traceback that is being read. */
interface Open {
  readonly first: LogLine;
  /** What a launcher writes before each of its lines, such as `[rank0]: `. */
  prefix: string;
  state: "frames" | "message" | "chain";
  /** Whether it tells several exceptions, behind margins. */
  isGroup: boolean;
  lines: string[];
  exception: string | null;
  leftOut: number;
  /** Empty lines that belong to it if something follows them. */
  blanks: number;
  time: number;
}

/** Finds the last traceback in what passes by, however much comes after it. */
export class LastTraceback implements LineSink {
  #open: Open | null = null;
  #found: Traceback | null = null;

  /** The last one so far, finished or not. */
  get traceback(): Traceback | null {
    return this.#open ? closed(this.#open) : this.#found;
  }

  add(line: LogLine): true {
    const title = line.text.indexOf(TITLE);
    if (title >= 0) this.#begin(line, title);
    else if (this.#open && !goOn(this.#open, line)) this.#close();
    return true;
  }

  #begin(line: LogLine, title: number): void {
    const { text, first } = line;
    const isInGroup = this.#isInGroup(text);
    const isNext = isInGroup || this.#open?.state === "chain";
    if (!isNext) this.#close();
    const open = this.#open ??= opened(line, text.slice(0, title));
    if (isNext) append(open, text.slice(open.prefix.length));
    open.state = "frames";
    open.isGroup = isInGroup || text.includes(`Exception Group ${TITLE}`);
    open.time = first.time;
    if (!isInGroup) open.exception = null;
    const rest = text.slice(title + TITLE.length).trim();
    // Some print all of it in one line.
    if (rest !== "") say(open, rest);
  }

  /** Exceptions of a group are told within it, behind a margin. */
  #isInGroup(text: string): boolean {
    return this.#open !== null && this.#open.isGroup &&
      /^\s+[|+]/.test(text.slice(this.#open.prefix.length));
  }

  #close(): void {
    if (this.#open) this.#found = closed(this.#open);
    this.#open = null;
  }
}

function opened(first: LogLine, before: string): Open {
  return {
    first,
    prefix: /^\s*\+?\s*(?:Exception Group )?$/.test(before) ? "" : before,
    ...{ state: "frames", lines: [first.text], exception: null },
    ...{ leftOut: 0, blanks: 0, isGroup: false, time: first.first.time },
  };
}

function closed({ lines, first, exception, leftOut }: Open): Traceback {
  const half = MAX_LINES / 2;
  const shown = leftOut === 0 ? [...lines] : [
    ...lines.slice(0, half),
    `[… ${leftOut} lines left out …]`,
    ...lines.slice(half),
  ];
  const { number, first: { time } } = first;
  return { lines: shown, exception, number, time };
}

/** Takes the next line; `false`: it belongs to something else. */
function goOn(open: Open, { text, first }: LogLine): boolean {
  // Of one line alone it cannot be told whether all have what it begins with.
  if (open.lines.length === 1 && !text.startsWith(open.prefix)) {
    open.prefix = "";
  }
  const isAtOnce = first.time - open.time <= AT_ONCE;
  // Several processes write into one log, each behind its own prefix.
  if (!text.startsWith(open.prefix)) return isAtOnce;
  open.time = first.time;
  const line = text.slice(open.prefix.length);
  switch (open.state) {
    case "frames":
      if (open.isGroup) return goOnGroup(open, line);
      append(open, line);
      if (/^\S/.test(line)) say(open, line);
      return true;
    case "message":
      return goOnMessage(open, line, isAtOnce);
    case "chain":
      if (line === "") append(open, line);
      return line === "";
  }
}

/** What was raised may be told in several lines, empty ones among them. */
function goOnMessage(open: Open, line: string, isAtOnce: boolean): boolean {
  if (line === "") {
    open.blanks++;
    return true;
  }
  const isChain = CHAIN.test(line);
  if (!isChain && (!isAtOnce || OTHER_ENTRY.test(line))) return false;
  for (; open.blanks > 0; open.blanks--) append(open, "");
  append(open, line);
  if (isChain) open.state = "chain";
  return true;
}

function say(open: Open, exception: string): void {
  open.exception = exception;
  open.state = "message";
}

/** A group is all behind margins; what it raised less far in than the rest. */
function goOnGroup(open: Open, line: string): boolean {
  if (!/^\s+[|+]/.test(line)) return goOnMessage(open, line, false);
  append(open, line);
  open.exception ??= /^\s*\| (\w[\w.]*: .*)/.exec(line)?.[1] ?? null;
  return true;
}

function append(open: Open, line: string): void {
  open.lines.push(line);
  if (open.lines.length <= MAX_LINES) return;
  open.lines.splice(MAX_LINES / 2, 1);
  open.leftOut++;
}
