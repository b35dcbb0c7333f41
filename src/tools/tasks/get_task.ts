import { Code, ConnectError } from "@connectrpc/connect";
import { z } from "zod";
import type { VariableMap } from "../../../idl/flyteidl2/core/interface_pb.ts";
import type {
  TaskDetails,
  TaskSpec,
} from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import {
  inputsSchema,
  outputsSchema,
} from "../../client/literals/interface_schema.ts";
import { personOf } from "../../client/people.ts";
import { isoTime } from "../../client/times.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { roomBeside } from "../budget.ts";
import { findTask, type FoundTask } from "./find_task.ts";
import { DOMAIN, PROJECT, TASK } from "../parameters.ts";
import { placesOf, taskUrl } from "../run_reference.ts";
import { showScope } from "../scope.ts";
import { describeTask } from "./task_description.ts";
import { readTaskTriggers } from "./task_triggers.ts";
import { defineTool, READS, type ToolContext } from "../tool.ts";

/** Of the room for both schemas, what the inputs may take. */
const INPUTS_SHARE = 0.7;
const ONLY_INPUT_SHARE = 0.9;

export const getTask = defineTool({
  name: "get_task",
  title: "Get a Flyte task",
  toolset: "tasks",
  description:
    "One version of a task, the latest unless `version` says otherwise: JSON Schema of its inputs with defaults, outputs, docs, image, resources, cache, secrets (names), triggers, other versions. `task` is a name from list_tasks, or its function's name alone where that is unique.",
  input: {
    task: TASK,
    version: z.string().min(1).max(255).optional().describe(
      "Unless given, the one in the task's URL, else the latest",
    ),
    input: z.string().min(1).max(255).optional().describe(
      "Only this input, for one that was left out as too large",
    ),
    project: PROJECT,
    domain: DOMAIN,
  },
  output: {
    scope: z.looseObject({}),
    name: z.string(),
    version: z.string(),
    versions: z.array(z.looseObject({})),
    type: z.string().nullable(),
    deployed_at: z.string().nullable(),
    description: z.string().nullable(),
    image: z.string().nullable(),
    cache: z.looseObject({}),
    resources: z.looseObject({}),
    secrets: z.array(z.looseObject({})),
    triggers: z.array(z.looseObject({})).nullable(),
    inputs: z.looseObject({}),
    outputs: z.looseObject({}),
    url: z.string(),
  },
  annotations: READS,
  async run({ task, version: asked, input, ...given }, context) {
    const found = await findTask(task, { given, context });
    const wanted = asked ?? found.version;
    const version = wanted ?? found.versions[0]?.version ?? "";
    const [details, triggers] = await Promise.all([
      readTask(found, version, context),
      readTaskTriggers(found, context),
    ]);
    const name = nameOf(found.name);
    const facts = {
      status: "ok",
      scope: showScope(found.scope),
      name,
      version: nameOf(version),
      versions: versionsOf(found),
      more_versions: found.hasMore,
      ...describeTask(details),
      ...triggers,
      url: taskUrl({ ...found.scope, name: found.name }, placesOf(context)),
    };
    const which = wanted === undefined ? ", the latest" : "";
    return {
      text: `Task ${name}, version ${facts.version}${which} of ${
        countOf(found)
      }.`,
      data: {
        ...facts,
        ...schemasOf(details.spec, {
          ...{ input, facts, maxBytes: context.maxResultBytes },
        }),
      },
    };
  },
});

async function readTask(
  found: FoundTask,
  version: string,
  { clients, config, signal }: ToolContext,
): Promise<TaskDetails> {
  const { name, scope: { project, domain } } = found;
  const taskId = {
    ...{ project, domain, name, version },
    org: config.org?.value ?? "",
  };
  try {
    const { details } = await clients.tasks.getTaskDetails({ taskId }, {
      signal,
    });
    if (details) return details;
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) throw error;
  }
  throw noSuchVersion(found, version);
}

function noSuchVersion(found: FoundTask, version: string): ToolError {
  const known = found.versions.map((one) => nameOf(one.version)).join(", ");
  return new ToolError(
    "not_found",
    `Task ${nameOf(found.name)} has no version "${nameOf(version)}".`,
    {
      nextStep: `It has ${known}${found.hasMore ? " and older ones" : ""}.`,
      scope: { ...showScope(found.scope) },
    },
  );
}

function versionsOf({ versions }: FoundTask) {
  return versions.map(({ version, deployedAt, deployedBy }) => ({
    version: nameOf(version),
    deployed_at: isoTime(deployedAt),
    ...deployedBy && { deployed_by: personOf(deployedBy) },
  }));
}

function countOf({ versions, hasMore }: FoundTask): string {
  return hasMore ? `more than ${versions.length}` : `${versions.length}`;
}

/** Both schemas within what is left of the result. */
function schemasOf(
  spec: TaskSpec | undefined,
  { input, facts, maxBytes }: {
    input: string | undefined;
    facts: Readonly<Record<string, unknown>>;
    maxBytes: number;
  },
) {
  const { inputs, outputs } = spec?.taskTemplate?.interface ?? {};
  const shown = input === undefined ? inputs : onlyOne(inputs, input);
  const share = input === undefined ? INPUTS_SHARE : ONLY_INPUT_SHARE;
  const schema = inputsSchema(shown, spec?.defaultInputs ?? [], {
    maxBytes: Math.floor(roomBeside(facts, maxBytes) * share),
  });
  const rest = roomBeside({ ...facts, inputs: schema }, maxBytes);
  return {
    inputs: schema,
    outputs: outputsSchema(outputs, { maxBytes: rest }),
  };
}

/** @throws {ToolError} `not_found` */
function onlyOne(inputs: VariableMap | undefined, name: string): VariableMap {
  const variables = (inputs?.variables ?? []).filter(({ key }) => key === name);
  if (inputs && variables.length > 0) return { ...inputs, variables };
  const known = (inputs?.variables ?? []).slice(0, 20)
    .map(({ key }) => nameOf(key, 64)).join(", ");
  throw new ToolError(
    "not_found",
    `The task has no input "${nameOf(name, 64)}".`,
    { nextStep: known ? `Its inputs: ${known}.` : "It takes no inputs." },
  );
}
