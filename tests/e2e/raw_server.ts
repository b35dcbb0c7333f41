/** A server as a process whose bytes on all three streams are seen as they are. */
import { commandLine, DENO_DIR, type SpawnOptions } from "./spawn.ts";

/** The first request of hosts up to revision 2025-11-25. */
export const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "raw", version: "0" },
  },
};

/** The first request of hosts of revision 2026-07-28. */
export const DISCOVER = {
  jsonrpc: "2.0",
  id: 1,
  method: "server/discover",
  params: {
    _meta: {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "raw", version: "0" },
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  },
};

/** What follows `INITIALIZE`. */
export const INITIALIZED = {
  jsonrpc: "2.0",
  method: "notifications/initialized",
};

/** A server whose bytes are seen as they are. */
export class RawServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #waiting = new Map<unknown, (message: Message) => void>();
  readonly #streams: Promise<void>[];
  /** Every line of stdout. */
  readonly lines: string[] = [];
  stderr = "";

  constructor(options: SpawnOptions) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: commandLine(options),
      env: { DENO_DIR, ...options.env },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#streams = [
      read(this.#child.stdout, (line) => this.#take(line)),
      read(this.#child.stderr, (line) => this.stderr += `${line}\n`),
    ];
  }

  async send(message: unknown): Promise<void> {
    await this.sendText(`${JSON.stringify(message)}\n`);
  }

  async sendText(text: string): Promise<void> {
    await this.#writer.write(new TextEncoder().encode(text));
  }

  /** Sends a request and waits for the answer with its id. */
  async ask(request: { id: unknown }): Promise<Message> {
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#waiting.set(request.id, resolve);
    await this.send(request);
    return await promise;
  }

  async call(id: number, name: string, args = {}): Promise<Message> {
    const params = { name, arguments: args };
    return await this.ask(
      { jsonrpc: "2.0", id, method: "tools/call", params } as {
        id: number;
      },
    );
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  async closeInput(): Promise<void> {
    await this.#writer.close();
  }

  /** Waits for the end. @returns the exit code */
  async ended(): Promise<number> {
    const { code } = await this.#child.status;
    await Promise.all(this.#streams);
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeInput().catch(() => {});
    await this.ended();
  }

  #take(line: string): void {
    this.lines.push(line);
    const message: Message = JSON.parse(line);
    this.#waiting.get(message.id)?.(message);
  }
}

// Answers are looked into by name; what is missing fails the test.
// deno-lint-ignore no-explicit-any
type Message = any;

async function read(
  stream: ReadableStream<Uint8Array>,
  take: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = `${rest}${text}`.split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  if (rest) take(rest);
}
