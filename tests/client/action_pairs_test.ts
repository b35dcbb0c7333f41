import { assertEquals } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import {
  type Action,
  ActionSchema,
} from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { pairActions } from "../../src/client/actions/action_pairs.ts";

/** `[name, parent, task, group]` of each action, the root first. */
type Row = readonly [string, string, string, string?];

function runOf(...rows: readonly Row[]): Map<string, Action> {
  return new Map(rows.map(([name, parent, task, group = ""]) => [
    name,
    create(ActionSchema, {
      id: { name },
      metadata: {
        parent,
        group,
        spec: { case: "task", value: { id: { name: task } } },
      },
    }),
  ]));
}

function namesOf(before: Map<string, Action>, after: Map<string, Action>) {
  const { pairs, onlyBefore, onlyAfter } = pairActions(before, after);
  const name = ({ id }: Action) => id?.name;
  return {
    pairs: pairs.map(({ before, after, depth }) => [
      name(before),
      name(after),
      depth,
    ]),
    onlyBefore: onlyBefore.map(({ action, below }) => [name(action), below]),
    onlyAfter: onlyAfter.map(({ action, below }) => [name(action), below]),
  };
}

const ROOT: Row = ["a0", "", "main"];

Deno.test("pairActions() pairs children of one task in their order, whatever their names", () => {
  const before = runOf(ROOT, ["x1", "a0", "fit"], ["x2", "a0", "fit"]);
  const after = runOf(ROOT, ["y1", "a0", "fit"], ["y2", "a0", "fit"]);
  assertEquals(namesOf(before, after), {
    pairs: [["x1", "y1", 1], ["x2", "y2", 1]],
    onlyBefore: [],
    onlyAfter: [],
  });
});

Deno.test("pairActions() pairs by task and group, not by order alone", () => {
  const before = runOf(ROOT, ["x1", "a0", "load"], ["x2", "a0", "fit", "g"]);
  const after = runOf(
    ...[ROOT, ["y1", "a0", "fit", "g"], ["y2", "a0", "load"]] as Row[],
    ["y3", "a0", "fit", "h"],
  );
  assertEquals(namesOf(before, after), {
    pairs: [["x1", "y2", 1], ["x2", "y1", 1]],
    onlyBefore: [],
    onlyAfter: [["y3", 0]],
  });
});

Deno.test("pairActions() goes down pairs alone, and counts what is below the others", () => {
  const before = runOf(
    ROOT,
    ["x1", "a0", "fit"],
    ["x2", "x1", "read"],
    ["x3", "a0", "old"],
    ["x4", "x3", "read"],
    ["x5", "x4", "read"],
  );
  const after = runOf(ROOT, ["y1", "a0", "fit"], ["y2", "y1", "read"]);
  assertEquals(namesOf(before, after), {
    pairs: [["x1", "y1", 1], ["x2", "y2", 2]],
    onlyBefore: [["x3", 2]],
    onlyAfter: [],
  });
});

Deno.test("pairActions() takes roots of different tasks for each other", () => {
  const before = runOf(["a0", "", "one"], ["x1", "a0", "fit"]);
  const after = runOf(["a0", "", "two"], ["y1", "a0", "fit"]);
  assertEquals(namesOf(before, after).pairs, [["x1", "y1", 1]]);
});

Deno.test("pairActions() of a run of which nothing came has no pairs", () => {
  assertEquals(namesOf(new Map(), runOf(ROOT, ["y1", "a0", "fit"])), {
    pairs: [],
    onlyBefore: [],
    onlyAfter: [],
  });
});

Deno.test("pairActions() takes a tree of ten thousand, as deep as it is", () => {
  const rows = Array.from({ length: 10_000 }, (_, at): Row => [
    at === 0 ? "a0" : `n${at}`,
    at === 0 ? "" : at === 1 ? "a0" : `n${at - 1}`,
    "deep",
  ]);
  const { pairs } = pairActions(runOf(...rows), runOf(...rows));
  assertEquals(pairs.length, 9_999);
  assertEquals(pairs.at(-1)?.depth, 9_999);
});
