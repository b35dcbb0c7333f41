/** One line of a recorded file; tests/recorded/README.md says what it holds. */
export interface Exchange {
  readonly n?: number;
  readonly case: string;
  /** `package.Service/Method`, for calls. */
  readonly rpc?: string;
  /** `METHOD /path`, for plain HTTP. */
  readonly http?: string;
  /** A file put into the object store, with its content. */
  readonly object?: string;
  readonly base64?: string;
  readonly request?: RecordedRequest;
  readonly response?: RecordedResponse;
}

/** What was sent. */
export interface RecordedRequest {
  readonly json?: unknown;
  readonly text?: string;
  readonly base64?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back. */
export interface RecordedResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly stream?: readonly StreamEntry[];
  readonly end?: string;
  /** Set when the server closed the connection without an answer. */
  readonly connection?: string;
}

/** What came on a stream, or what was called meanwhile on another connection. */
export interface StreamEntry {
  readonly at_ms: number;
  readonly message?: unknown;
  readonly end_of_stream?: unknown;
  readonly meanwhile?: string;
  readonly rpc?: string;
  readonly json?: unknown;
}

const FOLDER = new URL("../../../recorded/", import.meta.url);

/** The exchanges of one recorded file, in its order. */
export function readRecorded(file: string): Exchange[] {
  const lines = Deno.readTextFileSync(new URL(`${file}.jsonl`, FOLDER));
  return lines.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Whether the real server dropped the connection without an answer. */
export function wasDropped({ response }: Exchange): boolean {
  return response?.connection !== undefined ||
    (response?.end ?? "").startsWith("connection closed");
}

/** Whether an exchange is a call of a streaming method. */
export function isStream({ response, request }: Exchange): boolean {
  const type = request?.headers?.["content-type"] ?? "";
  return response?.end !== undefined && !type.startsWith("application/json");
}
