import type {
  App,
  AutoscalingConfig,
  Condition,
  Spec,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import {
  appStatusName,
  desiredStateName,
  isAsDesired,
  lastCondition,
  statusOf,
  substateName,
  troubleOf,
} from "../../client/app_status.ts";
import { withoutSignature } from "../../client/literals/signed_url.ts";
import { personOf } from "../../client/people.ts";
import { isoTime } from "../../client/times.ts";
import { nameOf, quote } from "../../text.ts";
import {
  type ContainerFacts,
  ofContainer,
  ofPod,
} from "../tasks/pod_container.ts";

/** How an app does, against what its owner wants. */
export function stateOf(app: App) {
  const last = lastCondition(app.status);
  return {
    deployment_status: statusOf(app),
    substate: last ? substateName(last.substate) : null,
    desired_state: desiredStateName(app.spec?.desiredState ?? 0),
  };
}

/**
 * Why an app is not as it should be, in Flyte's words; `null`: it is, or
 * Flyte has not said anything yet.
 *
 * @param max characters of the message
 */
export function troubleIn(app: App, max: number) {
  const last = lastCondition(app.status);
  if (isAsDesired(app) || !last) return null;
  return {
    reason: troubleOf(last),
    message: last.message ? quote(last.message, max) : null,
  };
}

/** What became of an app, once. */
export function describeCondition(condition: Condition, max: number) {
  const { deploymentStatus, substate, message, actor } = condition;
  return {
    at: isoTime(condition.lastTransitionTime),
    deployment_status: appStatusName(deploymentStatus),
    substate: substateName(substate),
    message: message ? quote(message, max) : null,
    by: personOf(actor),
    revision: numberOf(condition.revision),
  };
}

/**
 * When an app was made and changed, and by whom. Of an app that is stopped the
 * open-source Flyte keeps no times: its condition is of the moment it is read.
 */
export function historyOf({ metadata, spec, status }: App) {
  const { createdAt, lastUpdatedAt } = status ?? {};
  const last = createdAt && lastCondition(status);
  return {
    by: personOf(spec?.creator),
    created_at: isoTime(createdAt),
    changed_at: isoTime(lastUpdatedAt ?? last?.lastTransitionTime),
    revision: numberOf(metadata?.revision),
  };
}

/** How many replicas there are, and how many there may be. */
export function replicasOf({ spec, status }: App) {
  const { min, max } = boundsOf(spec?.autoscaling);
  return { current: status?.currentReplicas ?? 0, min, max };
}

function boundsOf(scaling: AutoscalingConfig | undefined) {
  const { min, max } = scaling?.replicas ?? {};
  return { min: min ?? null, max: max ?? null };
}

/** Where an app is called; `null`: nowhere, or not by a browser. */
export function addressOf({ status }: App): string | null {
  const { publicUrl = "", cnameUrl = "", vpcUrl = "" } = status?.ingress ?? {};
  return webUrl(cnameUrl || publicUrl || vpcUrl);
}

/** An address for a browser, without what would let anybody in. */
export function webUrl(text: string): string | null {
  const url = URL.parse(withoutSignature(text));
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  return url && isWeb ? nameOf(url.href, 500) : null;
}

/** What runs an app; `null`: nothing that is known here. */
export function containerOfApp(
  payload: Spec["appPayload"] | undefined,
): ContainerFacts | null {
  switch (payload?.case) {
    case "container":
      return ofContainer(payload.value);
    case "pod":
      return ofPod(payload.value);
    case undefined:
      return null;
  }
}

/** What an app's code is packed in; images that Flyte builds have tags alone. */
export function imageOf({ spec }: App): string | null {
  const image = containerOfApp(spec?.appPayload)?.image ||
    spec?.images?.images[0]?.tag || "";
  return nameOf(image, 300) || null;
}

/** Flyte counts from 1; 0 is what it says when it does not count. */
function numberOf(revision: bigint | undefined): number | null {
  return revision ? Number(revision) : null;
}
