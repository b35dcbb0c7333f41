import type { VariableMap } from "../../../idl/flyteidl2/core/interface_pb.ts";
import type { Literal } from "../../../idl/flyteidl2/core/literals_pb.ts";
import type { LiteralType } from "../../../idl/flyteidl2/core/types_pb.ts";
import type { NamedLiteral } from "../../../idl/flyteidl2/task/common_pb.ts";
import { type Decoded, fit } from "./fit.ts";
import { literalTree } from "./literal_tree.ts";
import { select } from "./select.ts";
import { fieldsTree, type Level, MAX_DEPTH, type Tree } from "./tree.ts";

/** Bytes that are used unless the caller says otherwise. */
const MAX_BYTES = 16_000;

/** In less there is no room for a value and a marker. */
const LEAST_BYTES = 256;

/** What of a value is decoded, and how much of it. */
export interface DecodeOptions {
  /**
   * Bytes of the answer as JSON, with the fences that the result will have.
   * At least 256.
   *
   * @default {16000}
   */
  readonly maxBytes?: number;
  /**
   * The part that is asked for: `rows[3].name`, `["any name"]`, `rows[100:]`.
   * Names are those of the answer. Markers give the path of what they stand
   * for.
   *
   * @default {""} the whole
   */
  readonly path?: string;
  /**
   * Keep the signatures of signed URLs, which let in whoever has them.
   *
   * @default {false}
   */
  readonly includeUrls?: boolean;
}

/** {@linkcode DecodeOptions} of several values. */
export interface DecodeAllOptions extends DecodeOptions {
  /**
   * Bytes of each named value, unless a path asks for one.
   *
   * @default {maxBytes}
   */
  readonly maxValueBytes?: number;
}

/**
 * A literal as JSON for a reader.
 *
 * Scalars are themselves: integers that JSON numbers would round, and NaN and
 * infinities, are strings; times RFC 3339, durations `1h30m0s`, none `null`.
 * Dataclasses are objects, in whatever form they were stored. What is stored
 * elsewhere is described by `{kind, uri, …}`, kind `file`, `dir`, `dataset`,
 * `table`, `pickle` or `offloaded`; other kinds are `binary` and `error`. A
 * union names its variant, `{union, value}`, where the value does not tell it.
 * What is unknown is `{unknown}`, what is left out a marker `{cut, …, path}`.
 * Text that others wrote stands in `quote()`, unless it is one harmless word.
 *
 * @param type what the task declares; `null` where that is not known
 * @throws {ToolError} `invalid_argument` when the path leads nowhere; without a
 * path it never throws
 */
export function decodeLiteral(
  literal: Literal | undefined,
  type: LiteralType | null,
  options: DecodeOptions = {},
): Decoded {
  return shown(literalTree(literal, type, levelOf(options)), options);
}

/**
 * Named literals, such as an action's inputs or outputs, as one JSON object:
 * {@linkcode decodeLiteral} of each. They share the budget, small ones stay
 * whole. A path begins with a name: `o0.rows[3].name`.
 *
 * @param types the task's variables, `interface.inputs` or `.outputs`
 * @throws {ToolError} `invalid_argument` when the path leads nowhere
 */
export function decodeLiterals(
  literals: readonly NamedLiteral[],
  types: VariableMap | undefined,
  options: DecodeAllOptions = {},
): Decoded {
  return shown(literalsTree(literals, types, levelOf(options)), options);
}

/** Literals with a name for them all, such as an action's inputs. */
export interface LiteralGroup {
  readonly name: string;
  /** `null`: there are none to speak of. */
  readonly literals: readonly NamedLiteral[] | null;
  readonly types: VariableMap | undefined;
}

/**
 * Several groups as one JSON object: {@linkcode decodeLiterals} of each, within
 * one budget. A path begins with a group: `outputs.o0.rows[3].name`.
 *
 * @throws {ToolError} `invalid_argument` when the path leads nowhere
 */
export function decodeGroups(
  groups: readonly LiteralGroup[],
  options: DecodeOptions = {},
): Decoded {
  const level = levelOf(options);
  const tree = fieldsTree(groups.map(({ name, literals, types }) => [
    name,
    literals && literalsTree(literals, types, level),
  ]));
  return shown(tree, options);
}

function literalsTree(
  literals: readonly NamedLiteral[],
  types: VariableMap | undefined,
  level: Level,
): Tree {
  const declared = new Map(
    types?.variables.map(({ key, value }) => [key, value?.type ?? null]),
  );
  return fieldsTree(literals.map(({ name, value }) => [
    name,
    literalTree(value, declared.get(name) ?? null, level),
  ]));
}

function levelOf({ includeUrls = false }: DecodeOptions): Level {
  return { depth: MAX_DEPTH, includeUrls, asInput: false };
}

function shown(
  tree: Tree,
  { maxBytes = MAX_BYTES, maxValueBytes = Infinity, path = "" }:
    DecodeAllOptions,
): Decoded {
  return fit(select(tree, path), {
    maxBytes: Math.max(maxBytes, LEAST_BYTES),
    maxValueBytes: path === "" ? maxValueBytes : Infinity,
  });
}
