import type {
  ActionDetails,
  RunDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { failedChildren } from "../../client/diagnosis/cause.ts";
import { missingEvidence } from "../../client/diagnosis/missing.ts";
import { WORDS } from "../../client/diagnosis/words.ts";
import { phaseName } from "../../client/phases.ts";
import { nameOf, quote, shortened } from "../../text.ts";
import { kindOf, taskOf, timesOf } from "../actions/action_facts.ts";
import { describeChanges, inputsOf } from "../comparison/change_description.ts";
import type { Cause } from "./diagnosis_cause.ts";
import {
  attemptsOf,
  eventsOf,
  logOf,
  withoutParts,
} from "./diagnosis_evidence.ts";
import type { LastSuccess } from "../runs/last_success.ts";
import type { NamedLiteral } from "../../../idl/flyteidl2/task/common_pb.ts";
import type { ResponseFormat } from "../parameters.ts";
import { consoleUrl, placesOf } from "../run_reference.ts";
import { type Scope, showScope } from "../scope.ts";
import type { Answer, ToolContext } from "../tool.ts";

/** Everything that was found. */
export interface Findings {
  readonly run: RunDetails;
  readonly scope: Scope;
  readonly cause: Cause;
  readonly lastSuccess: LastSuccess | "none" | null;
  /** The inputs of the action in which it began. */
  readonly inputs: readonly NamedLiteral[] | null;
  readonly format: ResponseFormat;
  /** Parts that could not be read. */
  readonly unread: readonly string[];
}

/** Other failed actions named. */
const MAX_OTHERS = 5;

/** Projects a diagnosis for a reader. */
export function reportOf(findings: Findings, context: ToolContext): Answer {
  const { run, scope, cause, lastSuccess } = findings;
  const { finding, details } = cause;
  const name = nameOf(run.action?.id?.run?.name ?? "");
  const others = othersOf(cause);
  const verdict = `${verdictOf(name, cause)}${othersWords(others)}`;
  const data = {
    status: "ok",
    scope: showScope(scope),
    run: name,
    ...taskOf(run.action?.metadata),
    ...timesOf(run.action?.status),
    verdict,
    class: finding.class,
    confidence: finding.confidence,
    evidence: finding.evidence.map(({ from, text }) => ({
      from,
      text: from === "status" ? text : quote(text, 1200),
    })),
    cause: describeCause(details, cause),
    also_failed: others,
    attempts_total: details.status?.attempts ?? 0,
    attempts: attemptsOf(details, context.clock.now()),
    ...eventsOf(details),
    log: logOf(cause),
    inputs: findings.inputs && inputsOf({ action: details }, findings.inputs),
    since_last_success: typeof lastSuccess === "object" && lastSuccess
      ? describeChanges(run, lastSuccess)
      : null,
    missing_evidence: missingOf(findings),
    next_steps: nextSteps(cause),
    url: consoleUrl({ ...scope, name }, placesOf(context)),
  };
  const { maxResultBytes: maxBytes } = context;
  const { format } = findings;
  return { text: verdict, data: withoutParts(data, { format, maxBytes }) };
}

/** What to do; a traceback is proposed for reading only where it was read. */
function nextSteps({ finding, log }: Cause): readonly string[] {
  const { next } = WORDS[finding.class];
  const isGone = finding.class === "user_exception" && log.noLog !== null &&
    !finding.evidence.some(({ text }) => TRACEBACK.test(text));
  return isGone ? [NO_TRACEBACK, ...next.slice(1)] : next;
}

const TRACEBACK = /Traceback \(most recent call last\)/;

/** Instead of the words on the traceback that nobody has. */
const NO_TRACEBACK =
  "The log is gone, and the traceback with it: if it fails again, read get_logs before its pod is deleted.";

/** One sentence: which action, what it did, in whose words. */
function verdictOf(run: string, { details, path, finding }: Cause): string {
  const phase = phaseName(path[0]?.status?.phase ?? 0).replaceAll("_", " ");
  const { task } = taskOf(details.metadata);
  const name = nameOf(details.id?.name ?? "");
  const isRoot = path.length < 2;
  const which = isRoot
    ? task ? `its task ${task}` : "it"
    : `action ${name}${task ? ` (${task})` : ""}, ${
      levels(path.length - 1)
    } below the root,`;
  const said = finding.evidence.findLast(({ from }) => from !== "status");
  const quoted = said ? `: ${shortened(quote(said.text, 600))}` : "";
  return `Run ${run} (${phase}): ${which} ${
    WORDS[finding.class].what
  }${quoted}.`;
}

function levels(count: number): string {
  return count === 1 ? "one level" : `${count} levels`;
}

function describeCause(details: ActionDetails, { path }: Cause) {
  const { id, metadata, spec } = details;
  const condition = spec.case === "condition" ? spec.value : null;
  return {
    action: nameOf(id?.name ?? ""),
    kind: kindOf(metadata),
    ...taskOf(metadata),
    ...timesOf(details.status),
    ...(condition && {
      condition: nameOf(condition.name) || null,
      prompt: condition.prompt ? quote(condition.prompt, 500) : null,
    }),
    path: path.map((one) => nameOf(one.id?.name ?? "")),
  };
}

/** Failures that are not on the way to the cause. */
function othersOf({ actions, path }: Cause) {
  if (!actions) return null;
  const on = path.map(({ id }) => id?.name ?? "");
  const failed = on.flatMap((name) => failedChildren(actions.actions, name))
    .filter(({ id }) => !on.includes(id?.name ?? ""));
  return {
    count: failed.length,
    actions: failed.slice(0, MAX_OTHERS).map(({ id, metadata, status }) => ({
      action: nameOf(id?.name ?? ""),
      task: taskOf(metadata).task,
      phase: phaseName(status?.phase ?? 0),
    })),
  };
}

/** A person who asks why should hear of them even where no part is shown. */
function othersWords(others: ReturnType<typeof othersOf>): string {
  if (!others || others.count === 0) return "";
  return others.count === 1
    ? " 1 other action has failed."
    : ` ${others.count} other actions have failed.`;
}

function missingOf({ cause, lastSuccess, unread }: Findings): string[] {
  const { facts, finding, details, actions } = cause;
  return [
    ...missingEvidence(facts, {
      trouble: finding.class,
      attempts: details.attempts,
    }),
    ...(actions && !actions.complete
      ? ["actions: not all of them had come in time"]
      : []),
    ...(lastSuccess === "none"
      ? ["last success: this task has none before this run"]
      : []),
    ...new Set(unread),
  ];
}
