import type { App } from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import {
  Spec_DesiredState,
  Status_DeploymentStatus,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import type { Micros } from "../clock.ts";
import type { AppKey } from "../kubernetes/knative.ts";
import { rowKey } from "../row_key.ts";

const LIFE: Micros = 30_000_000;

/**
 * What Get remembers for half a minute, although the cluster has moved on: an
 * app that is read right after it was created seems to start for that long.
 */
export class AppCache {
  readonly #entries = new Map<string, { app: App; until: Micros }>();

  get(key: AppKey, now: Micros): App | undefined {
    const entry = this.#entries.get(keyOf(key));
    return entry && now < entry.until ? entry.app : undefined;
  }

  keep(key: AppKey, app: App, now: Micros): void {
    if (isWaking(app)) return;
    this.#entries.set(keyOf(key), { app, until: now + LIFE });
  }

  /** Every change by the same service forgets what was read before it. */
  forget(key: AppKey): void {
    this.#entries.delete(keyOf(key));
  }
}

/** Asked to run, still said to be stopped. */
function isWaking({ spec, status }: App): boolean {
  const { STOPPED } = Spec_DesiredState;
  return spec?.desiredState !== STOPPED &&
    (status?.conditions ?? []).some(({ deploymentStatus }) =>
      deploymentStatus === Status_DeploymentStatus.STOPPED
    );
}

function keyOf({ project, domain, name }: AppKey): string {
  return rowKey(project, domain, name);
}
