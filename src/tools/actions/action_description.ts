import { SimpleType } from "../../../idl/flyteidl2/core/types_pb.ts";
import type {
  ActionAttempt,
  ActionDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { enumName } from "../../client/enum_name.ts";
import { personOf } from "../../client/people.ts";
import { nameOf, quote, shortened } from "../../text.ts";
import {
  abortReasonOf,
  cacheOf,
  errorOf,
  kindOf,
  taskOf,
  timesOf,
} from "./action_facts.ts";
import { waitOf } from "./action_wait.ts";
import {
  describeAttempt,
  describeEvents,
  describeLinks,
} from "./attempt_description.ts";
import { shownBytes } from "../budget.ts";
import type { ResponseFormat } from "../parameters.ts";
import type { Answer } from "../tool.ts";

/** How much is told: characters, attempts and events, the latest ones. */
interface Detail {
  readonly error: number;
  readonly attempts: number;
  readonly attemptError: number;
  readonly events: number;
  readonly message: number;
}

/** What is told where it fits, and what else. */
const DETAILS: readonly [Detail, ...Detail[]] = [
  { error: 4000, attempts: 10, attemptError: 600, events: 25, message: 500 },
  { error: 2000, attempts: 6, attemptError: 200, events: 12, message: 200 },
  { error: 800, attempts: 3, attemptError: 80, events: 5, message: 80 },
  { error: 300, attempts: 1, attemptError: 80, events: 3, message: 80 },
];

/** What is told unless all of it is asked for. */
const CONCISE: readonly [Detail, ...Detail[]] = [
  { error: 2000, attempts: 1, attemptError: 200, events: 5, message: 300 },
  { error: 300, attempts: 1, attemptError: 80, events: 3, message: 80 },
];

/** What an action is described with. */
interface View {
  /** What the result says of where it is from. */
  readonly scope: Readonly<Record<string, unknown>>;
  /** Whose events and logs are told. */
  readonly attempt: ActionAttempt | undefined;
  readonly url: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly format: ResponseFormat;
  /** Bytes that the description may have. */
  readonly maxBytes: number;
}

/** An action for a reader, in as much detail as a result holds. */
export function describeAction(details: ActionDetails, view: View): Answer {
  const [full, ...less] = view.format === "detailed" ? DETAILS : CONCISE;
  let data = describe(details, view, full);
  for (const detail of less) {
    if (shownBytes(data) <= view.maxBytes) break;
    data = describe(details, view, detail);
  }
  return { text: sentence(data), data };
}

function describe(
  details: ActionDetails,
  { scope, attempt, url, now }: View,
  detail: Detail,
) {
  const { status, attempts } = details;
  // The one that is asked about is among them.
  const asked = attempt ? attempts.indexOf(attempt) : attempts.length;
  const first = Math.max(0, Math.min(asked, attempts.length - detail.attempts));
  const told = describeEvents(attempt?.clusterEvents ?? [], {
    max: detail.events,
    characters: detail.message,
  });
  return {
    status: "ok",
    scope,
    ...whatItIs(details),
    error: errorOf(details, detail.error),
    abort_reason: abortReasonOf(details),
    waiting_for: waitOf(details, now),
    condition: conditionOf(details),
    attempts_total: status?.attempts ?? 0,
    attempts: attempts.slice(first, first + detail.attempts).map((one, at) =>
      describeAttempt(one, {
        next: attempts[first + at + 1],
        now,
        characters: detail.attemptError,
      })
    ),
    attempt: attempt?.attempt ?? null,
    events: told.events,
    events_left_out: told.leftOut,
    log_links: attempt ? describeLinks(attempt) : [],
    url,
  };
}

/** Its place in the run, what it runs, and how that went. */
function whatItIs({ id, metadata, status }: ActionDetails) {
  return {
    run: nameOf(id?.run?.name ?? ""),
    name: nameOf(id?.name ?? ""),
    parent: nameOf(metadata?.parent ?? "") || null,
    group: nameOf(metadata?.group ?? "") || null,
    kind: kindOf(metadata),
    ...taskOf(metadata),
    ...timesOf(status),
    cache: cacheOf(status?.cacheStatus),
  };
}

/** The question that a condition asks, and who has answered it. */
function conditionOf({ spec, result }: ActionDetails) {
  if (spec.case !== "condition") return null;
  const { name, prompt, description, type } = spec.value;
  const simple = type?.type.case === "simple" ? type.type.value : undefined;
  const expects = simple === undefined ? null : enumName(SimpleType, simple);
  const signal = result.case === "signalInfo" ? result.value : null;
  return {
    name: nameOf(name) || null,
    prompt: prompt ? quote(prompt, 1000) : null,
    description: description ? quote(description, 1000) : null,
    expects,
    answered: signal !== null,
    answered_by: signal ? personOf(signal.signalledBy) : null,
  };
}

function sentence(action: {
  name: string;
  task: string | null;
  phase: string;
  duration: string | null;
  attempts_total: number;
  attempt: number | null;
  error: { message: string | null } | null;
  abort_reason: string | null;
  waiting_for: { what: string } | null;
}): string {
  const task = action.task ? ` (${action.task})` : "";
  const time = action.duration ? ` after ${action.duration}` : "";
  const tries = action.attempts_total > 1
    ? `, attempt ${action.attempts_total}`
    : "";
  const told = action.attempt ?? action.attempts_total;
  const part = told === action.attempts_total
    ? ""
    : ` Events and links are those of attempt ${told}.`;
  const wait = action.waiting_for ? `; ${action.waiting_for.what}` : "";
  const why = action.error?.message ?? action.abort_reason;
  const said = why ? `: ${shortened(why)}` : "";
  return `Action ${action.name}${task}: ${
    action.phase.replaceAll("_", " ")
  }${time}${tries}${wait}${said}.${part}`;
}
