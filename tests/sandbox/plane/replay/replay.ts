import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { mask } from "./masking.ts";
import {
  type Exchange,
  isStream,
  type RecordedRequest,
  type StreamEntry,
  wasDropped,
} from "./recorded.ts";
import type { TestClock } from "./test_clock.ts";
import type { Answer, WireClient, WireStream } from "./wire_client.ts";

const JSON_TYPE = { "content-type": "application/json" };

/** How long a silent stream is listened to: the README's rule. */
const QUIET_MS = 200;
/** How long a message may take before the test gives up on it. */
const PATIENCE_MS = 5_000;

/** What exchanges are replayed against. */
export interface Target {
  readonly client: WireClient;
  readonly clock: TestClock;
  /** Puts a file into the object store. */
  readonly putObject: (uri: string, content: Uint8Array) => void;
}

/** Sends exchanges to a plane and compares its answers with the recorded ones. */
export class Replay {
  readonly #target: Target;
  /** Run names the real service generated, and ours for them. */
  readonly #names = new Map<string, string>();

  constructor(target: Target) {
    this.#target = target;
  }

  /** Replays one exchange; rejects where the answer is not the recorded one. */
  async exchange(exchange: Exchange): Promise<void> {
    if (exchange.object !== undefined) {
      const content = Buffer.from(exchange.base64 ?? "", "base64");
      this.#target.putObject(exchange.object, new Uint8Array(content));
    } else if (isStream(exchange)) {
      await this.#stream(exchange);
    } else {
      await this.#unary(exchange);
    }
  }

  async #unary(exchange: Exchange): Promise<void> {
    const { response } = exchange;
    const answer = await this.#target.client.send(this.#requestOf(exchange));
    if (wasDropped(exchange)) {
      assertEquals(answer.status, 0, "the connection is dropped");
      return;
    }
    assertEquals(answer.status, response?.status, textOf(answer));
    this.#compareHeaders(response?.headers ?? {}, answer.headers);
    if (response?.json !== undefined) {
      const json = JSON.parse(textOf(answer));
      this.#learnName(exchange, json);
      this.#compare(response.json, json);
    } else {
      compareText(response?.text ?? "", textOf(answer));
    }
  }

  #requestOf({ rpc, http, request }: Exchange) {
    const [method, path] = http ? http.split(" ") : ["POST", `/${rpc}`];
    return {
      method: method ?? "POST",
      path: path ?? "/",
      headers: request?.headers ?? JSON_TYPE,
      body: this.#bodyOf(request),
    };
  }

  #bodyOf(request: RecordedRequest | undefined): Uint8Array {
    if (request?.base64 !== undefined) {
      return new Uint8Array(Buffer.from(request.base64, "base64"));
    }
    const { text, json } = request ?? {};
    const body = text ?? (json === undefined ? "" : JSON.stringify(json));
    return new TextEncoder().encode(this.#rename(body));
  }

  #rename(text: string): string {
    let renamed = text;
    for (const [theirs, ours] of this.#names) {
      renamed = renamed.replaceAll(theirs, ours);
    }
    return renamed;
  }

  async #stream(exchange: Exchange): Promise<void> {
    const { rpc, request, response } = exchange;
    const message = JSON.parse(
      this.#rename(JSON.stringify(request?.json ?? {})),
    );
    await using stream = this.#target.client.open(`/${rpc}`, message);
    let at = 0;
    for (const entry of response?.stream ?? []) {
      if (entry.meanwhile !== undefined) {
        await this.#meanwhile(entry);
      } else {
        // A wait of seconds with nothing happening passes on the plane's clock.
        if (entry.at_ms - at >= PATIENCE_MS) {
          this.#target.clock.advance(PATIENCE_MS);
        }
        await this.#expect(entry, stream);
      }
      at = entry.at_ms;
    }
    await this.#expectEnd(exchange, stream);
  }

  async #meanwhile({ rpc, json }: StreamEntry): Promise<void> {
    const answer = await this.#target.client.send({
      method: "POST",
      path: `/${rpc}`,
      headers: JSON_TYPE,
      body: new TextEncoder().encode(JSON.stringify(json)),
    });
    assertEquals(answer.status, 200, textOf(answer));
  }

  async #expect(entry: StreamEntry, stream: WireStream): Promise<void> {
    const event = await stream.next(PATIENCE_MS);
    const kind = entry.message === undefined ? "end" : "message";
    assertEquals(event.kind, kind);
    assert(event.kind === "message" || event.kind === "end");
    this.#compare(entry.message ?? entry.end_of_stream, event.json);
  }

  async #expectEnd(exchange: Exchange, stream: WireStream): Promise<void> {
    const { end = "", status, headers } = exchange.response ?? {};
    const open = end.startsWith("still open") || end.startsWith("no answer");
    const event = await stream.next(open ? QUIET_MS : PATIENCE_MS);
    assertEquals(event.kind, open ? "quiet" : "closed", end);
    assertEquals(stream.head?.status, status);
    this.#compareHeaders(headers ?? {}, stream.head?.headers ?? {});
  }

  #compareHeaders(
    expected: Readonly<Record<string, string>>,
    actual: Readonly<Record<string, string>>,
  ): void {
    for (const [name, value] of Object.entries(expected)) {
      assertEquals(actual[name], value, name);
    }
  }

  #learnName({ request, response }: Exchange, json: unknown): void {
    if (!isCreateWithoutName(request?.json)) return;
    const [theirs, ours] = [runName(response?.json), runName(json)];
    if (theirs && ours) this.#names.set(theirs, ours);
  }

  #compare(expected: unknown, actual: unknown): void {
    const masked = mask(expected, actual, this.#names);
    assertEquals(masked.actual, masked.expected);
  }
}

function textOf({ body }: Answer): string {
  return new TextDecoder().decode(body);
}

/** Texts of errors are not compared, what they begin with is. */
function compareText(expected: string, actual: string): void {
  const code = /^[a-z_]+: /.exec(expected)?.[0];
  if (code === undefined) assertEquals(actual, expected);
  else assertEquals(actual.slice(0, code.length), code);
}

function isCreateWithoutName(request: unknown): boolean {
  return typeof request === "object" && request !== null &&
    "projectId" in request && "taskId" in request && !("runId" in request);
}

function runName(response: unknown): string | undefined {
  return /"name":"(r[a-z0-9]{19})"/.exec(JSON.stringify(response))?.[1];
}
