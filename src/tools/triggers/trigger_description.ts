import type { RunSpec } from "../../../idl/flyteidl2/task/run_pb.ts";
import type {
  TriggerDetails,
  TriggerSpec,
} from "../../../idl/flyteidl2/trigger/trigger_definition_pb.ts";
import { automationText } from "../../client/automation/automation.ts";
import { describeAutomation } from "../../client/automation/automation_details.ts";
import { decodeLiterals } from "../../client/literals/decode.ts";
import { withoutSignature } from "../../client/literals/signed_url.ts";
import { personOf } from "../../client/people.ts";
import { isoTime } from "../../client/times.ts";
import { nameOf, quote } from "../../text.ts";

/** Bytes of all inputs, and of one. */
const INPUT_BYTES = 5_000;
const ONE_INPUT_BYTES = 1_500;

/** Environment variables and labels that are named, and how long. */
const MAX_NAMES = 30;
const MAX_NAME = 64;

/** Next times that are told. */
const NEXT_TIMES = 3;

/** A trigger for a reader, all but the runs that it started. */
export function describeTrigger(details: TriggerDetails, now: number) {
  const { id, spec, status, metadata, automationSpec } = details;
  const isActive = spec?.active ?? false;
  const description = spec?.description || details.description;
  return {
    trigger: nameOf(id?.name?.name ?? ""),
    task: nameOf(id?.name?.taskName ?? ""),
    task_version: nameOf(spec?.taskVersion ?? "") || null,
    active: isActive,
    description: description ? quote(description, 1000) : null,
    starts: automationText(automationSpec),
    automation: describeAutomation(automationSpec, {
      ...{ isActive, now, count: NEXT_TIMES },
    }),
    ...inputsOf(spec),
    run_settings: settingsOf(spec?.runSpec),
    revision: Number(id?.revision ?? 0),
    deployed_at: isoTime(status?.deployedAt),
    deployed_by: personOf(metadata?.deployedBy),
    updated_at: isoTime(status?.updatedAt),
    updated_by: personOf(metadata?.updatedBy),
    last_started_at: isoTime(status?.triggeredAt),
  };
}

/** What it starts its task with; what it does not say the task has defaults for. */
function inputsOf(spec: TriggerSpec | undefined) {
  const { inputWrapper } = spec ?? {};
  switch (inputWrapper?.case) {
    case "inputs": {
      const { value } = decodeLiterals(
        inputWrapper.value.literals,
        undefined,
        { maxBytes: INPUT_BYTES, maxValueBytes: ONE_INPUT_BYTES },
      );
      return { inputs: value, inputs_uri: null };
    }
    case "offloadedInputData": {
      const uri = nameOf(withoutSignature(inputWrapper.value.uri), 500);
      return { inputs: null, inputs_uri: uri || null };
    }
    case undefined:
      return { inputs: {}, inputs_uri: null };
  }
}

/** What its runs are started with besides; `null`: nothing of their own. */
function settingsOf(spec: RunSpec | undefined) {
  if (!spec) return null;
  const overwrites = spec.cacheConfig?.overwriteCache ?? spec.overwriteCache;
  const labels = Object.entries(spec.labels?.values ?? {});
  const env = spec.envs?.values ?? [];
  const settings = {
    // Values may be passwords, whatever their authors should have done.
    ...env.length > 0 && {
      env: env.slice(0, MAX_NAMES).map(({ key }) => nameOf(key, MAX_NAME)),
    },
    ...labels.length > 0 && {
      labels: Object.fromEntries(
        labels.slice(0, MAX_NAMES).map(([key, value]) => [
          nameOf(key, MAX_NAME),
          quote(value, MAX_NAME),
        ]),
      ),
    },
    ...spec.interruptible !== undefined &&
      { interruptible: spec.interruptible },
    ...overwrites && { overwrites_cache: true },
    ...spec.queue && { queue: nameOf(spec.queue, MAX_NAME) },
    ...spec.maxActionConcurrency > 0 &&
      { max_action_concurrency: spec.maxActionConcurrency },
  };
  return Object.keys(settings).length > 0 ? settings : null;
}
