import { Code, ConnectError } from "@connectrpc/connect";
import type { Run } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { personOf } from "../../client/people.ts";
import { ToolError } from "../../errors.ts";
import { readRuns } from "./run_pages.ts";
import type { Scope } from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Whoever this server acts as. */
const ME = "me";

/**
 * The subjects of a person, by which Flyte knows who started a run. A name or
 * e-mail is looked for among the latest runs; what is not found there may be a
 * subject itself.
 *
 * @throws {ToolError} `invalid_argument` where nobody knows who "me" is
 */
export async function subjectsOf(
  person: string | undefined,
  scope: Scope,
  context: ToolContext,
): Promise<string[]> {
  if (person === undefined) return [];
  if (person === ME) return [await ownSubject(context)];
  const by = "created_at";
  const { runs } = await readRuns({ scope, conditions: [], by }, context);
  const wanted = person.toLowerCase();
  const subjects = runs
    .filter((run) => starterOf(run)?.toLowerCase() === wanted)
    .flatMap((run) => subjectOf(run) || []);
  return subjects.length > 0 ? [...new Set(subjects)] : [person];
}

function starterOf({ action }: Run): string | null {
  return personOf(action?.metadata?.executedBy);
}

function subjectOf({ action }: Run): string | undefined {
  const { principal } = action?.metadata?.executedBy ?? {};
  return principal?.case ? principal.value.id?.subject : undefined;
}

/** Flyte's own word, else the token's. */
async function ownSubject(
  { clients, session, signal }: ToolContext,
): Promise<string> {
  try {
    const { subject } = await clients.identity.userInfo({}, { signal });
    if (subject) return subject;
  } catch (error) {
    const { code } = ConnectError.from(error);
    const isUnnamed = code === Code.Unauthenticated ||
      code === Code.Unimplemented;
    if (!isUnnamed) throw error;
  }
  const { token } = session.authenticator.status();
  if (token?.claims?.subject) return token.claims.subject;
  throw new ToolError(
    "invalid_argument",
    'Flyte does not say who this server acts as, so started_by "me" finds nothing.',
    { nextStep: "Pass the person as `by` shows them in a list of runs." },
  );
}
