import { clone, create } from "@bufbuild/protobuf";
import {
  type App,
  AppSchema,
  type Condition,
  ConditionSchema,
  Spec_DesiredState,
  SpecSchema,
  type Status,
  Status_DeploymentStatus,
  StatusSchema,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import {
  type WatchResponse,
  WatchResponseSchema,
} from "../../../idl/flyteidl2/app/app_payload_pb.ts";
import { type Micros, toTimestamp } from "../clock.ts";
import { NAMESPACE, wholeSecond } from "../kubernetes/attempt.ts";
import {
  type AppKey,
  type KnativeService,
  revisionName,
  type ServiceChange,
  serviceName,
} from "../kubernetes/knative.ts";

/** Where the apps of a development cluster are reached. */
const BASE_DOMAIN = "localhost";
const PORT = 30_081;
/** The organization of every app that names none. */
const ORGANIZATION = "flyte";

/** The conditions of a service that is ready, in their order. */
const READY = [
  "Configuration is ready",
  "Service is ready",
  "Routes are ready",
];

/** An app as the cluster knows it: without the labels it was created with. */
export function appMessage(service: KnativeService, now: Micros): App {
  const { project, domain, name } = service;
  const spec = clone(SpecSchema, service.spec);
  if (service.stopped) spec.desiredState = Spec_DesiredState.STOPPED;
  return create(AppSchema, {
    metadata: { id: { org: ORGANIZATION, project, domain, name } },
    spec,
    status: appStatus(service, now),
  });
}

/** How an app does. What is stopped says nothing else. */
export function appStatus(service: KnativeService, now: Micros): Status {
  if (service.stopped) {
    return create(StatusSchema, {
      conditions: [{
        lastTransitionTime: toTimestamp(now),
        deploymentStatus: Status_DeploymentStatus.STOPPED,
        message: "App scaled to zero",
      }],
    });
  }
  const ready = service.state.kind === "ready";
  return create(StatusSchema, {
    conditions: conditionsOf(service),
    ingress: publicIngress(service),
    createdAt: toTimestamp(wholeSecond(service.createdAt)),
    currentReplicas: ready ? Math.max(1, service.pods.length) : 0,
    k8sMetadata: { namespace: NAMESPACE },
  });
}

/** Where an app is reached once it is ready. */
export function publicIngress(key: AppKey): { publicUrl: string } {
  return { publicUrl: `http://${serviceName(key)}.${BASE_DOMAIN}:${PORT}` };
}

/** A change as watchers are told of it. */
export function changeMessage(
  { kind, service }: ServiceChange,
  now: Micros,
): WatchResponse {
  const app = appMessage(service, now);
  switch (kind) {
    case "create":
      return create(WatchResponseSchema, {
        event: { case: "createEvent", value: { app } },
      });
    case "update":
      return create(WatchResponseSchema, {
        event: { case: "updateEvent", value: { updatedApp: app } },
      });
    case "delete":
      return create(WatchResponseSchema, {
        event: { case: "deleteEvent", value: { app } },
      });
  }
}

function conditionsOf(service: KnativeService): Condition[] {
  const { state, changedAt } = service;
  const conditions = (
    deploymentStatus: Status_DeploymentStatus,
    messages: readonly string[],
  ) =>
    messages.map((message) =>
      create(ConditionSchema, {
        lastTransitionTime: toTimestamp(wholeSecond(changedAt)),
        deploymentStatus,
        message,
      })
    );
  switch (state.kind) {
    case "starting":
      return [];
    case "ready":
      return conditions(Status_DeploymentStatus.ACTIVE, READY);
    case "failed": {
      const message = `RevisionFailed: Revision "${
        revisionName(service)
      }" failed with message: ${state.why}.`;
      return conditions(
        Status_DeploymentStatus.FAILED,
        READY.map(() => message),
      );
    }
  }
}
