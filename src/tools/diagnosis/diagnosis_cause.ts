import type { RunIdentifier } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type {
  Action,
  ActionDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import {
  activeLeaves,
  blamedChild,
  failedChildren,
  hasFailed,
} from "../../client/diagnosis/cause.ts";
import { classify } from "../../client/diagnosis/classify.ts";
import { type ActionFacts, factsOf } from "../../client/diagnosis/facts.ts";
import type { Finding } from "../../client/diagnosis/trouble.ts";
import { orUpstream } from "../../client/diagnosis/upstream.ts";
import { isTerminal } from "../../client/phases.ts";
import type { RunActions } from "../../client/actions/run_actions.ts";
import { quote } from "../../text.ts";
import { waitOf } from "../actions/action_wait.ts";
import { type ActionLog, readActionLog } from "./diagnosis_log.ts";
import { forEachOf, type Parts } from "../parts.ts";
import type { ToolContext } from "../tool.ts";

/** Milliseconds for reading the actions; ten thousand take a second. */
const READ_MS = 6000;

/** Failed children of one action that are looked at, the first to fail. */
const MAX_CHILDREN = 8;

/** How deep a cause is followed. */
const MAX_DEPTH = 12;

/** Unfinished actions that are looked at. */
const MAX_LEAVES = 6;

/** An action that was looked at. */
export interface Examined {
  readonly details: ActionDetails;
  readonly facts: ActionFacts;
  readonly finding: Finding;
  readonly log: ActionLog;
}

/** Where a run's trouble began. */
export interface Cause extends Examined {
  /** From the root to the cause, both included. */
  readonly path: readonly ActionDetails[];
  /** `null` when they could not be read. */
  readonly actions: RunActions | null;
}

/** What a run is examined with. */
interface With {
  readonly parts: Parts;
  readonly context: ToolContext;
}

/** Finds the action in which the trouble of a run began. */
export async function findCause(
  root: ActionDetails,
  given: With,
): Promise<Cause> {
  const run = root.id?.run;
  if (!run) throw new TypeError("A run without its root action");
  const { clients, clock } = given.context;
  const actions = await given.parts.read(
    "actions",
    (signal) =>
      clients.snapshots.read(root, { clock, signal, budgetMs: READ_MS }),
  );
  if (actions === null) {
    return { ...await examine(root, given), path: [root], actions };
  }
  const phase = root.status?.phase ?? ActionPhase.UNSPECIFIED;
  const found = isTerminal(phase)
    ? await followFailure(root, { actions, given, run })
    : await lookAtActive(root, { actions, given, run });
  return { ...found, actions };
}

interface Place {
  readonly run: RunIdentifier;
  readonly actions: RunActions;
  readonly given: With;
}

/** From the root down, always to the child that was failed with. */
async function followFailure(
  root: ActionDetails,
  { run, actions: { actions }, given }: Place,
): Promise<Examined & { path: ActionDetails[] }> {
  const path = [root];
  let last = root;
  let unread = 0;
  while (path.length < MAX_DEPTH && hasFailed(last.status?.phase)) {
    const failed = failedChildren(actions, last.id?.name ?? "")
      .slice(0, MAX_CHILDREN);
    const children = await readAll(failed, run, given);
    unread = failed.length - children.length;
    const next = blamedChild(last, children);
    if (!next) break;
    path.push(next);
    last = next;
  }
  const examined = await examine(last, given);
  const below = { unread, isKnown: (name: string) => actions.has(name) };
  const finding = orUpstream(examined.finding, last, below);
  return { ...examined, finding, path };
}

/** Of what has not ended, the first in which there is trouble; else the root. */
async function lookAtActive(
  root: ActionDetails,
  { run, actions: { actions }, given }: Place,
): Promise<Examined & { path: ActionDetails[] }> {
  const leaves = activeLeaves(actions).slice(0, MAX_LEAVES);
  const read = await readAll(leaves, run, given, root);
  const examined = await forEachOf(read, (one) => examine(one, given));
  const found = examined.find(({ finding }) => finding.class !== "none") ??
    await examine(root, given);
  const above = await readAbove(found.details, { run, actions, given, root });
  const isUnsure = read.length < leaves.length &&
    found.finding.class === "none";
  const finding = isUnsure ? UNSEEN : found.finding;
  return { ...found, finding, path: [...above, found.details] };
}

/** Trouble may be where nothing could be read. */
const UNSEEN: Finding = { class: "none", confidence: "low", evidence: [] };

async function readAbove(
  { metadata, id }: ActionDetails,
  { run, actions, given, root }: {
    run: RunIdentifier;
    actions: ReadonlyMap<string, Action>;
    given: With;
    root: ActionDetails;
  },
): Promise<ActionDetails[]> {
  if (id?.name === root.id?.name) return [];
  const above: Action[] = [];
  let parent = actions.get(metadata?.parent ?? "");
  while (parent && above.length < MAX_DEPTH) {
    above.unshift(parent);
    parent = actions.get(parent.metadata?.parent ?? "");
  }
  return await readAll(above, run, given, root);
}

/** The details of actions; the root came with the run. */
async function readAll(
  some: readonly Action[],
  run: RunIdentifier,
  { parts, context }: With,
  root?: ActionDetails,
): Promise<ActionDetails[]> {
  const all = await forEachOf(some, async ({ id }) => {
    const name = id?.name ?? "";
    if (root && name === root.id?.name) return root;
    return await parts.read(`action ${name}`, async (signal) => {
      const actionId = { run, name };
      const { details } = await context.clients.runs.getActionDetails(
        { actionId },
        { signal },
      );
      return details ?? null;
    });
  });
  return all.filter((details) => details !== null);
}

async function examine(
  details: ActionDetails,
  { parts, context }: With,
): Promise<Examined> {
  const now = context.clock.now();
  const log = await readActionLog(details, { parts, context });
  const facts = factsOf(details, {
    wait: waitFacts(details, now),
    log: log.facts,
    noLog: log.noLog,
    now,
  });
  return { details, facts, log, finding: classify(facts) };
}

/** The event that tells a wait, in the words of the cluster. */
function waitFacts(details: ActionDetails, now: number) {
  const wait = waitOf(details, now);
  const event = details.attempts.at(-1)?.clusterEvents
    .find(({ message }) => quote(message, 600) === wait?.message);
  return wait && { kind: wait.kind, message: event?.message ?? null };
}
