import { equals } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type Literal,
  LiteralSchema,
} from "../../../idl/flyteidl2/core/literals_pb.ts";
import { SimpleType } from "../../../idl/flyteidl2/core/types_pb.ts";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isTerminal } from "../workflow/phases.ts";
import type { Signal } from "./kubernetes.ts";
import { type Clients, identifierOf } from "./reports.ts";

const KINDS: ReadonlyMap<string | undefined, SimpleType> = new Map([
  ["boolean", SimpleType.BOOLEAN],
  ["integer", SimpleType.INTEGER],
  ["floatValue", SimpleType.FLOAT],
  ["stringValue", SimpleType.STRING],
]);

/**
 * Checks an answer to a condition against what is waiting.
 *
 * @param given the answer a condition already has but has not acted on
 * @returns whether the answer is new
 * @throws {ConnectError} with the code and text of the actions service
 */
export async function checkAnswer(
  clients: Clients,
  { id, value }: Signal,
  given: Literal | undefined,
): Promise<boolean> {
  const kind = kindOf(value);
  if (!value || kind === undefined) {
    throw new ConnectError(
      "signal value must be a concrete bool/int/float/str literal",
      Code.InvalidArgument,
    );
  }
  // The name of the resource that Kubernetes keeps of an action.
  const name = `${id.run.name}-${id.name}`;
  const details = await readDetails(clients, { id, name });
  if (details.spec.case !== "condition") {
    throw precondition(`action ${name} is not a condition`);
  }
  const answered = given ?? outputOf(details);
  if (answered) {
    if (equals(LiteralSchema, answered, value)) return false;
    throw precondition(
      `condition ${name} already signalled with a different value`,
    );
  }
  if (isTerminal(details.status?.phase ?? 0)) {
    throw precondition(`condition ${name} already completed`);
  }
  const { type } = details.spec.value.type ?? { type: { case: undefined } };
  const declared = type.case === "simple" ? type.value : SimpleType.NONE;
  if (declared === kind) return true;
  throw new ConnectError(
    `signal value type ${
      SimpleType[kind]
    } does not match declared condition type ${SimpleType[declared]}`,
    Code.InvalidArgument,
  );
}

async function readDetails(
  { runs }: Clients,
  { id, name }: { id: Signal["id"]; name: string },
): Promise<ActionDetails> {
  const notFound = () =>
    new ConnectError(`condition action ${name} not found`, Code.NotFound);
  try {
    const actionId = identifierOf(id);
    const { details } = await runs.getActionDetails({ actionId });
    if (details) return details;
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) throw error;
  }
  throw notFound();
}

function kindOf(literal: Literal | undefined): SimpleType | undefined {
  if (literal?.value.case !== "scalar") return undefined;
  const { value } = literal.value.value;
  return value.case === "primitive"
    ? KINDS.get(value.value.value.case)
    : undefined;
}

function outputOf({ result }: ActionDetails): Literal | undefined {
  return result.case === "signalInfo" ? result.value.output : undefined;
}

function precondition(message: string): ConnectError {
  return new ConnectError(message, Code.FailedPrecondition);
}
