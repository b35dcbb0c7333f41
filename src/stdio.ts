import { Buffer } from "node:buffer";
import { Readable, Writable } from "node:stream";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";

/** A longer line is dropped: no MCP request needs it. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** The two ends of stdio, as the program has them. */
export interface Stdio {
  readonly input: ReadableStream<Uint8Array>;
  readonly output: WritableStream<Uint8Array>;
}

/** What prints, as far as it is diverted. */
interface Printing {
  readonly stdout: { write: unknown };
  readonly stderr: { write(...args: never[]): unknown };
}

/** These print on stderr by themselves. */
const ON_STDERR = new Set(["error", "warn", "trace", "assert"]);

/**
 * Sends whatever libraries print to stderr, for stdout belongs to JSON-RPC:
 * every method of the console, and writes to the process's stdout.
 */
export function divertPrinting(console: object, process: Printing): void {
  const { error } = console as { error(...args: unknown[]): void };
  for (const [name, method] of Object.entries(console)) {
    if (typeof method !== "function" || ON_STDERR.has(name)) continue;
    Reflect.set(console, name, (...args: unknown[]) => error(...args));
  }
  process.stdout.write = process.stderr.write.bind(process.stderr);
}

/**
 * The SDK's transport over these streams, with a limiter in front: its reader
 * takes whole lines from us, for it searches its whole buffer again with every
 * chunk and gives the connection up when a line is too long.
 *
 * @param report takes one line for stderr
 * @param onEnd called when the host closes its end
 */
export function createStdioTransport(
  { input, output }: Stdio,
  { report, onEnd }: {
    report: (message: string) => void;
    onEnd: () => void;
  },
): StdioServerTransport {
  const lines = Readable.from(readAll(input, { report, onEnd }), {
    objectMode: false,
  });
  const writer = output.getWriter();
  const sink = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      writer.write(chunk).then(() => done(), done);
    },
  });
  return new StdioServerTransport(lines, sink);
}

async function* readAll(
  input: ReadableStream<Uint8Array>,
  { report, onEnd }: { report: (message: string) => void; onEnd: () => void },
): AsyncGenerator<Buffer> {
  try {
    for await (const line of splitLines(input, report)) {
      if (!isJson(line)) {
        report(`A line of ${line.length} bytes on stdin is not JSON`);
        continue;
      }
      yield Buffer.from(line.buffer, line.byteOffset, line.byteLength);
    }
  } finally {
    onEnd();
  }
}

/** The SDK's reader passes over what is no JSON without a word. */
function isJson(line: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(line));
    return true;
  } catch {
    return false;
  }
}

/**
 * Splits a byte stream into lines, each with its line feed. A line over 4 MB
 * is left out and reported once; what comes after it is read on.
 */
export async function* splitLines(
  input: ReadableStream<Uint8Array>,
  report: (message: string) => void,
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    let rest = chunk;
    while (rest.length > 0) {
      const feed = rest.indexOf(10);
      const piece = feed < 0 ? rest : rest.subarray(0, feed + 1);
      rest = rest.subarray(piece.length);
      length += piece.length;
      if (length <= MAX_LINE_BYTES) parts.push(piece);
      else parts = [];
      if (feed < 0) continue;
      if (length <= MAX_LINE_BYTES) yield join(parts, length);
      else report(`A line of ${length} bytes on stdin was dropped`);
      parts = [];
      length = 0;
    }
  }
}

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A message for stderr: one line, in which no token is shown. */
export function logLine(message: string): string {
  const line = message.replace(/\s+/g, " ")
    // What stands behind a scheme is a token, whoever wrote it there.
    .replace(/\b(Bearer|Basic) \S+/gi, "$1 [secret]");
  return `flyte-mcp: ${line.slice(0, 1000)}\n`;
}
