/** The literals of every recorded exchange, as the real services sent them. */
import { fromJson, type JsonObject, type JsonValue } from "@bufbuild/protobuf";
import { assert, assertEquals } from "@std/assert";
import { VariableMapSchema } from "../../../idl/flyteidl2/core/interface_pb.ts";
import { InputsSchema } from "../../../idl/flyteidl2/task/common_pb.ts";
import { TaskSpecSchema } from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import {
  decodeLiteral,
  decodeLiterals,
} from "../../../src/client/literals/decode.ts";
import {
  inputsSchema,
  outputsSchema,
} from "../../../src/client/literals/interface_schema.ts";
import {
  type Exchange,
  readRecorded,
} from "../../sandbox/plane/replay/recorded.ts";
import { literal } from "./literals.ts";

const FILES = [
  "aborts",
  "data",
  "kubernetes",
  "runs-build",
  "runs-read",
  "streams",
  "tasks",
  "translator",
  "triggers",
];

const EXCHANGES = FILES.flatMap((file) =>
  readRecorded(file).map((exchange) => ({ file, exchange }))
);

/** Everything within a JSON value that looks like a literal. */
function literalsIn(value: unknown): JsonObject[] {
  if (typeof value !== "object" || value === null) return [];
  const within = Object.values(value).flatMap(literalsIn);
  const found = ["scalar", "collection", "map", "offloadedMetadata"]
    .some((key) => isObject(Reflect.get(value, key)));
  // Recorded bodies are JSON.
  return found ? [value as JsonObject, ...within] : within;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** Every task spec within a JSON value. */
function specsIn(value: unknown): JsonObject[] {
  if (typeof value !== "object" || value === null) return [];
  const within = Object.values(value).flatMap(specsIn);
  // Recorded bodies are JSON.
  return "taskTemplate" in value ? [value as JsonObject, ...within] : within;
}

const LITERALS = EXCHANGES.flatMap(({ file, exchange }) =>
  literalsIn([exchange.request?.json, exchange.response])
    .map((json) => ({ file, exchange, json }))
);

Deno.test("decodeLiteral() knows every recorded literal", () => {
  assert(LITERALS.length > 400, `only ${LITERALS.length} found`);
  for (const { file, exchange, json } of LITERALS) {
    const { value, isCut } = decodeLiteral(literal(json), null);
    const place = `${file} ${exchange.n}, ${exchange.case}`;
    const text = JSON.stringify(value);
    assert(!/"(unknown|problem|cut)":/.test(text), `${place}: ${text}`);
    assertEquals(isCut, false, place);
  }
});

Deno.test("inputsSchema() and outputsSchema() know the types of every recorded task", () => {
  const specs = EXCHANGES.flatMap(({ exchange }) =>
    specsIn([exchange.request?.json, exchange.response])
  );
  assert(specs.length > 50, `only ${specs.length} found`);
  for (const json of specs) {
    const spec = fromJson(TaskSpecSchema, json, { ignoreUnknownFields: true });
    const { inputs, outputs } = spec.taskTemplate?.interface ?? {};
    const schema = inputsSchema(inputs, spec.defaultInputs);
    const text = JSON.stringify([schema, outputsSchema(outputs)]);
    assert(!/not know|left out/.test(text), text);
    assertEquals(
      Object.keys(Object(schema["properties"])).length,
      inputs?.variables.length ?? 0,
    );
  }
});

/** The translator's questions that have an answer. */
function translations(method: string): Exchange[] {
  return readRecorded("translator").filter(({ rpc, response }) =>
    rpc?.endsWith(`/${method}`) && response?.status === 200
  );
}

/** Properties of a launch form; recorded bodies are JSON. */
// deno-lint-ignore no-explicit-any
function formOf(exchange: Exchange): any {
  // deno-lint-ignore no-explicit-any
  return (exchange.response?.json as any).json;
}

for (const exchange of translations("LiteralsToLaunchFormJson")) {
  Deno.test(`decodeLiterals() agrees with the translator: ${exchange.case}`, () => {
    // deno-lint-ignore no-explicit-any
    const { literals, variables } = exchange.request?.json as any;
    const inputs = fromJson(InputsSchema, { literals });
    const types = fromJson(VariableMapSchema, variables);
    const { value } = decodeLiterals(inputs.literals, types);
    const form = formOf(exchange).properties;
    const expected = Object.fromEntries(
      Object.entries(form).map(([name, schema]) => [name, shownBy(schema)]),
    );
    assertEquals(Object(value), expected);
  });
}

/** What a property of the form shows as its value, in our words. */
// deno-lint-ignore no-explicit-any
function shownBy(schema: any): JsonValue {
  if (schema.format === "blob") {
    const { uri, format, dimensionality } = schema.properties;
    const kind = dimensionality.default === "MULTIPART" ? "dir" : "file";
    return { kind, uri: uri.default, format: format.default || null };
  }
  return schema.default?.type === "null" ? null : schema.default;
}

for (const exchange of translations("TaskSpecToLaunchFormJson")) {
  Deno.test(`inputsSchema() agrees with the translator: ${exchange.case}`, () => {
    // deno-lint-ignore no-explicit-any
    const { taskSpec } = exchange.request?.json as any;
    const spec = fromJson(TaskSpecSchema, taskSpec);
    const inputs = spec.taskTemplate?.interface?.inputs;
    // The translator does not look at defaults.
    const { properties, required } = inputsSchema(inputs, []);
    const form = formOf(exchange);
    assertEquals(
      Object.keys(Object(properties)).toSorted(),
      Object.keys(form.properties).toSorted(),
    );
    assertEquals(
      [required].flat().toSorted(),
      [...form.required].toSorted(),
    );
    for (const [name, schema] of Object.entries(Object(properties))) {
      assertEquals(typeOf(schema), typeOf(form.properties[name]), name);
    }
  });
}

/** The JSON types of a schema; files are strings to us, objects to the form. */
// deno-lint-ignore no-explicit-any
function typeOf(schema: any): unknown {
  if (schema.format === "blob") return "string";
  const variants = schema.anyOf ?? schema.oneOf;
  return variants ? variants.map(typeOf) : schema.type;
}

/** What the translator itself changes on the way to a literal. */
const CHANGED: ReadonlyMap<unknown, JsonValue> = new Map<unknown, JsonValue>([
  [3.7, 3],
  // No longer a number that JSON is sure to keep.
  [9007199254740992, "9007199254740992"],
  ["1h30m", "1h30m0s"],
  [90, "1m30s"],
  ["90", "1m30s"],
]);

for (const exchange of translations("JsonValuesToLiterals")) {
  Deno.test(`decodeLiterals() gives back what was translated: ${exchange.case}`, () => {
    // deno-lint-ignore no-explicit-any
    const { values, variables } = exchange.request?.json as any;
    const inputs = fromJson(InputsSchema, {
      // deno-lint-ignore no-explicit-any
      literals: (exchange.response?.json as any).literals ?? [],
    });
    const types = fromJson(VariableMapSchema, variables);
    const { value } = decodeLiterals(inputs.literals, types);
    assertEquals(Object(value).x, asDecoded(values.x ?? null));
  });
}

/** A value as it was given, in the one form that decoding gives it. */
// deno-lint-ignore no-explicit-any
function asDecoded(given: any): JsonValue {
  if (given?.uri && given.dimensionality) {
    return { kind: "file", uri: given.uri, format: given.format };
  }
  if (given?.uri) {
    return { kind: "dataset", ...given, columns: null };
  }
  return CHANGED.get(given) ?? given;
}
