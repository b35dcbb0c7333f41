import { create } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  type HandlerContext,
  type ServiceImpl,
} from "@connectrpc/connect";
import {
  type Status,
  StatusSchema,
} from "../../../idl/google/rpc/status_pb.ts";
import type {
  InternalRunService,
  RecordActionRequest,
  UpdateActionStatusRequest,
} from "../../../idl/flyteidl2/workflow/internal_run_service_pb.ts";
import type { ActionEvent } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { Store } from "../store.ts";
import { dereference } from "../wire/connection.ts";
import { actionKeyOf } from "./ids.ts";
import { recordAction, recordEvents, updateStatus } from "./record.ts";

type Impl = ServiceImpl<typeof InternalRunService>;

/**
 * InternalRunService, by which executors report. What fails about one report is
 * told in its answer; the call itself succeeds.
 */
export function internalRunService(store: Store): Impl {
  const record = (request: RecordActionRequest, context: HandlerContext) => {
    const key = actionKeyOf(request.actionId, context);
    const status = outcome(() => recordAction(store, key, request));
    return { actionId: key.id, status };
  };
  const update = (
    request: UpdateActionStatusRequest,
    context: HandlerContext,
  ) => {
    const key = actionKeyOf(request.actionId, context);
    const status = outcome(() => updateStatus(store, key, request));
    return { actionId: key.id, status };
  };
  const report = (events: readonly ActionEvent[], context: HandlerContext) => {
    const given = events.map((event) =>
      [actionKeyOf(event.id, context), event] as const
    );
    return outcome(() => recordEvents(store, given));
  };
  return {
    recordAction: record,
    updateActionStatus: update,
    recordActionEvents: ({ events }, context) => ({
      status: report(events, context),
    }),
    ...streams({ record, update, report }),
  };
}

interface Reports {
  readonly record: Impl["recordAction"];
  readonly update: Impl["updateActionStatus"];
  readonly report: (
    events: readonly ActionEvent[],
    context: HandlerContext,
  ) => Status;
}

/** The same, one answer for each message of a stream. */
function streams({ record, update, report }: Reports): Pick<
  Impl,
  "recordActionStream" | "updateActionStatusStream" | "recordActionEventStream"
> {
  return {
    async *recordActionStream(requests, context) {
      for await (const { request } of requests) {
        const given = dereference(request, context);
        yield { response: await record(given, context) };
      }
    },
    async *updateActionStatusStream(requests, context) {
      for await (const { request, nonce } of requests) {
        const given = dereference(request, context);
        yield { response: await update(given, context), nonce };
      }
    },
    async *recordActionEventStream(requests, context) {
      for await (const { request, nonce } of requests) {
        const event = dereference(request?.event, context);
        const status = report([event], context);
        yield { response: { actionId: event.id, status }, nonce };
      }
    },
  };
}

/** A failure as google.rpc has it; the codes of Connect are the same numbers. */
function outcome(report: () => void): Status {
  try {
    report();
    return create(StatusSchema);
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error, Code.Internal);
    return create(StatusSchema, { code, message: rawMessage });
  }
}
