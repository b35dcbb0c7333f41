import { type Duration, durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import {
  type ActionDetails,
  type ConditionAction,
  ConditionPromptType,
  type SignalInfo,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { decodeLiteral } from "../../client/literals/decode.ts";
import { typeName } from "../../client/literals/type_names.ts";
import { personOf } from "../../client/people.ts";
import { phaseName } from "../../client/phases.ts";
import { humanDuration, isoTime, isoTimeOf } from "../../client/times.ts";
import { nameOf, quote } from "../../text.ts";
import { abortReasonOf, timesOf } from "../actions/action_facts.ts";

/** Bytes of an answer. */
const ANSWER_BYTES = 600;

/** A condition as an action's details have it; `null`: it is something else. */
export function conditionOf(
  details: ActionDetails | undefined,
): ConditionAction | null {
  return details?.spec.case === "condition" ? details.spec.value : null;
}

/** Its own name, which is not the action's. */
export function conditionName(
  details: ActionDetails | undefined,
): string | null {
  const name = conditionOf(details)?.name || details?.metadata?.funtionName;
  return nameOf(name ?? "") || null;
}

/** What it asks, fenced. */
export function promptOf(
  details: ActionDetails | undefined,
  max: number,
): string | null {
  const prompt = conditionOf(details)?.prompt;
  return prompt ? quote(prompt, max) : null;
}

/**
 * A condition for a reader.
 *
 * @param options.now milliseconds since the epoch
 */
export function describeCondition(
  details: ActionDetails,
  { now }: { now: number },
) {
  const { id, status } = details;
  const spec = conditionOf(details);
  const phase = status?.phase ?? ActionPhase.UNSPECIFIED;
  const waits = phase === ActionPhase.PAUSED;
  const start = status?.startTime ? timestampMs(status.startTime) : null;
  return {
    run: nameOf(id?.run?.name ?? ""),
    action: nameOf(id?.name ?? ""),
    condition: conditionName(details),
    phase: phaseName(phase),
    prompt: promptOf(details, 600),
    ...isMarkdown(spec) && { prompt_is_markdown: true },
    description: spec?.description ? quote(spec.description, 400) : null,
    expects: spec?.type ? typeName(spec.type) : null,
    since: isoTime(status?.startTime),
    waited: waits && start !== null
      ? humanDuration(now - start)
      : timesOf(status).duration,
    times_out_at: waits ? timesOutAt(start, spec?.timeout) : null,
    ...outcomeOf(details),
  };
}

function isMarkdown(spec: ConditionAction | null): boolean {
  return spec?.promptType === ConditionPromptType.MARKDOWN;
}

function timesOutAt(
  start: number | null,
  timeout: Duration | undefined,
): string | null {
  const ms = timeout ? durationMs(timeout) : 0;
  return start !== null && ms > 0 ? isoTimeOf(start + ms) : null;
}

/** What was answered and by whom, as far as Flyte keeps it. */
function outcomeOf(details: ActionDetails) {
  const { result, status } = details;
  const signal = result.case === "signalInfo" ? result.value : null;
  return {
    answer: signal ? answerOf(signal, details) : null,
    answered_by: personOf(signal?.signalledBy),
    answered_at: signal ? isoTime(status?.endTime) : null,
    ...result.case === "abortInfo" && { abort_reason: abortReasonOf(details) },
  };
}

function answerOf({ output }: SignalInfo, details: ActionDetails) {
  if (!output) return null;
  const type = conditionOf(details)?.type ?? null;
  return decodeLiteral(output, type, { maxBytes: ANSWER_BYTES }).value;
}
