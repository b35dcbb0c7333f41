/**
 * A way to Flyte whose answers have other numbers in their enums: those of a
 * newer Flyte, which this version does not know.
 */
import {
  type DescField,
  type DescMessage,
  fromBinary,
  toBinary,
} from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { AppLogsService } from "../../idl/flyteidl2/app/app_logs_service_pb.ts";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretService } from "../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskService } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { createFetch, type Fetch } from "../../src/http/fetch.ts";

const SERVICES = [
  ...[AppLogsService, AppService, IdentityService, DataProxyService],
  ...[ProjectService, SecretService, TaskService, TriggerService, RunService],
];

const OUTPUTS: ReadonlyMap<string, DescMessage> = new Map(
  SERVICES.flatMap((service) =>
    service.methods.map((method) =>
      [`${service.typeName}/${method.name}`, method.output] as const
    )
  ),
);

/** The number that stands for a value of this enum. */
export type ChangeEnum = (typeName: string, value: number) => number;

/** The network, with every enum of what Flyte answers changed. */
export function fetchChanged(change: ChangeEnum): Fetch & Disposable {
  const network = createFetch({ caCert: null });
  const changed: Fetch = async (url, init) => {
    const response = await network(url, init);
    const output = OUTPUTS.get(new URL(url).pathname.slice(1));
    if (!output || !response.ok) return response;
    const alter = (bytes: Uint8Array) => alterMessage(output, bytes, change);
    const isStream = response.headers.get("content-type")
      ?.startsWith("application/connect+proto");
    const body = isStream
      ? response.body?.pipeThrough(alteringEnvelopes(alter))
      : alter(await response.bytes());
    const headers = new Headers(response.headers);
    headers.delete("content-length");
    return new Response(body, { status: response.status, headers });
  };
  return Object.assign(changed, {
    [Symbol.dispose]: () => network[Symbol.dispose](),
  });
}

function alterMessage(
  schema: DescMessage,
  bytes: Uint8Array,
  change: ChangeEnum,
): Uint8Array<ArrayBuffer> {
  const message = fromBinary(schema, bytes);
  alterFields(reflect(schema, message), change);
  return new Uint8Array(toBinary(schema, message));
}

function alterFields(message: ReflectMessage, change: ChangeEnum): void {
  for (const field of message.fields) {
    if (message.isSet(field)) alterField(message, field, change);
  }
}

function alterField(
  message: ReflectMessage,
  field: DescField,
  change: ChangeEnum,
): void {
  switch (field.fieldKind) {
    case "enum":
      return message.set(
        field,
        change(field.enum.typeName, message.get(field)),
      );
    case "message":
      return alterFields(message.get(field), change);
    case "list":
      if (field.listKind !== "message") return;
      for (const item of message.get(field)) {
        // The items of such a list are messages.
        alterFields(item as ReflectMessage, change);
      }
      return;
    case "map":
      if (field.mapKind !== "message") return;
      for (const [, item] of message.get(field)) {
        // The values of such a map are messages.
        alterFields(item as ReflectMessage, change);
      }
      return;
    case "scalar":
      return;
  }
}

const END_OF_STREAM = 2;

/** Messages of a stream: a byte of flags, four of length, then the message. */
function alteringEnvelopes(
  alter: (bytes: Uint8Array) => Uint8Array<ArrayBuffer>,
): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let rest = new Uint8Array();
  return new TransformStream({
    transform(chunk, controller) {
      rest = joined(rest, chunk);
      for (;;) {
        const length = rest.length < 5
          ? Infinity
          : new DataView(rest.buffer, rest.byteOffset).getUint32(1);
        if (rest.length < 5 + length) return;
        const [flags = 0] = rest;
        const message = rest.slice(5, 5 + length);
        rest = rest.slice(5 + length);
        const isEnd = (flags & END_OF_STREAM) !== 0;
        controller.enqueue(enveloped(flags, isEnd ? message : alter(message)));
      }
    },
  });
}

function enveloped(
  flags: number,
  message: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(5 + message.length);
  bytes[0] = flags;
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, 5);
  return bytes;
}

function joined(
  head: Uint8Array,
  tail: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}
