/** Every call of every service, by what its messages can say. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  create,
  type DescField,
  type DescMessage,
  type DescMethod,
  type Message,
  ScalarType,
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
import type { Limits } from "../../../src/client/limits/limits.ts";
import { listOf } from "../../../src/client/limits/lists.ts";
import { isIdentifier } from "../../../src/client/limits/places.ts";
import { checkQuestion } from "../../../src/client/limits/questions.ts";
import { ToolError } from "../../../src/errors.ts";

const SERVICES = [
  ...[AppLogsService, AppService, AuthMetadataService, ClusterService],
  ...[DataProxyService, IdentityService, InternalRunService, ProjectService],
  ...[RunService, SecretService, TaskService, TranslatorService],
  TriggerService,
];

const LIMITS: Limits = {
  projects: { value: ["ours"], source: "--allowed-projects" },
  domains: { value: ["ours"], source: "--allowed-domains" },
  tasks: { value: ["ours"], source: "--allowed-tasks" },
};

/** Calls whose questions cannot name a place. */
const NAME_NONE = [
  "AppService.Lease",
  "ProjectService.ListProjects",
  "TranslatorService.LaunchFormJsonToLiterals",
];

/** Fields that say where something is. */
const TOLD = ["project", "domain", "name", "id", "taskName"];

/** The ways to a place from a message, each as the fields on it. */
function waysToPlaces(desc: DescMessage, before: DescField[] = []) {
  const ways: DescField[][] = isIdentifier(desc) ? [before] : [];
  if (before.length > 6) return ways;
  for (const field of desc.fields) {
    const isNew = field.message && !before.includes(field);
    if (isNew) ways.push(...waysToPlaces(field.message, [...before, field]));
  }
  return ways;
}

/** A message with one place in it, at the end of a way. */
function messageWith(
  desc: DescMessage,
  [field, ...rest]: readonly DescField[],
  text: string,
): Message {
  if (!field?.message) {
    const texts = desc.fields.filter(({ scalar, localName }) =>
      scalar === ScalarType.STRING && TOLD.includes(localName)
    );
    const own = texts.map(({ localName }) => [localName, text]);
    return create(desc, Object.fromEntries(own));
  }
  const within = messageWith(field.message, rest, text);
  const value = field.fieldKind === "list"
    ? [within]
    : field.fieldKind === "map"
    ? { key: within }
    : within;
  const { localName, oneof } = field;
  return create(
    desc,
    oneof
      ? { [oneof.localName]: { case: localName, value } }
      : { [localName]: value },
  );
}

function check(method: DescMethod, message: Message) {
  const list = listOf(method);
  return checkQuestion({ method, message }, { limits: LIMITS, list });
}

for (const { methods, typeName } of SERVICES) {
  for (const method of methods) {
    const name = `${typeName.split(".").at(-1)}.${method.name}`;
    const ways = waysToPlaces(method.input);
    const isOfLogins = ["AuthMetadataService", "IdentityService"]
      .some((one) => name.startsWith(one));

    Deno.test(`${name} is refused wherever it names another place`, () => {
      assert(
        ways.length > 0 || isOfLogins || NAME_NONE.includes(name),
        "It names no place: may it be called?",
      );
      for (const way of ways) {
        const where = way.map(({ localName }) => localName).join(".");
        const theirs = messageWith(method.input, way, "theirs");
        const error = assertThrows(() => check(method, theirs), ToolError);
        assertEquals(error.code, "permission_denied", where);
        const ours = messageWith(method.input, way, "ours");
        check(method, ours);
      }
    });

    Deno.test(`${name} that names no place is ${isOfLogins || listOf(method) ? "sent" : "refused"}`, () => {
      const bare = create(method.input);
      if (isOfLogins || listOf(method)) {
        assertEquals(check(method, bare), []);
      } else assertThrows(() => check(method, bare), ToolError);
    });
  }
}
