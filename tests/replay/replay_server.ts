/**
 * A Flyte that answers with what the real services answered: the recorded
 * JSON bodies, transcoded to binary through the IDL, to the question that
 * comes closest to what is asked. Nothing in its answers was made up by us.
 */
import {
  type DescMethod,
  type DescService,
  fromBinary,
  fromJson,
  type JsonValue,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AuthMetadataService } from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import { AppLogsService } from "../../idl/flyteidl2/app/app_logs_service_pb.ts";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { ClusterService } from "../../idl/flyteidl2/cluster/service_pb.ts";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretService } from "../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskService } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import {
  listenOnLoopback,
  type LoopbackServer,
} from "../../sandbox/loopback.ts";
import {
  type Exchange,
  readRecorded,
  wasDropped,
} from "../sandbox/plane/replay/recorded.ts";

/** Where clusters are was recorded of another machine. */
const SERVICES: readonly DescService[] = [
  AppLogsService,
  AppService,
  AuthMetadataService,
  DataProxyService,
  IdentityService,
  ProjectService,
  RunService,
  SecretService,
  TaskService,
  TriggerService,
];

/** A server that replays, and what it was asked. */
export interface Replay extends LoopbackServer {
  /** `package.Service/Method` of each call. */
  readonly asked: readonly string[];
}

/**
 * Serves these exchanges; where two fit equally well, the first answers.
 *
 * @param options.always answers every question of its RPC, whatever is asked
 * @param options.otherwise answer questions that nobody recorded anything like
 */
export async function serveRecorded(
  exchanges: readonly Exchange[],
  { always, otherwise = [] }: {
    always?: Exchange;
    otherwise?: readonly Exchange[];
  } = {},
): Promise<Replay> {
  const asked: string[] = [];
  const server = await listenOnLoopback((req, res) => {
    const rpc = (req.url ?? "").slice(1);
    asked.push(rpc);
    const given = rpc === always?.rpc ? always : null;
    const rest = otherwise.find((one) => one.rpc === rpc);
    answer(req, res, { exchanges, given, rest }).catch(() => res.destroy());
  }, 0);
  return { ...server, asked };
}

/** All exchanges of these files. */
export function recorded(...files: string[]): Exchange[] {
  return files.flatMap(readRecorded);
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  { exchanges, given, rest }: {
    exchanges: readonly Exchange[];
    given: Exchange | null;
    rest: Exchange | undefined;
  },
): Promise<void> {
  const rpc = (req.url ?? "").slice(1);
  const method = methodOf(rpc, given ? [ClusterService] : []);
  if (!method) return plain(res, 404, "404 page not found\n");
  const body = await readBody(req);
  const isStream = method.methodKind === "server_streaming";
  const message = fromBinary(method.input, isStream ? body.subarray(5) : body);
  const asked = toJson(method.input, message) as Question;
  const found = given ??
    closest(exchanges.filter((one) => one.rpc === rpc), { method, asked }) ??
    rest;
  if (found && wasDropped(found)) return void res.destroy();
  if (isStream && found) return sendStream(res, method, found, given !== null);
  const response = found?.response;
  if (!response) return plain(res, 501, "Nothing recorded");
  res.statusCode = response.status ?? 200;
  if (res.statusCode !== 200) {
    res.setHeader("content-type", response.headers?.["content-type"] ?? "");
    return void res.end(JSON.stringify(response.json ?? response.text));
  }
  res.setHeader("content-type", "application/proto");
  res.end(encode(method, response.json));
}

/**
 * Sends what was recorded of a stream: one that ended is sent whole with its
 * end, of one that stayed open the first message, or all of them, and then
 * nothing more, as Flyte does.
 */
