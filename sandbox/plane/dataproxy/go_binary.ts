import { type DescField, toBinary } from "@bufbuild/protobuf";
import {
  reflect,
  type ReflectMap,
  type ReflectMessage,
} from "@bufbuild/protobuf/reflect";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/**
 * A message in the bytes that Go's deterministic marshaling gives it: fields by
 * number, but those of oneofs after all others, and maps by their keys. Hashes
 * that clients see depend on this order.
 */
export function toGoBinary(message: ReflectMessage): Uint8Array {
  const writer = new BinaryWriter();
  const set = message.sortedFields.filter((field) => message.isSet(field));
  const [inOneof, plain] = [true, false].map((wanted) =>
    set.filter((field) => (field.oneof !== undefined) === wanted)
  );
  for (const field of [...plain ?? [], ...inOneof ?? []]) {
    writeField(writer, message, field);
  }
  return writer.finish();
}

function writeField(
  writer: BinaryWriter,
  message: ReflectMessage,
  field: DescField,
): void {
  if (field.fieldKind === "message") {
    writeMessage(writer, field.number, message.get(field));
  } else if (field.fieldKind === "map") {
    writeMap(writer, field, message.get(field));
  } else if (field.fieldKind === "list" && field.listKind === "message") {
    for (const item of message.get(field)) {
      // A list of messages holds nothing else.
      writeMessage(writer, field.number, item as ReflectMessage);
    }
  } else {
    const alone = reflect(message.desc);
    alone.set(field, message.get(field));
    writer.raw(toBinary(message.desc, alone.message));
  }
}

function writeMessage(
  writer: BinaryWriter,
  number: number,
  message: ReflectMessage,
): void {
  writer.tag(number, WireType.LengthDelimited).bytes(toGoBinary(message));
}

type MapField = DescField & { fieldKind: "map" };

/** Maps with keys of text, the only ones that inputs have. */
function writeMap(
  writer: BinaryWriter,
  field: MapField,
  map: ReflectMap,
): void {
  const keys = [...map.keys()].map(String).sort();
  for (const key of keys) {
    const entry = new BinaryWriter();
    entry.tag(1, WireType.LengthDelimited).string(key);
    const value = map.get(key);
    if (field.mapKind === "message") {
      // A map of messages holds nothing else.
      writeMessage(entry, 2, value as ReflectMessage);
    } else {
      entry.tag(2, WireType.LengthDelimited).string(String(value));
    }
    writer.tag(field.number, WireType.LengthDelimited).bytes(entry.finish());
  }
}
