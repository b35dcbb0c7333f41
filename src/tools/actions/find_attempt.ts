import type {
  ActionAttempt,
  ActionDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { ToolError } from "../../errors.ts";

/**
 * The attempt that was asked for, or the last one; `undefined`: none was asked
 * for and there is none.
 *
 * @throws {ToolError} `invalid_argument`
 */
export function findAttempt(
  { attempts }: ActionDetails,
  number: number | undefined,
): ActionAttempt | undefined {
  if (number === undefined) return attempts.at(-1);
  const found = attempts.find(({ attempt }) => attempt === number);
  if (found) return found;
  const known = attempts.map(({ attempt }) => attempt).join(", ");
  const noun = attempts.length === 1 ? "only attempt" : "the attempts";
  throw new ToolError(
    "invalid_argument",
    `The action has no attempt ${number}.`,
    {
      nextStep: known
        ? `It has ${noun} ${known}.`
        : "Leave attempt out: nothing is known of any.",
    },
  );
}
