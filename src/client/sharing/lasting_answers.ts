import type { DescMessage, DescMethod, MessageShape } from "@bufbuild/protobuf";
import { DataProxyService } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";

/** Two minutes: what an agent asks about one action, it asks within them. */
const VALUES_MS = 120_000;

/** Tells for how many milliseconds an answer stays true. */
interface Lasting {
  readonly method: DescMethod;
  lifeOf(answer: MessageShape<DescMessage>): number;
}

/**
 * The answers that stay true. They are few, for little in Flyte does:
 *
 * - A task's version is overwritten by the next deployment of the same name,
 *   and its details tell of triggers, which change.
 * - A run that has ended can still be aborted, and is another one then.
 * - Inputs and outputs come in one answer. Outputs come with success, and
 *   nothing writes them again; without any, there may be some in a moment.
 *
 * Links that are signed are never among them.
 */
const LASTING: readonly Lasting[] = [
  lasting(
    DataProxyService.method.getActionData,
    ({ outputs }) => outputs?.literals.length ? VALUES_MS : 0,
  ),
];

/** For how many milliseconds an answer is good; 0: for nobody who asks later. */
export function lifeOf(
  method: DescMethod,
  answer: MessageShape<DescMessage>,
): number {
  return LASTING.find((one) => one.method === method)?.lifeOf(answer) ?? 0;
}

function lasting<O extends DescMessage>(
  method: DescMethod & { readonly output: O },
  lifeOf: (answer: MessageShape<O>) => number,
): Lasting {
  // The method's own answer is what it is called with.
  return { method, lifeOf: (answer) => lifeOf(answer as MessageShape<O>) };
}
