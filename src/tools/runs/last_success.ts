import type { NamedLiteral } from "../../../idl/flyteidl2/task/common_pb.ts";
import type {
  ActionDetails,
  RunDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { Filter_Function } from "../../../idl/flyteidl2/common/list_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import { timestampDate } from "@bufbuild/protobuf/wkt";
import type { Pair } from "../../client/diagnosis/changes.ts";
import type { Parts } from "../parts.ts";
import { oneOf } from "../../client/one_of.ts";
import { readRuns } from "./run_pages.ts";
import type { Scope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** The run of the same task that went well last, beside the one in question. */
export interface LastSuccess {
  readonly run: RunDetails;
  /** The inputs of both; `null` where they could not be read. */
  readonly inputs: Pair<readonly NamedLiteral[]> | null;
}

/** What reads it. */
interface With {
  readonly scope: Scope;
  readonly parts: Parts;
  readonly context: ToolContext;
}

/**
 * The last success of a run's task before it.
 *
 * @returns `"none"`: there never was one; `null`: that could not be read
 */
export async function readLastSuccess(
  details: RunDetails,
  { scope, parts, context }: With,
): Promise<LastSuccess | "none" | null> {
  const root = details.action;
  const name = await parts.read(
    "last success",
    (signal) =>
      findLastSuccess(root, { scope, context: { ...context, signal } }),
  );
  if (!root || name === null) return null;
  if (name === "") return "none";
  const then = await parts.read("last success", async (signal) => {
    const { org = "", project = "", domain = "" } = root.id?.run ?? {};
    const runId = { org, project, domain, name };
    const { details } = await context.clients.runs.getRunDetails({ runId }, {
      signal,
    });
    return details ?? null;
  });
  if (!then?.action) return null;
  const [before, after] = await Promise.all(
    [then.action, root].map((action) => readInputs(action, { parts, context })),
  );
  return { run: then, inputs: before && after ? { before, after } : null };
}

/** The name of the last success of a root's task before it; empty: there is none. */
export async function findLastSuccess(
  root: ActionDetails | undefined,
  { scope, context }: { scope: Scope; context: ToolContext },
): Promise<string> {
  const spec = root?.metadata?.spec;
  const task = spec?.case === "task" ? spec.value.id?.name : undefined;
  const start = root?.status?.startTime;
  if (!task || !start) return "";
  const { runs } = await readRuns({
    scope,
    limit: 1,
    by: "created_at",
    conditions: [{
      argument: "last success",
      filters: [
        oneOf("task_name", [task]),
        oneOf("phase", SUCCESSES),
        {
          field: "created_at",
          function: Filter_Function.LESS_THAN,
          values: [timestampDate(start).toISOString()],
        },
      ],
    }],
  }, context);
  return runs[0]?.action?.id?.run?.name ?? "";
}

const SUCCESSES = [ActionPhase.SUCCEEDED, ActionPhase.RECOVERED].map(String);

/** The inputs that an action was started with. */
export async function readInputs(
  { id }: ActionDetails,
  { parts, context }: Omit<With, "scope">,
): Promise<readonly NamedLiteral[] | null> {
  if (!id) return null;
  const run = id.run?.name ?? "";
  return await parts.read(`inputs of ${run}`, async (signal) => {
    const { inputs } = await context.clients.dataproxy.getActionData(
      { actionId: id },
      { signal },
    );
    return inputs?.literals ?? [];
  });
}
