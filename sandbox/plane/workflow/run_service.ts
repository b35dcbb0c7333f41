import { create } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";
import { ActionIdentifierSchema } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import type { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { resolveCaller } from "../auth/identity_service.ts";
import type { Profiles } from "../auth/profiles.ts";
import type { Kubernetes } from "../kubernetes/kubernetes.ts";
import type { Store } from "../store.ts";
import { abortAction, abortRun, DEFAULT_REASON } from "./abort.ts";
import { createRun } from "./create_run.ts";
import { dataUris } from "./data_uris.ts";
import { actionDetails, requireAction, requireRun } from "./details.ts";
import { actionKeyOf, runKeyOf } from "./ids.ts";
import { listActions, listRuns } from "./lists.ts";
import { attemptPods } from "./log_context.ts";
import { runMessage } from "./messages.ts";
import { signalEvent } from "./signal.ts";
import {
  watchActionDetails,
  watchGroups,
  watchRunDetails,
  watchRuns,
} from "./watch.ts";
import { watchActions } from "./watch_actions.ts";
import { watchClusterEvents } from "./watch_cluster_events.ts";

/** What RunService is made from. */
export interface RunServiceOptions {
  readonly store: Store;
  readonly profiles: Profiles;
  readonly kubernetes: Kubernetes | undefined;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

type Impl = ServiceImpl<typeof RunService>;
type Streams = Pick<
  Impl,
  Extract<keyof Impl, `watch${string}`>
>;

/** RunService over the plane's store. */
export function runService(options: RunServiceOptions): Impl {
  return { ...reads(options.store), ...writes(options), ...streams(options) };
}

function reads(store: Store): Omit<Impl, keyof Writes | keyof Streams> {
  return {
    getRunDetails({ runId }, context) {
      const run = runKeyOf(runId, context);
      const root = requireRun(store, run);
      const id = create(ActionIdentifierSchema, { run, name: root.name });
      const action = actionDetails(store, root, id);
      return { details: { runSpec: root.runSpec, action } };
    },
    getActionDetails({ actionId }, context) {
      const key = actionKeyOf(actionId, context);
      const row = requireAction(store, key);
      return { details: actionDetails(store, row, key.id) };
    },
    getActionData() {
      throw new ConnectError(
        "RunService.GetActionData is deprecated; use DataProxyService.GetActionData instead",
        Code.Unimplemented,
      );
    },
    getActionDataURIs: ({ actionId }, context) =>
      dataUris(store, actionKeyOf(actionId, context)),
    getActionLogContext: ({ actionId, attempt }, context) =>
      attemptPods(store, actionKeyOf(actionId, context), attempt),
    listRuns: (request) => listRuns(store, request),
    listActions: (request) => listActions(store, request),
  };
}

type Writes = Pick<
  Impl,
  "createRun" | "abortRun" | "abortAction" | "signalEvent"
>;

function writes({ store, profiles, kubernetes }: RunServiceOptions): Writes {
  return {
    async createRun(request, context) {
      const caller = await resolveCaller(context, profiles);
      const row = createRun(store, request, { caller, kubernetes });
      return { run: runMessage(row) };
    },
    abortRun({ runId, reason = DEFAULT_REASON }, context) {
      const key = abortRun(store, runKeyOf(runId, context), reason);
      kubernetes?.abort(key, reason);
      return {};
    },
    abortAction({ actionId, reason: given }, context) {
      const reason = given || DEFAULT_REASON;
      const key = abortAction(store, actionKeyOf(actionId, context), reason);
      kubernetes?.abort(key, reason);
      return {};
    },
    async signalEvent(request, context) {
      await signalEvent(request, kubernetes, context);
      return {};
    },
  };
}

function streams({ store, sleep }: RunServiceOptions): Streams {
  return {
    watchRunDetails: ({ runId }, context) =>
      watchRunDetails(store, runKeyOf(runId, context), context.signal),
    watchActionDetails({ actionId }, context) {
      const key = actionKeyOf(actionId, context);
      return watchActionDetails(store, { key, id: key.id }, context.signal);
    },
    watchRuns: (request, { signal }) => watchRuns(store, request, signal),
    watchActions({ runId, filter }, context) {
      const { signal } = context;
      return watchActions(store, runKeyOf(runId, context), { filter, signal });
    },
    watchClusterEvents({ id, attempt }, context: HandlerContext) {
      const key = actionKeyOf(id, context);
      return watchClusterEvents(store, { key, attempt }, context.signal);
    },
    watchGroups: (request, { signal }) =>
      watchGroups(store, request, { sleep, signal }),
  };
}
