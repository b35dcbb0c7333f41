import type { Literal } from "../../idl/flyteidl2/core/literals_pb.ts";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { identifierOf } from "../plane/kubernetes/reports.ts";
import type { ActionKey } from "../plane/workflow/actions.ts";
import { recordChild } from "../seed/play/children.ts";
import { checkReport } from "../seed/play/stage.ts";
import type { ChildStory, Failure } from "../seed/story.ts";
import { type LiveScene, until } from "./live_scene.ts";

/** The cluster needs a moment until an answer has its effect. */
const EFFECT_MS = 100;

/** What came of a question. */
export type Reply =
  | { readonly kind: "answered"; readonly value: Literal }
  /** It was not answered, which the task did not expect. */
  | { readonly kind: "failed"; readonly error: Failure };

/** Asks a person and waits: for the answer, for the deadline, or for an abort. */
export async function liveCondition(
  scene: LiveScene,
  condition: ChildStory & { kind: "condition" },
  { parent, signal }: { parent: string; signal: AbortSignal },
): Promise<Reply> {
  const { name } = await recordChild(scene, condition, parent);
  const id = { run: scene.run, name };
  using life = scene.lives.begin(id, signal);
  const timer = new AbortController();
  try {
    const value = await Promise.race([
      scene.lives.answerTo(id),
      ending(scene, condition, AbortSignal.any([life.signal, timer.signal])),
    ]);
    if (value) {
      await scene.sleep(EFFECT_MS, life.signal);
      return { kind: "answered", value };
    }
  } catch (error) {
    if (signal.aborted || !life.signal.aborted) throw error;
    return failure(
      "flyte.errors.ActionAbortedError",
      `Condition '${condition.name}' action ${name} was aborted`,
    );
  } finally {
    timer.abort();
  }
  await timeOut(scene, id);
  return failure(
    "flyte.errors.ConditionTimedoutError",
    `Condition '${condition.name}' was not signaled within the timeout period.`,
  );
}

/** Resolves at the deadline; rejects when the condition is aborted. */
async function ending(
  scene: LiveScene,
  { at, timeout }: ChildStory & { kind: "condition" },
  signal: AbortSignal,
): Promise<undefined> {
  if (timeout !== undefined) {
    await until(scene, scene.moment(at + timeout), signal);
    return undefined;
  }
  const { promise, reject } = Promise.withResolvers<undefined>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  return await promise;
}

async function timeOut(
  { stage: { internal } }: LiveScene,
  id: ActionKey,
): Promise<void> {
  const status = { phase: ActionPhase.TIMED_OUT };
  const actionId = identifierOf(id);
  checkReport((await internal.updateActionStatus({ actionId, status })).status);
}

function failure(exception: string, message: string): Reply {
  const raised = { exception, frames: [] };
  return { kind: "failed", error: { message, raised } };
}
