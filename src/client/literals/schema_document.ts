import type { JsonObject } from "@bufbuild/protobuf";
import { presentAll } from "../../text.ts";
import { planShares } from "./shares.ts";
import { jsonBytes } from "./shown_text.ts";

/** Bytes that are used unless the caller says otherwise. */
const MAX_BYTES = 10_000;

/** Of those, what the document takes beside its properties. */
const FRAME_BYTES = 160;

/** How large a schema may become. */
export interface SchemaOptions {
  /**
   * Bytes of the schema as JSON. Inputs with the largest schemas are described
   * in a sentence when all together are larger.
   *
   * @default {10000}
   */
  readonly maxBytes?: number;
}

/** A property of the document. */
export interface SchemaMember {
  readonly name: string;
  readonly schema: JsonObject;
  readonly definitions: JsonObject;
  readonly isRequired: boolean;
  /** What is said of it when the schema is too large. */
  readonly brief: JsonObject;
}

/**
 * A schema of an object within a budget; the largest members are brief when
 * all together are too large.
 */
export function documentOf(
  members: readonly SchemaMember[],
  { maxBytes = MAX_BYTES }: SchemaOptions,
): { document: JsonObject; isWhole: boolean } {
  const sized = members.map((member) => ({
    ...member,
    size: shownBytes(member.schema) + shownBytes(member.definitions),
    overhead: jsonBytes(member.name) * (member.isRequired ? 2 : 1) + 3,
  }));
  const bytes = maxBytes - FRAME_BYTES;
  const { count, level } = planShares(sized, { bytes, isLongList: false });
  const shown = sized.slice(0, count).map((member) =>
    member.size <= level
      ? member
      : { ...member, schema: member.brief, definitions: {} }
  );
  const isWhole = count === members.length;
  const definitions = Object.assign({}, ...shown.map((one) => one.definitions));
  const required = shown.filter((one) => one.isRequired)
    .map(({ name }) => name);
  const document = {
    type: "object",
    ...!isWhole && { description: `The first ${count} of ${members.length}.` },
    properties: Object.fromEntries(shown.map((one) => [one.name, one.schema])),
    ...required.length > 0 && { required },
    ...Object.keys(definitions).length > 0 && { $defs: definitions },
  };
  return { document, isWhole };
}

/** Bytes of a schema once its fences stand. */
export function shownBytes(schema: JsonObject): number {
  return jsonBytes(presentAll(schema, "00000000"));
}
