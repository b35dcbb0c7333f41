import { Buffer } from "node:buffer";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { gunzipSync } from "node:zlib";

/** A whole answer. A connection that was dropped has status 0. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What a stream said next. */
export type StreamEvent =
  | { readonly kind: "message"; readonly json: unknown }
  | { readonly kind: "end"; readonly json: unknown }
  | { readonly kind: "quiet" }
  | { readonly kind: "closed" };

/**
 * An HTTP client that shows what is on the wire: it sends a Host of one's own,
 * decodes nothing and tells a dropped connection from an answer. Every request
 * has a connection of its own.
 */
export function createWireClient(port: number): WireClient {
  return new WireClient(port);
}

/** See {@linkcode createWireClient}. */
export class WireClient {
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends a request and reads the whole answer, ungzipped. */
  async send(wire: WireRequest): Promise<Answer> {
    const response = await this.#start(wire).response;
    if (!response) return { status: 0, headers: {}, body: new Uint8Array() };
    const chunks: Uint8Array[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const headers = headersOf(response);
    const raw = Buffer.concat(chunks);
    const zipped = headers["content-encoding"] === "gzip";
    const body = new Uint8Array(zipped ? gunzipSync(raw) : raw);
    return { status: response.statusCode ?? 0, headers, body };
  }

  /** Opens a server stream of JSON messages. */
  open(path: string, message: unknown): WireStream {
    const headers = { "content-type": "application/connect+json" };
    const body = envelope(JSON.stringify(message ?? {}));
    return new WireStream(
      this.#start({ method: "POST", path, headers, body }),
    );
  }

  #start({ method, path, headers, body }: WireRequest): Started {
    const { promise, resolve } = Promise.withResolvers<
      IncomingMessage | undefined
    >();
    const length = { "content-length": String(body.byteLength) };
    const request = httpRequest({
      host: "127.0.0.1",
      port: this.#port,
      method,
      path,
      agent: false,
      headers: { ...headers, ...method === "GET" ? {} : length },
    });
    request.on("response", resolve);
    request.on("error", () => resolve(undefined));
    request.end(body);
    return { response: promise, abort: () => request.destroy() };
  }
}

interface Started {
  readonly response: Promise<IncomingMessage | undefined>;
  abort(): void;
}

/** An open stream, read envelope by envelope. */
export class WireStream implements AsyncDisposable {
  readonly #started: Started;
  readonly #events: StreamEvent[] = [];
  readonly #finished: Promise<void>;
  #wake = () => {};

  /** What the answer began with, once it has begun. */
  head: { status: number; headers: Record<string, string> } | undefined;

  constructor(started: Started) {
    this.#started = started;
    this.#finished = this.#read();
  }

  async #read(): Promise<void> {
    const response = await this.#started.response;
    if (response) {
      const status = response.statusCode ?? 0;
      this.head = { status, headers: headersOf(response) };
      try {
        await this.#readEnvelopes(response);
      } catch {
        // The test has read enough and closed the connection.
      }
    }
    this.#push({ kind: "closed" });
  }

  async #readEnvelopes(response: IncomingMessage): Promise<void> {
    let rest = Buffer.alloc(0);
    for await (const chunk of response) {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 5) {
        const end = 5 + rest.readUInt32BE(1);
        if (rest.length < end) break;
        const kind = (rest.readUInt8(0) & 2) === 0 ? "message" : "end";
        const json = JSON.parse(rest.toString("utf8", 5, end));
        this.#push({ kind, json });
        rest = rest.subarray(end);
      }
    }
  }

  #push(event: StreamEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  /** The next event, or `quiet` when none has come for `withinMs`. */
  async next(withinMs: number): Promise<StreamEvent> {
    if (this.#events.length === 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      const timer = setTimeout(resolve, withinMs);
      await promise;
      clearTimeout(timer);
    }
    return this.#events.shift() ?? { kind: "quiet" };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#started.abort();
    await this.#finished;
  }
}

function headersOf(response: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
}

function envelope(text: string): Uint8Array {
  const data = new TextEncoder().encode(text);
  const bytes = new Uint8Array(5 + data.byteLength);
  new DataView(bytes.buffer).setUint32(1, data.byteLength);
  bytes.set(data, 5);
  return bytes;
}
