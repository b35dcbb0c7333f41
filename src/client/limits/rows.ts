import type { DescMessage, Message } from "@bufbuild/protobuf";
import { isMessage, type MessageShape } from "@bufbuild/protobuf";
import { AppSchema } from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import type { ActionIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import {
  DomainSchema,
  ProjectSchema,
} from "../../../idl/flyteidl2/project/project_service_pb.ts";
import {
  SecretIdentifierSchema,
  SecretSchema,
} from "../../../idl/flyteidl2/secret/definition_pb.ts";
import {
  TaskDetailsSchema,
  TaskSchema,
} from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import {
  TriggerDetailsSchema,
  TriggerRevisionSchema,
  TriggerSchema,
} from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import {
  ActionDetailsSchema,
  type ActionMetadata,
  ActionSchema,
  RunDetailsSchema,
  RunSchema,
  TaskGroupSchema,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { type Place, placeOf } from "./places.ts";

/** How something that Flyte answers with says where it is itself. */
export interface Row {
  readonly schema: DescMessage;
  /** `null`: it does not say, as it should. */
  place(message: Message): Place | null;
}

/**
 * What answers are made of. A run belongs to its root's task, a trigger to the
 * task that it starts; an action may run any task of its run. What else these
 * name, such as the run whose cache was used, is a reference and not they.
 */
const ROWS: readonly Row[] = [
  row(RunSchema, ({ action }) => rootPlace(action)),
  row(RunDetailsSchema, ({ action }) => rootPlace(action)),
  row(ActionSchema, ({ id }) => runPlace(id)),
  row(ActionDetailsSchema, ({ id }) => runPlace(id)),
  row(TaskSchema, ({ taskId }) => taskPlace(taskId)),
  row(TaskDetailsSchema, ({ taskId }) => taskPlace(taskId)),
  row(TriggerSchema, ({ id }) => triggerPlace(id)),
  row(TriggerDetailsSchema, ({ id }) => triggerPlace(id)),
  row(TriggerRevisionSchema, ({ id }) => triggerPlace(id)),
  row(TaskGroupSchema, ({ taskName }) => ({ task: taskName })),
  row(ProjectSchema, ({ id }) => ({ project: id })),
  row(DomainSchema, ({ id }) => ({ domain: id })),
  row(AppSchema, ({ metadata }) => bothOf(metadata?.id)),
  row(
    SecretSchema,
    ({ id }) => id ? placeOf(SecretIdentifierSchema, id) : null,
  ),
];

/** The row that messages of a type are; `null`: they are none. */
export function rowOf(desc: DescMessage): Row | null {
  return ROWS.find(({ schema }) => schema.typeName === desc.typeName) ?? null;
}

/** The name of a root's task; empty where Flyte does not say it. */
export function rootTask(metadata: ActionMetadata | undefined): string {
  const { spec } = metadata ?? {};
  return spec?.case === "task" ? spec.value.id?.name ?? "" : "";
}

function rootPlace(
  root: {
    readonly id?: ActionIdentifier | undefined;
    readonly metadata?: ActionMetadata | undefined;
  } | undefined,
): Place | null {
  const place = runPlace(root?.id);
  return place && { ...place, task: rootTask(root?.metadata) };
}

function runPlace(id: ActionIdentifier | undefined): Place | null {
  const place = bothOf(id?.run);
  return place && { ...place, run: id?.run?.name };
}

function taskPlace(
  id: { project: string; domain: string; name: string } | undefined,
): Place | null {
  return id ? { ...bothOf(id), task: id.name } : null;
}

function triggerPlace(
  id: {
    readonly name?:
      | { project: string; domain: string; taskName: string }
      | undefined;
  } | undefined,
): Place | null {
  const name = id?.name;
  return name ? { ...bothOf(name), task: name.taskName } : null;
}

function bothOf(
  id: { project: string; domain: string } | undefined,
): Place | null {
  return id ? { project: id.project, domain: id.domain } : null;
}

function row<Desc extends DescMessage>(
  schema: Desc,
  place: (message: MessageShape<Desc>) => Place | null,
): Row {
  return {
    schema,
    place: (message) => isMessage(message, schema) ? place(message) : null,
  };
}