function sendStream(
  res: ServerResponse,
  method: DescMethod,
  found: Exchange,
  isWhole: boolean,
): void {
  const recorded = found.response?.stream ?? [];
  const end = recorded.find(({ end_of_stream: end }) => end)?.end_of_stream;
  const messages = recorded.flatMap(({ message }) => message ?? []);
  const sent = end || isWhole ? messages : messages.slice(0, 1);
  if (!end && sent.length === 0) return;
  res.setHeader("content-type", "application/connect+proto");
  for (const message of sent) res.write(frame(0, encode(method, message)));
  if (!end) return;
  res.end(frame(2, new TextEncoder().encode(JSON.stringify(end))));
}

/** An envelope of Connect: flags, length, content. */
function frame(flags: number, bytes: Uint8Array): Uint8Array {
  const frame = new Uint8Array(5 + bytes.length);
  frame[0] = flags;
  new DataView(frame.buffer).setUint32(1, bytes.length);
  frame.set(bytes, 5);
  return frame;
}

function encode(method: DescMethod, json: unknown): Uint8Array {
  // What was recorded is JSON; the IDL refuses it where it does not fit.
  return toBinary(method.output, fromJson(method.output, json as JsonValue));
}

type Question = Readonly<Record<string, JsonValue>>;

/** The recorded question about the same thing with the most in common. */
function closest(
  exchanges: readonly Exchange[],
  { method, asked }: { method: DescMethod; asked: Question },
): Exchange | undefined {
  const scored = exchanges.flatMap((exchange) => {
    const question = questionOf(exchange, method);
    if (!question || !sameThing(question, asked)) return [];
    return [{ exchange, score: likeness(question, asked) }];
  });
  scored.sort((a, b) => b.score - a.score);
  return scored[0]?.exchange;
}

/** What was asked, in the IDL's own JSON: defaults are left out. */
function questionOf(exchange: Exchange, method: DescMethod): Question | null {
  const json = exchange.request?.json;
  if (json === undefined) return null;
  try {
    const message = fromJson(method.input, json as JsonValue, {
      ignoreUnknownFields: true,
    });
    return toJson(method.input, message) as Question;
  } catch {
    // A malformed question was recorded for its refusal.
    return null;
  }
}

/** What a question may be about. */
const THINGS = [
  ...["runId", "actionId", "attempt", "projectId", "taskId", "taskName", "id"],
  ...["appId", "project", "domain"],
  // A trigger by its own name, and the runs that it started.
  ...["name", "triggerName"],
  // Only the runs that wait, or all of them.
  "pausedActionsOnly",
];

/** The same run, action, task or project; `org` is nothing to Flyte. */
function sameThing(
  a: Readonly<Record<string, JsonValue>>,
  b: typeof a,
): boolean {
  return THINGS.every((key) => canonical(a[key]) === canonical(b[key]));
}

function likeness(a: Question, b: Question): number {
  const parts = (question: Question) => {
    const request = question.request as Record<string, JsonValue> | undefined;
    return [
      request?.filters ?? question.filter,
      request?.sortByFields,
      question.sortBy,
      question.org,
    ].map((part) => canonical(part));
  };
  const [own, other] = [parts(a), parts(b)];
  return own.reduce(
    (sum, part, at) => sum + (part === other[at] ? 8 >> at : 0),
    0,
  );
}

/** JSON with sorted keys and without the organization. */
function canonical(value: JsonValue | undefined): string {
  return JSON.stringify(value ?? null, (key, part) => {
    if (key === "org" || key === "organization") return undefined;
    const isObject = typeof part === "object" && part && !Array.isArray(part);
    return isObject
      ? Object.fromEntries(Object.entries(part).toSorted())
      : part;
  });
}

function methodOf(
  rpc: string,
  more: readonly DescService[],
): DescMethod | undefined {
  const [service, name] = rpc.split("/");
  return [...SERVICES, ...more].find(({ typeName }) => typeName === service)
    ?.methods.find((method) => method.name === name);
}

async function readBody(req: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of req) chunks.push(chunk);
  return new Uint8Array(await new Blob(chunks as BlobPart[]).arrayBuffer());
}

function plain(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  res.end(text);
}
