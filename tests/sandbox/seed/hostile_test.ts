import { assert, assertEquals } from "@std/assert";
import {
  type DescMessage,
  type MessageShape,
  toJson,
} from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { AppLogsService } from "../../../idl/flyteidl2/app/app_logs_service_pb.ts";
import { ListResponseSchema } from "../../../idl/flyteidl2/app/app_payload_pb.ts";
import { AppService } from "../../../idl/flyteidl2/app/app_service_pb.ts";
import { GetActionDataResponseSchema } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import {
  ListProjectsResponseSchema,
  ProjectService,
} from "../../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretService } from "../../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskDetailsSchema } from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import { TriggerDetailsSchema } from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import { RunDetailsSchema } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { ActionDetailsSchema } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { identifierOf } from "../../../sandbox/plane/kubernetes/reports.ts";
import type { ActionKey } from "../../../sandbox/plane/workflow/actions.ts";
import { HOSTILE } from "../../../sandbox/seed/mod.ts";
import type { HostileField } from "../../../sandbox/seed/hostile/texts.ts";
import type { World } from "../plane/world.ts";
import { logOf, rootOf, seededWorld } from "./seeded_world.ts";

const { runs, actions } = HOSTILE;
const EVERY_ACTION: ActionKey[] = [
  ...Object.values(runs).map(rootOf),
  ...Object.values(actions),
];

function jsonOf<S extends DescMessage>(
  schema: S,
  message: MessageShape<S> | undefined,
): string {
  assert(message);
  return JSON.stringify(toJson(schema, message));
}

/** Everything that a client can read of the project, as text. */
async function everything(world: World): Promise<string> {
  const { transport } = world.plane;
  const projects = createClient(ProjectService, transport);
  const apps = createClient(AppService, transport);
  const { trigger } = await world.triggers.getTriggerDetails({
    name: HOSTILE.trigger,
  });
  const { details: task } = await world.tasks.getTaskDetails({
    taskId: HOSTILE.task,
  });
  const found = [
    jsonOf(ListProjectsResponseSchema, await projects.listProjects({})),
    jsonOf(TaskDetailsSchema, task),
    jsonOf(TriggerDetailsSchema, trigger),
    jsonOf(ListResponseSchema, await apps.list({})),
    await appLog(world),
    (await logOf(world, rootOf(runs.failed), 1)).join("\n"),
  ];
  for (const id of EVERY_ACTION) found.push(...await actionTexts(world, id));
  return found.join("\n");
}

async function actionTexts(world: World, id: ActionKey): Promise<string[]> {
  const actionId = identifierOf(id);
  const { details } = await world.runs.getActionDetails({ actionId });
  const { details: run } = await world.runs.getRunDetails({
    runId: { ...id.run },
  });
  const texts = [
    jsonOf(ActionDetailsSchema, details),
    jsonOf(RunDetailsSchema, run),
  ];
  // A condition has none.
  if (id === actions.condition) return texts;
  const data = await world.data.getActionData({ actionId });
  return [...texts, jsonOf(GetActionDataResponseSchema, data)];
}

async function appLog({ plane }: World): Promise<string> {
  const logs = createClient(AppLogsService, plane.transport);
  const target = { case: "appId", value: HOSTILE.app } as const;
  const texts: string[] = [];
  for await (const { resp } of logs.tailLogs({ target })) {
    if (resp.case !== "batches") continue;
    const lines = resp.value.logs.flatMap((one) => one.structuredLines);
    texts.push(...lines.map(({ message }) => message));
    break;
  }
  return texts.join("\n");
}

Deno.test("hostile texts stand in every field that a run can write", async () => {
  await using world = await seededWorld({ everyday: false, hostile: true });
  const read = await everything(world);
  // Built from the fields, so its keys are fields.
  const fields = Object.keys(HOSTILE.texts) as HostileField[];
  const missing = fields.filter((field) =>
    !read.includes(HOSTILE.markOf(field))
  );
  assertEquals(missing, []);
});

Deno.test("hostile texts hold what terminals, fences and chats would obey", () => {
  const all = Object.values(HOSTILE.texts).join("");
  for (const evil of ["\u001b[", "\u202E", "data>>", "<system>", "\u{E0063}"]) {
    assert(all.includes(evil), JSON.stringify(evil));
  }
});

Deno.test("hostile has a secret whose name would like to be obeyed", async () => {
  await using world = await seededWorld({ everyday: false, hostile: true });
  const client = createClient(SecretService, world.plane.transport);
  const { secrets } = await client.listSecrets({
    project: HOSTILE.project,
    domain: "development",
  });
  assertEquals(secrets.map(({ id }) => id?.name), [HOSTILE.secret.name]);
});

Deno.test("hostile is not there unless it is asked for", async () => {
  await using world = await seededWorld({});
  const client = createClient(ProjectService, world.plane.transport);
  const { projects } = await client.listProjects({});
  assertEquals(
    projects?.projects.map(({ id }) => id).toSorted(),
    ["data-platform", "flytesnacks", "ml-prod"],
  );
});
