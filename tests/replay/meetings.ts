/**
 * Which tools meet which recorded answers: each answer of an RPC is served for
 * whatever is asked of that RPC, with recorded answers of the others around it.
 */
import { assert, assertEquals } from "@std/assert";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { FIX_BY } from "../../src/errors.ts";
import type { Tool } from "../../src/tools/tool.ts";
import { type Called, connectServer, fastClock } from "../harness.ts";
import { type Exchange, wasDropped } from "../sandbox/plane/replay/recorded.ts";
import { recorded, serveRecorded } from "./replay_server.ts";

/** What a tool is asked about. */
export interface Subject {
  readonly run: string;
  readonly project: string;
  readonly domain: string;
  readonly action: string;
  readonly attempt: number | undefined;
  readonly task: string;
  readonly version: string | undefined;
  readonly app: string;
  readonly trigger: string;
}

/** The run, task, app and trigger that are asked about when nothing is said. */
const USUAL: Subject = {
  ...{ project: "flytesnacks", domain: "development" },
  ...{ run: "r-ok", action: "a0", attempt: undefined },
  ...{ task: "etl.load", version: undefined },
  ...{ app: "web", trigger: "hourly" },
};

// The recordings are JSON of the IDL's messages.
// deno-lint-ignore no-explicit-any
type Json = any;

/** What an exchange was about: said by its question, or else by its answer. */
export function subjectOf({ request, response }: Exchange): Subject {
  const asked: Json = request?.json ?? {};
  const got: Json = response?.json ?? {};
  const id = asked.actionId ?? got.details?.action?.id ?? got.details?.id;
  const run = asked.runId ?? id?.run;
  const task = asked.taskId ?? asked.taskName ?? got.details?.taskId;
  const app = asked.appId ?? got.app?.metadata?.id;
  const trigger = asked.name ?? got.trigger?.id?.name;
  const place = run ?? task ?? app ?? trigger ?? scopeOf(asked);
  return {
    project: place?.project || USUAL.project,
    domain: place?.domain || USUAL.domain,
    run: run?.name || USUAL.run,
    action: id?.name || USUAL.action,
    attempt: asked.attempt > 0 ? asked.attempt : USUAL.attempt,
    task: task?.name || USUAL.task,
    version: task?.version || USUAL.version,
    app: app?.name || USUAL.app,
    trigger: trigger?.name || USUAL.trigger,
  };
}

function scopeOf(asked: Json) {
  const { projectId, project, domain } = asked;
  const named = projectId ?? (typeof project === "object" ? project : null);
  return named ? { project: named.name, domain: named.domain } : {
    project,
    domain,
  };
}

/** What a tool is given on a subject: what it takes, and no long waits. */
export function argumentsFor(
  { input }: Pick<Tool, "input">,
  subject: Subject,
): Record<string, unknown> {
  const isAbout = (name: string) => name in input.shape;
  const about = {
    ...isAbout("run") && { run: subject.run },
    ...isAbout("action") && { action: subject.action },
    ...isAbout("attempt") && { attempt: subject.attempt },
    ...isAbout("task") && !isAbout("run") && !isAbout("trigger") &&
      { task: subject.task },
    ...isAbout("app") && { app: subject.app },
    ...isAbout("trigger") && !isAbout("phases") && { trigger: subject.trigger },
    ...isAbout("wait_seconds") && { wait_seconds: 2 },
    ...isAbout("log_lines") && { log_lines: 20 },
    ...isAbout("project") && { project: subject.project },
    ...isAbout("domain") && { domain: subject.domain },
  };
  return Object.fromEntries(
    Object.entries(about).filter(([, value]) => value !== undefined),
  );
}

/** Everything else that was recorded and that was not refused. */
const AROUND: readonly Exchange[] = recorded(
  ...["kubernetes", "runs-read", "streams", "tasks", "triggers", "data"],
  ...["identity", "projects"],
).filter((one) => !wasDropped(one) && (one.response?.status ?? 200) === 200);

/** What tools can meet. */
const TO_MEET: readonly Exchange[] = recorded(
  ...["tasks", "runs-read", "streams", "data", "translator", "triggers"],
  "kubernetes",
);

