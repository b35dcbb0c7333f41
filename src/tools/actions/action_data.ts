import { Code, ConnectError } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import type { ActionIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  type TypedInterface,
  TypedInterfaceSchema,
  type VariableMap,
} from "../../../idl/flyteidl2/core/interface_pb.ts";
import type { KeyValuePair } from "../../../idl/flyteidl2/core/literals_pb.ts";
import type { GetActionDataResponse } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import {
  type NamedLiteral,
  NamedLiteralSchema,
} from "../../../idl/flyteidl2/task/common_pb.ts";
import {
  type ActionDetails,
  type ActionStatus,
  RunSource,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isTerminal, phaseName } from "../../client/phases.ts";
import { ToolError } from "../../errors.ts";
import { quote } from "../../text.ts";
import type { FoundRun } from "../runs/find_run.ts";
import type { ToolContext } from "../tool.ts";

/** What went into an action and what came out. */
export interface ActionData {
  /** `null`: there are none to be had. */
  readonly inputs: readonly NamedLiteral[] | null;
  readonly outputs: readonly NamedLiteral[] | null;
  readonly context: readonly KeyValuePair[];
  /** Where they are stored; empty where Flyte does not say. */
  readonly inputsUri: string;
  readonly outputsUri: string;
  /** What the task declares; `undefined` where that is not known. */
  readonly types: TypedInterface | undefined;
  /** Why something is missing, as a sentence. */
  readonly note: string | null;
}

const NOTHING = {
  context: [],
  inputsUri: "",
  outputsUri: "",
  note: null,
} as const;

/**
 * Reads the inputs and outputs of an action that was found.
 *
 * @throws {ToolError} `over_budget` when Flyte does not give out that much
 */
export async function readActionData(
  action: ActionDetails,
  { details }: FoundRun,
  context: ToolContext,
): Promise<ActionData> {
  const { spec } = action;
  // Flyte keeps no files of a condition: the answer came with the action.
  if (spec.case === "condition") return answerOf(action);
  const types = spec.case === "task"
    ? spec.value.taskTemplate?.interface
    : spec.value?.interface;
  const source = details.action?.metadata?.source ?? RunSource.UNSPECIFIED;
  const data = await readData(action.id, source, context);
  if (typeof data === "string") {
    return { ...NOTHING, types, inputs: null, outputs: null, note: data };
  }
  const inputs = present(data.inputs?.literals ?? [], types?.inputs);
  const outputs = hasSucceeded(action)
    ? present(data.outputs?.literals ?? [], types?.outputs)
    : null;
  return {
    inputs,
    outputs,
    context: data.inputs?.context ?? [],
    inputsUri: data.inputsUri,
    outputsUri: data.outputsUri,
    types,
    note: whyMissing({ inputs, outputs }, action),
  };
}

/** Values, or a sentence on why Flyte has none. */
async function readData(
  actionId: ActionIdentifier | undefined,
  runSource: RunSource,
  { clients, signal }: ToolContext,
): Promise<GetActionDataResponse | string> {
  if (!actionId) throw new TypeError("An action without an identifier");
  try {
    const request = { actionId, runSource };
    return await clients.dataproxy.getActionData(request, { signal });
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    // The action itself is there, or it would not have been found.
    if (code === Code.NotFound) {
      return `Flyte has no values of this action: ${quote(rawMessage, 500)}.`;
    }
    if (code === Code.Internal && /exceed/i.test(rawMessage)) {
      throw tooLarge(rawMessage, error);
    }
    throw error;
  }
}

function tooLarge(said: string, cause: unknown): ToolError {
  return new ToolError(
    "over_budget",
    `The values are larger than what Flyte gives out (2 MB unless set otherwise): ${
      quote(said, 500)
    }.`,
    {
      nextStep:
        "Nothing smaller can be asked for: tell the person where the file lies, or look at another action (list_actions).",
      cause,
    },
  );
}

/** What a person answered to a condition. */
function answerOf({ result, spec, status }: ActionDetails): ActionData {
  const answer = result.case === "signalInfo" ? result.value.output : undefined;
  const type = spec.case === "condition" ? spec.value.type : undefined;
  const variable = { key: "answer", value: { ...type && { type } } };
  const outputs = answer &&
    [create(NamedLiteralSchema, { name: "answer", value: answer })];
  const when = isTerminal(phaseOf(status)) ? "answered" : "has answered yet";
  return {
    ...NOTHING,
    inputs: [],
    outputs: outputs ?? null,
    types: create(TypedInterfaceSchema, { outputs: { variables: [variable] } }),
    note: outputs ? null : `The condition has no answer: nobody ${when}.`,
  };
}

function hasSucceeded({ status }: ActionDetails): boolean {
  const phase = phaseOf(status);
  return phase === ActionPhase.SUCCEEDED || phase === ActionPhase.RECOVERED;
}

function phaseOf(status: ActionStatus | undefined): ActionPhase {
  return status?.phase ?? ActionPhase.UNSPECIFIED;
}

/** A file that is missing reads as empty; some have nothing to hold. */
function present(
  literals: readonly NamedLiteral[],
  declared: VariableMap | undefined,
): readonly NamedLiteral[] | null {
  const isMissing = literals.length === 0 && declared?.variables.length;
  return isMissing ? null : literals;
}

function whyMissing(
  { inputs, outputs }: Pick<ActionData, "inputs" | "outputs">,
  action: ActionDetails,
): string | null {
  const succeeded = hasSucceeded(action);
  const lost = [
    ...inputs ? [] : ["inputs"],
    ...succeeded && !outputs ? ["outputs"] : [],
  ].join(" and ");
  const phase = phaseName(phaseOf(action.status)).replaceAll("_", " ");
  const sentences = [
    ...lost ? [`Flyte has no file of its ${lost} (any more).`] : [],
    ...succeeded ? [] : [`Outputs come with success; the phase is ${phase}.`],
  ];
  return sentences.join(" ") || null;
}
