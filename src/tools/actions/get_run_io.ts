import { z } from "zod";
import { create } from "@bufbuild/protobuf";
import type { KeyValuePair } from "../../../idl/flyteidl2/core/literals_pb.ts";
import {
  type NamedLiteral,
  NamedLiteralSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import { decodeGroups } from "../../client/literals/decode.ts";
import { parsePath } from "../../client/literals/path.ts";
import { withoutSignature } from "../../client/literals/signed_url.ts";
import { nameOf } from "../../text.ts";
import { type ActionData, readActionData } from "./action_data.ts";
import { taskOf, timesOf } from "./action_facts.ts";
import { roomBeside } from "../budget.ts";
import { actionName, findAction, ROOT } from "./find_action.ts";
import { findRun } from "../runs/find_run.ts";
import { ACTION, DOMAIN, PROJECT, RUN } from "../parameters.ts";
import { showScope } from "../scope.ts";
import { linkToReport, NO_REPORT } from "./report_link.ts";
import { type Answer, defineTool, READS } from "../tool.ts";

/** Longer addresses are cut. */
const MAX_URI = 500;

export const getRunIo = defineTool({
  name: "get_run_io",
  title: "Get inputs and outputs of a Flyte run",
  toolset: "runs",
  description:
    "Inputs and outputs of a run, or of one of its actions, as JSON; files and tables by their addresses. Big values are cut: where a marker {cut, path} stands, call again with that `path`. Outputs exist once the action has succeeded.",
  input: {
    run: RUN,
    action: ACTION,
    path: z.string().min(1).max(500).optional().describe(
      "Only this part: `path` of a marker, or such as outputs.o0.rows[3], outputs.o0[100:200]",
    ),
    include_urls: z.boolean().default(false).describe(
      "Keep signed URLs whole, and link to the task's report; whoever has one can read the data",
    ),
    project: PROJECT,
    domain: DOMAIN,
  },
  output: {
    scope: z.looseObject({}),
    run: z.string(),
    action: z.string(),
    task: z.string().nullable(),
    phase: z.string(),
    inputs: z.unknown(),
    outputs: z.unknown(),
    inputs_uri: z.string().nullable(),
    outputs_uri: z.string().nullable(),
    report_url: z.string().nullable(),
    report_expires_at: z.string().nullable(),
    is_cut: z.boolean(),
    note: z.string().nullable(),
  },
  annotations: READS,
  async run({ run, action, path, include_urls: urls, ...given }, context) {
    const tool = "get_run_io";
    const found = await findRun(run, { given, tool, context });
    const name = actionName(action, found, context);
    const details = await findAction(name, found, context);
    const [data, report] = await Promise.all([
      readActionData(details, found, context),
      urls ? linkToReport(details, context) : NO_REPORT,
    ]);
    const notes = [data.note, report.note].filter((note) => note !== null);
    const about = {
      status: "ok",
      scope: showScope(found.scope),
      run: nameOf(details.id?.run?.name ?? ""),
      action: nameOf(details.id?.name ?? ""),
      task: taskOf(details.metadata).task,
      phase: timesOf(details.status).phase,
      inputs_uri: address(data.inputsUri, urls),
      outputs_uri: address(data.outputsUri, urls),
      report_url: report.url,
      report_expires_at: report.expiresAt,
      note: notes.join(" ") || null,
      ...path !== undefined && { path: nameOf(path, 500) },
    };
    const maxBytes = roomBeside(about, context.maxResultBytes);
    const options = { path: path ?? "", includeUrls: urls, maxBytes };
    return path === undefined
      ? wholeAnswer(about, data, options)
      : partAnswer(about, data, options);
  },
});

/** What is said beside the values. */
interface About {
  readonly run: string;
  readonly action: string;
  readonly note: string | null;
}

interface Shown {
  readonly path: string;
  readonly includeUrls: boolean;
  readonly maxBytes: number;
}

function wholeAnswer(about: About, data: ActionData, options: Shown): Answer {
  const { value, isCut } = decodeGroups(groupsOf(data), options);
  const counts = [
    countOf(data.inputs, "input"),
    countOf(data.outputs, "output"),
  ].join(" and ");
  return {
    text: sentence(
      `${capital(counts)} of ${nameBoth(about)}`,
      about.note,
      isCut,
    ),
    // The groups' names are the object's.
    data: { ...about, ...value as Record<string, unknown>, is_cut: isCut },
  };
}

function partAnswer(about: About, data: ActionData, options: Shown): Answer {
  const [first] = parsePath(options.path);
  const group = first?.kind === "key" ? first.key : "";
  const isMissing = group === "inputs" && !data.inputs ||
    group === "outputs" && !data.outputs;
  const { value, isCut } = isMissing
    ? { value: null, isCut: false }
    : decodeGroups(groupsOf(data), options);
  const what = isMissing
    ? `There are no ${group}`
    : `${nameOf(options.path, 120)}`;
  return {
    text: sentence(`${what} of ${nameBoth(about)}`, about.note, isCut),
    data: { ...about, value, is_cut: isCut },
  };
}

function groupsOf(data: ActionData) {
  const { inputs, outputs, context, types } = data;
  return [
    { name: "inputs", literals: inputs, types: types?.inputs },
    { name: "outputs", literals: outputs, types: types?.outputs },
    ...context.length === 0 ? [] : [{
      name: "context",
      literals: context.map(literalOf),
      types: undefined,
    }],
  ];
}

/** The context of a run is pairs of texts. */
function literalOf({ key, value }: KeyValuePair): NamedLiteral {
  const primitive = { value: { case: "stringValue", value } } as const;
  const scalar = { value: { case: "primitive", value: primitive } } as const;
  return create(NamedLiteralSchema, {
    name: key,
    value: { value: { case: "scalar", value: scalar } },
  });
}

function address(uri: string, whole: boolean): string | null {
  return nameOf(whole ? uri : withoutSignature(uri), MAX_URI) || null;
}

function countOf(
  literals: readonly NamedLiteral[] | null,
  noun: string,
): string {
  const count = literals?.length ?? 0;
  return `${count || "no"} ${noun}${count === 1 ? "" : "s"}`;
}

function nameBoth({ run, action }: About): string {
  return action === ROOT ? `run ${run}` : `action ${action} of run ${run}`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function sentence(what: string, note: string | null, isCut: boolean): string {
  const said = note ? ` ${note}` : "";
  const rest = isCut ? " Parts are left out: `path` gets them." : "";
  return `${what}.${said}${rest}`;
}
