import { Code, type ConnectError } from "@connectrpc/connect";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import { ActionPhase } from "../../../idl/flyteidl2/common/phase_pb.ts";
import type {
  ActionAttempt,
  ActionDetails,
} from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isTerminal } from "../../client/phases.ts";
import { quote } from "../../text.ts";

/** Why there is no log, in a word and in a sentence. */
export interface MissingLog {
  readonly reason: keyof typeof SENTENCES | "unreadable";
  readonly message: string;
}

const SENTENCES = {
  no_container: "This action runs no container, so it has no log.",
  not_started:
    "No container has started yet, so there is no log; get_run tells what the run waits for.",
  never_started:
    "No container was ever started for this attempt, so it has no log; the events of the attempt tell why.",
  from_cache: "The outputs came from the cache: nothing was run.",
  aborted: "Flyte deletes the pod of an aborted action, and the log with it.",
  pod_replaced:
    "Flyte deleted the pod of this attempt when it started the next one, and the log with it. Later attempts may have a log.",
  pod_deleted:
    "The pod is gone, and the log with it: Flyte deletes pods some time after they have ended. Only a log store may still have it, where log_links lead to one.",
  pod_between_launches:
    "The pod is not there at the moment, although the action goes on: it may be launched again. Try once more in a few seconds.",
};

/** Whether an action has containers at all. */
export function runsContainer({ metadata }: ActionDetails): boolean {
  const kind = metadata?.spec.case;
  return kind !== "condition" && kind !== "trace";
}

/** Whether a call for a log failed because there is none to be had. */
export function isMissing(error: ConnectError): boolean {
  return error.code === Code.NotFound || error.code === Code.Internal;
}

/**
 * Why the log of an attempt is not there.
 *
 * @param error what Flyte said; `null`: it was not asked
 */
export function missingLog(
  action: ActionDetails,
  attempt: ActionAttempt | undefined,
  error: ConnectError | null,
): MissingLog {
  if (error?.code === Code.Internal) {
    const message = `Flyte could not read the log: ${
      quote(error.rawMessage, 500)
    }. The node of the pod may be gone or out of reach; try once more, then use log_links.`;
    return { reason: "unreadable", message };
  }
  const reason = reasonOf(action, attempt, error);
  return { reason, message: SENTENCES[reason] };
}

function reasonOf(
  action: ActionDetails,
  attempt: ActionAttempt | undefined,
  error: ConnectError | null,
): keyof typeof SENTENCES {
  const { status, attempts } = action;
  const phase = status?.phase ?? ActionPhase.UNSPECIFIED;
  if (!runsContainer(action)) return "no_container";
  // All of them are not_found; their texts tell them apart.
  const hadPod = /\bpod \S+ not found/.test(error?.rawMessage ?? "");
  if (hadPod && attempt !== attempts.at(-1)) return "pod_replaced";
  if (hadPod) {
    return isTerminal(phase) ? "pod_deleted" : "pod_between_launches";
  }
  const cache = attempt?.cacheStatus ?? status?.cacheStatus;
  if (cache === CatalogCacheStatus.CACHE_HIT) return "from_cache";
  if (phase === ActionPhase.ABORTED) return "aborted";
  return isTerminal(phase) ? "never_started" : "not_started";
}
