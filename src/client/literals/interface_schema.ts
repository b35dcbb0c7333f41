import type { JsonObject } from "@bufbuild/protobuf";
import type {
  Parameter,
  Variable,
  VariableMap,
} from "../../../idl/flyteidl2/core/interface_pb.ts";
import type { NamedParameter } from "../../../idl/flyteidl2/task/common_pb.ts";
import { nameOf, quote } from "../../text.ts";
import { Definitions } from "./definitions.ts";
import { FreeNames } from "./free_names.ts";
import { literalTree } from "./literal_tree.ts";
import {
  documentOf,
  type SchemaMember,
  type SchemaOptions,
  shownBytes,
} from "./schema_document.ts";
import { Sizes, wholeJson } from "./sizes.ts";
import { MAX_DEPTH } from "./tree.ts";
import { typeSchema } from "./type_schema.ts";
import { isNone, typeName } from "./type_names.ts";

/** A larger default is told by its size. */
const MAX_DEFAULT_BYTES = 600;

const MAX_DESCRIPTION = 300;

/**
 * The JSON Schema (2020-12) of a task's inputs, as arguments that launch it:
 * files and tables are strings, their URIs; durations strings such as `1h30m`;
 * unions `anyOf`; dataclasses bring their own schema. Required is what has
 * neither a default nor `none` among its types.
 *
 * @param variables `interface.inputs` of the task
 * @param defaults `defaultInputs` of the task's spec
 */
export function inputsSchema(
  variables: VariableMap | undefined,
  defaults: readonly NamedParameter[],
  options: SchemaOptions = {},
): JsonObject {
  const parameters = new Map(
    defaults.map(({ name, parameter }) => [name, parameter]),
  );
  const names = new FreeNames();
  const members = (variables?.variables ?? []).map(({ key, value }) =>
    memberOf(new Definitions(key, names), {
      name: key,
      variable: value,
      parameter: parameters.get(key),
    })
  );
  const { document, isWhole } = documentOf(members, options);
  return { ...document, ...isWhole && { additionalProperties: false } };
}

/**
 * The JSON Schema (2020-12) of a task's outputs: types as {@linkcode inputsSchema}
 * writes them. All outputs are always there, so nothing is called required.
 */
export function outputsSchema(
  variables: VariableMap | undefined,
  options: SchemaOptions = {},
): JsonObject {
  const names = new FreeNames();
  const members = (variables?.variables ?? []).map(({ key, value }) => ({
    ...memberOf(new Definitions(key, names), { name: key, variable: value }),
    isRequired: false,
  }));
  return documentOf(members, options).document;
}

function memberOf(
  definitions: Definitions,
  { name, variable, parameter }: {
    readonly name: string;
    readonly variable: Variable | undefined;
    readonly parameter?: Parameter | undefined;
  },
): SchemaMember {
  const type = variable?.type ?? parameter?.var?.type;
  const schema = typeSchema(type, definitions);
  const given = defaultOf(parameter);
  const sentences = [
    schema["description"],
    given.sentence,
    ...about(name, variable),
  ].filter((sentence) => typeof sentence === "string");
  const described = {
    ...schema,
    ...sentences.length > 0 && { description: sentences.join(" ") },
    ...given.json,
  };
  const isOptional = type?.type.case === "unionType" &&
    type.type.value.variants.some(isNone);
  const what = nameOf(typeName(type), 32);
  const json = definitions.toJson();
  const bytes = shownBytes(described) + shownBytes(json);
  return {
    name: nameOf(name),
    schema: described,
    definitions: json,
    isRequired: !isOptional && !given.exists,
    brief: {
      ...typeof schema["type"] === "string" && { type: schema["type"] },
      description: `${what}; its schema of ${bytes} bytes is left out.`,
    },
  };
}

/** What the author wrote of a variable; the SDK repeats its name there. */
function about(name: string, variable: Variable | undefined): string[] {
  const text = variable?.description ?? "";
  return text === "" || text === name ? [] : [quote(text, MAX_DESCRIPTION)];
}

/** How a default stands in the schema. */
interface Default {
  readonly exists: boolean;
  readonly json?: JsonObject;
  readonly sentence?: string;
}

function defaultOf(parameter: Parameter | undefined): Default {
  const behavior = parameter?.behavior;
  switch (behavior?.case) {
    case "default": {
      const level = { depth: MAX_DEPTH, includeUrls: false, asInput: true };
      const type = parameter?.var?.type ?? null;
      const tree = literalTree(behavior.value, type, level);
      const bytes = new Sizes().of(tree);
      return bytes <= MAX_DEFAULT_BYTES
        ? { exists: true, json: { default: wholeJson(tree) } }
        : { exists: true, sentence: `It has a default of ${bytes} bytes.` };
    }
    case "artifactQuery":
    case "artifactId":
      return { exists: true, sentence: "By default it is an artifact." };
    case "required":
      return { exists: !behavior.value };
    case undefined:
      return { exists: false };
  }
}
