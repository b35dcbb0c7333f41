import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { errorInfoOf } from "./facts.ts";
import type { Finding, TroubleClass } from "./trouble.ts";

/** What was found out about the children of an action that failed. */
export interface Below {
  /** Of those that ended badly, how many could not be read. */
  readonly unread: number;
  /** Whether an action of that name is known. */
  readonly isKnown: (action: string) => boolean;
}

/** Classes that an error gets when it says nothing of its cause. */
const VAGUE: readonly TroubleClass[] = ["user_exception", "unknown"];

/**
 * What is wrong with an action whose cause was not found below it: it may be
 * there all the same, where what is there could not be read. An error that
 * says what it is of, such as being out of memory, stands as it is.
 */
export function orUpstream(
  finding: Finding,
  action: ActionDetails,
  { unread, isKnown }: Below,
): Finding {
  if (!VAGUE.includes(finding.class)) return finding;
  const error = errorInfoOf(action)?.message ?? "";
  const [, named] = /^Action (\S+) was aborted/.exec(error) ?? [];
  const isUnseen = named !== undefined && !isKnown(named);
  if (!isUnseen && unread === 0) return finding;
  const what = isUnseen
    ? "the action that its error names could not be read"
    : unread === 1
    ? "an action below it failed, and could not be read"
    : `${unread} actions below it failed, and could not be read`;
  return {
    class: "upstream",
    confidence: isUnseen ? "high" : "low",
    evidence: [...finding.evidence, { from: "status", text: what }],
  };
}