/** Every RPC that was recorded there. */
export const RECORDED_RPCS: ReadonlySet<string> = new Set(
  TO_MEET.flatMap(({ rpc }) => rpc ?? []),
);

/** The recorded answers of an RPC, each of several alike once. */
export function toMeet(rpc: string): Exchange[] {
  const answers = new Map<string, Exchange>();
  for (const one of TO_MEET.filter((one) => one.rpc === rpc)) {
    const { status, json, text, stream = [], end, connection } = one.response ??
      {};
    const messages = stream.map(({ at_ms: _, ...rest }) => rest);
    const said = [status, json, text, messages, end, connection];
    answers.set(JSON.stringify(said), one);
  }
  return [...answers.values()];
}

/** What a Flyte says of a subject that nothing else was recorded of. */
function otherwise(subject: Subject): Exchange[] {
  const { project, domain, run, action, version = "v1" } = subject;
  const runId = { project, domain, name: run };
  const state = {
    status: { phase: "ACTION_PHASE_RUNNING", attempts: 1 },
    attempts: [{ attempt: 1, phase: "ACTION_PHASE_RUNNING" }],
  };
  const root = { id: { run: runId, name: "a0" }, ...state };
  const details = { id: { run: runId, name: action }, ...state };
  const gone = { error: { code: "not_found", message: "pod a0-0 not found" } };
  const none = { error: { code: "not_found", message: "no replicas found" } };
  return [
    said("workflow.RunService/GetRunDetails", { details: { action: root } }),
    said("workflow.RunService/GetActionDetails", { details }),
    said("workflow.RunService/ListActions", { actions: [{ id: root.id }] }),
    said("workflow.RunService/ListRuns", {}),
    said("dataproxy.DataProxyService/GetActionData", {}),
    said("task.TaskService/ListVersions", { versions: [{ version }] }),
    said("task.TaskService/GetTaskDetails", { details: {} }),
    said("trigger.TriggerService/ListTriggers", {}),
    said("app.AppService/Get", { app: {} }),
    {
      ...said("app.AppLogsService/TailLogs", {}),
      response: { stream: [{ at_ms: 0, end_of_stream: none }] },
    },
    {
      ...said("dataproxy.DataProxyService/TailLogs", {}),
      response: { stream: [{ at_ms: 0, end_of_stream: gone }] },
    },
    {
      ...said("workflow.RunService/WatchActions", {}),
      response: {
        stream: [{
          at_ms: 0,
          message: {
            enrichedActions: [{
              action: root,
              childrenPhaseCounts: { "4": 1 },
            }],
          },
        }],
      },
    },
  ];
}

function said(rpc: string, json: Json): Exchange {
  return {
    case: "it is there",
    rpc: `flyteidl2.${rpc}`,
    response: { status: 200, json },
  };
}

/** The most that a result may have. */
const MAX_BYTES = RESULT_BYTES.usual;

/**
 * Calls a tool of a Flyte that answers an RPC with what was recorded, and
 * fails unless the tool asks for it, calls it neither a defect nor anything
 * that is not in its schema, and answers in a size that hosts take.
 */
export async function meet(
  exchange: Exchange,
  tool: Tool,
  more: Record<string, unknown> = {},
): Promise<Called> {
  const subject = subjectOf(exchange);
  await using flyte = await serveRecorded(AROUND, {
    always: exchange,
    otherwise: otherwise(subject),
  });
  await using server = await connectServer(flyte.url, {
    clock: fastClock(20),
  });
  const args = { ...argumentsFor(tool, subject), ...more };
  const called = await server.call(tool.name, args);
  const { data, text, isError } = called;
  assert(flyte.asked.includes(exchange.rpc ?? ""), `not asked: ${flyte.asked}`);
  assertEquals(server.reports, []);
  assert(!text.includes("should not happen"), text);
  assertEquals(data.status, isError ? "error" : "ok", text);
  if (isError) assert(data.error.code in FIX_BY, text);
  const { error } = tool.output.safeParse(data);
  assertEquals(error, undefined, error?.message);
  const bytes = new TextEncoder().encode(JSON.stringify(data)).length;
  assert(bytes <= MAX_BYTES, `${bytes} bytes`);
  return called;
}
