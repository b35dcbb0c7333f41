import { assert, assertEquals } from "@std/assert";
import {
  createRegistry,
  type DescMessage,
  type DescMethod,
  fromJson,
  type JsonValue,
} from "@bufbuild/protobuf";
import { AppLogsService } from "../../../idl/flyteidl2/app/app_logs_service_pb.ts";
import { AppService } from "../../../idl/flyteidl2/app/app_service_pb.ts";
import { AuthMetadataService } from "../../../idl/flyteidl2/auth/auth_service_pb.ts";
import { IdentityService } from "../../../idl/flyteidl2/auth/identity_pb.ts";
import { ClusterService } from "../../../idl/flyteidl2/cluster/service_pb.ts";
import { DataProxyService } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { ProjectService } from "../../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretService } from "../../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskService } from "../../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { InternalRunService } from "../../../idl/flyteidl2/workflow/internal_run_service_pb.ts";
import { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { TranslatorService } from "../../../idl/flyteidl2/workflow/translator_service_pb.ts";
import { type Exchange, readRecorded } from "./replay/recorded.ts";

const FILES = [
  "wire",
  "identity",
  "identity-with-idp",
  "identity-idp-gone",
  "projects",
  "tasks",
  "runs-build",
  "runs-read",
  "streams",
  "data",
  "translator",
  "triggers",
  "aborts",
  "kubernetes",
  "missing-ids",
];

const REGISTRY = createRegistry(
  AppLogsService,
  AppService,
  AuthMetadataService,
  IdentityService,
  ClusterService,
  DataProxyService,
  ProjectService,
  SecretService,
  TaskService,
  TriggerService,
  InternalRunService,
  RunService,
  TranslatorService,
);

/** Services that no client calls and the IDL therefore does not hold. */
const NOT_IN_IDL = new Set([
  "flyteidl2.actions.ActionsService",
  "flyteidl2.org.DomainService",
  "flyteidl2.workflow.RunLogsService",
]);

/** Requests that were made wrong on purpose; they must not parse. */
const MADE_WRONG = new Set([
  "unknown JSON field is ignored",
  "wrong JSON type",
]);

/** A recorded message and what it should be. */
interface Recorded {
  readonly schema: DescMessage;
  readonly json: JsonValue;
  readonly where: string;
}

function methodOf(rpc: string): DescMethod | undefined {
  const [service = "", name = ""] = rpc.split("/");
  if (NOT_IN_IDL.has(service)) return undefined;
  return REGISTRY.getService(service)?.methods
    .find((method) => method.name === name);
}

/** Every message of an exchange, whichever way it went. */
function messagesOf(exchange: Exchange): Recorded[] {
  const { rpc = "", request, response } = exchange;
  const found: Recorded[] = [];
  const add = (rpc: string, side: "input" | "output", json: unknown) => {
    const method = methodOf(rpc);
    if (!method || json === undefined || json === null) return;
    const where = `${exchange.case}: ${side} of ${rpc}`;
    // What was read from a JSON file is a JSON value.
    found.push({ schema: method[side], json: json as JsonValue, where });
  };
  add(rpc, "input", request?.json);
  if (response?.status === 200) add(rpc, "output", response.json);
  for (const entry of response?.stream ?? []) {
    if (entry.meanwhile) add(entry.rpc ?? "", "input", entry.json);
    else add(rpc, "output", entry.message);
  }
  return found;
}

function problemOf({ schema, json, where }: Recorded): string[] {
  try {
    fromJson(schema, json);
    return [];
  } catch (error) {
    return [`${where}: ${error}`];
  }
}

for (const file of FILES) {
  Deno.test(`idl parses every recorded message of ${file}`, () => {
    const messages = readRecorded(file)
      .filter((exchange) => !MADE_WRONG.has(exchange.case))
      .flatMap(messagesOf);
    assert(messages.length > 0);
    assertEquals(messages.flatMap(problemOf), []);
  });
}

for (const made of MADE_WRONG) {
  Deno.test(`idl does not parse the request "${made}"`, () => {
    const [request] = readRecorded("wire")
      .filter((exchange) => exchange.case === made).flatMap(messagesOf);
    assert(request);
    assertEquals(problemOf(request).length, 1);
  });
}

Deno.test("idl holds every method that was recorded with an answer", () => {
  const missing = FILES.flatMap((file) => readRecorded(file))
    .filter(({ rpc, response }) => rpc && response?.status !== 404)
    .map(({ rpc = "" }) => rpc)
    .filter((rpc) =>
      !methodOf(rpc) && !NOT_IN_IDL.has(rpc.split("/")[0] ?? "")
    );
  assertEquals([...new Set(missing)], []);
});
