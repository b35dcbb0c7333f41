import { z } from "zod";
import type { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { type Phase, phaseNumber } from "../../client/phases.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { describeRow } from "./action_row.ts";
import {
  allNodes,
  foldedRows,
  type TreeNode,
  type TreeRow,
} from "./action_tree.ts";
import { fitting } from "../budget.ts";
import type { ResponseFormat } from "../parameters.ts";

/** Which actions are asked for. */
export interface ActionQuestion {
  readonly phases?: readonly Phase[] | undefined;
  readonly under?: string | undefined;
}

/** Where a page starts, and the row before it. */
export const PLACE = z.object({
  row: z.number().int().min(0),
  after: z.string().nullable(),
});

/**
 * The rows of a tree that are asked for.
 *
 * @throws {ToolError} `not_found`
 */
export function rowsOf(
  roots: readonly TreeNode[],
  { phases = [], under }: ActionQuestion,
): TreeRow[] {
  const top = under === undefined ? roots : allNodes(roots)
    .filter(({ name }) => name === under);
  if (top.length === 0) throw noSuchAction(under ?? "");
  if (phases.length === 0) return foldedRows(top);
  const wanted = new Set<ActionPhase>(phases.map(phaseNumber));
  return allNodes(top).filter(({ phase }) => wanted.has(phase))
    .map((node) => ({ kind: "action", node }));
}

function noSuchAction(name: string): ToolError {
  return new ToolError(
    "not_found",
    `The run has no action "${nameOf(name)}".`,
    { nextStep: "Leave `under` out to see the actions from the root down." },
  );
}

/** Rows move while a run goes on: the one that was last is looked for. */
export function goOn(
  rows: readonly TreeRow[],
  { row, after }: z.output<typeof PLACE>,
): number {
  const at = rows.findIndex((one) =>
    one.kind === "action" && one.node.name === after
  );
  return at < 0 ? row : at + 1;
}

/** As many rows as fit, and where the next page starts; `null`: nowhere. */
export function pageOf(
  rows: readonly TreeRow[],
  { from, limit, format, bytes }: {
    from: number;
    limit: number;
    format: ResponseFormat;
    bytes: number;
  },
) {
  const entries = fitting(
    rows.slice(from, from + limit).map((row) => describeRow(row, format)),
    bytes,
  );
  const to = from + entries.length;
  return {
    entries,
    next: to < rows.length ? { row: to, after: nameAt(rows, to - 1) } : null,
  };
}

function nameAt(rows: readonly TreeRow[], index: number): string | null {
  const row = rows[index];
  return row?.kind === "action" ? row.node.name : null;
}
