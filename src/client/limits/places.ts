import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { isMessage, type MessageShape, ScalarType } from "@bufbuild/protobuf";
import {
  type ProjectIdentifier,
  ProjectIdentifierSchema,
  RunIdentifierSchema,
  TriggerNameSchema,
} from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { IdentifierSchema } from "../../../idl/flyteidl2/core/identifier_pb.ts";
import {
  GetProjectRequestSchema,
  ProjectSchema,
} from "../../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretIdentifierSchema } from "../../../idl/flyteidl2/secret/definition_pb.ts";
import {
  TaskIdentifierSchema,
  TaskNameSchema,
} from "../../../idl/flyteidl2/task/task_definition_pb.ts";

/** Where something is; what a message leaves open is not there. */
export interface Place {
  readonly project?: string | undefined;
  readonly domain?: string | undefined;
  /** Name of the task that it is, or belongs to. */
  readonly task?: string | undefined;
  /** Name of the run that it is. */
  readonly run?: string | undefined;
}

/** How messages of one type say where something is. */
interface Reader {
  readonly schema: DescMessage;
  read(message: Message): Place | null;
}

/** Types that say it otherwise than by fields `project` and `domain`. */
const READERS: readonly Reader[] = [
  reader(ProjectIdentifierSchema, placeOfProject),
  reader(RunIdentifierSchema, ({ project, domain, name }) => ({
    ...{ project, domain, run: name },
  })),
  reader(TaskIdentifierSchema, placeOfTask),
  reader(TaskNameSchema, placeOfTask),
  reader(IdentifierSchema, placeOfTask),
  reader(TriggerNameSchema, ({ project, domain, taskName }) => ({
    // Without one it may be of any task.
    ...{ project, domain, task: taskName || undefined },
  })),
  reader(ProjectSchema, ({ id }) => ({ project: id })),
  reader(GetProjectRequestSchema, ({ id }) => ({ project: id })),
  reader(SecretIdentifierSchema, ({ project, domain }) => ({
    // A secret without a project is every project's.
    ...{ project: project || undefined, domain: domain || undefined },
  })),
];

/** Where a message of such a type says something is; `null`: it does not. */
export function placeOf(desc: DescMessage, message: Message): Place | null {
  const own = READERS.find(({ schema }) => schema.typeName === desc.typeName);
  if (own) return own.read(message);
  if (!hasText(desc, "project") || !hasText(desc, "domain")) return null;
  // Both fields are there, as was just seen.
  const { project, domain } = message as unknown as Record<string, string>;
  return { project, domain };
}

/** Whether messages of a type say by themselves where something is. */
export function isIdentifier(desc: DescMessage): boolean {
  return READERS.some(({ schema }) => schema.typeName === desc.typeName) ||
    hasText(desc, "project") && hasText(desc, "domain");
}

/** Every place that a message names, at any depth. */
export function placesIn(desc: DescMessage, message: Message): Place[] {
  const own = placeOf(desc, message);
  const within = messagesIn(desc, message)
    .flatMap(([desc, message]) => placesIn(desc, message));
  return own ? [own, ...within] : within;
}

/** A message within another one, with its type. */
type Within = readonly [DescMessage, Message];

/** The messages that a message holds, a level deep. */
function messagesIn(desc: DescMessage, message: Message): Within[] {
  return desc.fields.flatMap((field) => {
    const type = field.message;
    if (!type) return [];
    const value = valueOf(field, message);
    const all = value === undefined
      ? []
      : field.fieldKind === "message"
      ? [value]
      // Lists and maps of messages hold messages.
      : Object.values(value as Record<string, unknown>);
    return all.map((one): Within => [type, one as Message]);
  });
}

/** The value of a field, which may be one of several. */
export function valueOf(
  { localName, oneof }: DescField,
  message: Message,
): unknown {
  // Fields are found by the names that their descriptors give them.
  const fields = message as unknown as Record<string, unknown>;
  if (!oneof) return fields[localName];
  const chosen = fields[oneof.localName] as { case?: string; value?: unknown };
  return chosen.case === localName ? chosen.value : undefined;
}

function placeOfProject({ name, domain }: ProjectIdentifier): Place {
  return { project: name, domain };
}

function placeOfTask(
  { project, domain, name }: { project: string; domain: string; name: string },
): Place {
  return { project, domain, task: name };
}

function reader<Desc extends DescMessage>(
  schema: Desc,
  read: (message: MessageShape<Desc>) => Place,
): Reader {
  return {
    schema,
    read: (message) => isMessage(message, schema) ? read(message) : null,
  };
}

function hasText({ field }: DescMessage, name: string): boolean {
  const found = field[name];
  return found?.fieldKind === "scalar" && found.scalar === ScalarType.STRING;
}
