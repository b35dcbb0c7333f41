import type { JsonValue } from "@bufbuild/protobuf";
import type { NamedLiteral } from "../../../idl/flyteidl2/task/common_pb.ts";
import type { RunDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import {
  type Change,
  type ChangedNames,
  changesOf,
} from "../../client/diagnosis/changes.ts";
import { type MadeOf, madeOf } from "../../client/diagnosis/made_of.ts";
import {
  decodeGroups,
  type LiteralGroup,
} from "../../client/literals/decode.ts";
import { nameOf, quote } from "../../text.ts";
import { timesOf } from "../actions/action_facts.ts";
import type { LastSuccess } from "../runs/last_success.ts";

/** Bytes of the inputs of one run. */
const INPUT_BYTES = 1200;

/** Names shown of what changed. */
const MAX_NAMES = 20;

/** What changed since the last success, for a reader. */
export function describeChanges(now: RunDetails, then: LastSuccess) {
  const made = { before: madeOf(then.run), after: madeOf(now) };
  const changes = changesOf(made, then.inputs);
  const { id, status } = then.run.action ?? {};
  const { started_at, duration } = timesOf(status);
  return {
    run: nameOf(id?.run?.name ?? ""),
    started_at,
    duration,
    duration_now: timesOf(now.action?.status).duration,
    inputs_compared: then.inputs !== null,
    changed: changes.map((change) => describe(change, { made, then, now })),
  };
}

function describe(
  change: Change,
  { made, then, now }: {
    made: { before: MadeOf; after: MadeOf };
    then: LastSuccess;
    now: RunDetails;
  },
) {
  switch (change.what) {
    case "version":
    case "image": {
      const { what, before, after } = change;
      return {
        what,
        before: nameOf(before) || null,
        after: nameOf(after) || null,
      };
    }
    case "resources":
      return { what: change.what, ...resources(change.names, made) };
    case "inputs":
      return {
        what: change.what,
        ...shownNames(change.names),
        ...inputs(change.names, { then, now }),
      };
    // Values of variables and secrets are nobody's business here.
    case "env":
    case "secrets":
      return { what: change.what, ...shownNames(change.names) };
  }
}

function resources(
  names: ChangedNames,
  { before, after }: { before: MadeOf; after: MadeOf },
) {
  const all = allNames(names);
  return {
    before: valuesOf(before.resources, all),
    after: valuesOf(after.resources, all),
  };
}

function inputs(
  names: ChangedNames,
  { then, now }: { then: LastSuccess; now: RunDetails },
) {
  const all = allNames(names);
  const values = (run: RunDetails, literals: readonly NamedLiteral[] = []) =>
    inputsOf(run, literals.filter(({ name }) => all.includes(name)));
  return {
    before: values(then.run, then.inputs?.before),
    after: values(now, then.inputs?.after),
  };
}

/** Inputs as JSON, within a budget. */
export function inputsOf(
  { action }: Pick<RunDetails, "action">,
  literals: readonly NamedLiteral[],
): JsonValue {
  const types = action?.spec.case === "task"
    ? action.spec.value.taskTemplate?.interface?.inputs
    : undefined;
  // Markers then have the path that get_run_io takes.
  const group = { name: "inputs", literals, types };
  return decodeGroup(group, INPUT_BYTES);
}

/** The values of one group alone. */
export function decodeGroup(group: LiteralGroup, maxBytes: number): JsonValue {
  const { value } = decodeGroups([group], { maxBytes });
  const isObject = typeof value === "object" && value !== null &&
    !Array.isArray(value);
  return isObject ? value[group.name] ?? value : value;
}

/** All that differ. */
export function allNames({ added, removed, changed }: ChangedNames): string[] {
  return [...added, ...removed, ...changed];
}

/** The names by how they differ, of each kind the first ones. */
export function shownNames({ added, removed, changed }: ChangedNames) {
  const names = (all: readonly string[]) =>
    all.slice(0, MAX_NAMES).map((name) => nameOf(name, 80));
  return {
    ...(added.length > 0 && { added: names(added) }),
    ...(removed.length > 0 && { removed: names(removed) }),
    ...(changed.length > 0 && { changed: names(changed) }),
  };
}

function valuesOf(
  values: ReadonlyMap<string, string>,
  names: readonly string[],
): Record<string, string | null> {
  return Object.fromEntries(
    names.slice(0, MAX_NAMES).map((name) => {
      const value = values.get(name);
      return [nameOf(name, 80), value === undefined ? null : quoteShort(value)];
    }),
  );
}

/** Amounts are words; anything else is fenced. */
function quoteShort(value: string): string {
  return /^[\w.]{1,20}$/.test(value) ? value : quote(value, 100);
}
