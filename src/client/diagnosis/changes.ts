import { equals } from "@bufbuild/protobuf";
import { LiteralSchema } from "../../../idl/flyteidl2/core/literals_pb.ts";
import type { NamedLiteral } from "../../../idl/flyteidl2/task/common_pb.ts";
import type { MadeOf } from "./made_of.ts";

/** What a run may differ in. */
export type ChangedThing =
  | "version"
  | "image"
  | "inputs"
  | "env"
  | "resources"
  | "secrets";

/** What differs between two runs of a task. */
export type Change =
  | {
    readonly what: "version" | "image";
    readonly before: string;
    readonly after: string;
  }
  | {
    readonly what: Exclude<ChangedThing, "version" | "image">;
    /** What was added, went or has another value. */
    readonly names: ChangedNames;
  };

/** Names that are different, by how. */
export interface ChangedNames {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Two of a kind: of the run to compare with, and of the run in question. */
export interface Pair<T> {
  readonly before: T;
  readonly after: T;
}

/**
 * What is different from the last success.
 *
 * @param inputs `null` where they could not be read
 */
export function changesOf(
  { before, after }: Pair<MadeOf>,
  inputs: Pair<readonly NamedLiteral[]> | null,
): Change[] {
  const named = (["env", "resources", "secrets"] as const)
    .map((what) => ({ what, names: compareMaps(before[what], after[what]) }));
  const all: Change[] = [
    ...(["version", "image"] as const).flatMap((what) =>
      before[what] === after[what]
        ? []
        : [{ what, before: before[what], after: after[what] }]
    ),
    ...inputs
      ? [{ what: "inputs", names: compareLiterals(inputs) } as const]
      : [],
    ...named,
  ];
  return all.filter((change) => !("names" in change) || !isEmpty(change.names));
}

function compareMaps(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): ChangedNames {
  return compare({ before, after }, (a, b) => a === b);
}

/** Which of named values are different. */
export function compareLiterals(
  { before, after }: Pair<readonly NamedLiteral[]>,
): ChangedNames {
  const byName = (literals: readonly NamedLiteral[]) =>
    new Map(literals.map(({ name, value }) => [name, value]));
  return compare(
    { before: byName(before), after: byName(after) },
    (a, b) => a === b || Boolean(a && b && equals(LiteralSchema, a, b)),
  );
}

function compare<T>(
  { before, after }: Pair<ReadonlyMap<string, T>>,
  isSame: (a: T | undefined, b: T | undefined) => boolean,
): ChangedNames {
  const [old, now] = [[...before.keys()], [...after.keys()]];
  return {
    added: now.filter((name) => !before.has(name)),
    removed: old.filter((name) => !after.has(name)),
    changed: now.filter((name) =>
      before.has(name) && !isSame(before.get(name), after.get(name))
    ),
  };
}

function isEmpty({ added, removed, changed }: ChangedNames): boolean {
  return added.length + removed.length + changed.length === 0;
}
