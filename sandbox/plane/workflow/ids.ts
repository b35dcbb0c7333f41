import type { HandlerContext } from "@connectrpc/connect";
import type {
  ActionIdentifier,
  RunIdentifier,
} from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { dereference } from "../wire/connection.ts";
import type { ActionKey } from "./actions.ts";

/** An action's id where the real service looks at it without asking whether it is there. */
export function actionKeyOf(
  id: ActionIdentifier | undefined,
  context: HandlerContext,
): ActionKey & { readonly id: ActionIdentifier } {
  const given = dereference(id, context);
  const run = dereference(given.run, context);
  return { run, name: given.name, id: given };
}

/** A run's id, likewise. */
export function runKeyOf(
  id: RunIdentifier | undefined,
  context: HandlerContext,
): RunIdentifier {
  return dereference(id, context);
}
