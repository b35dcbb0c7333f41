import {
  type App,
  type Condition,
  Spec_DesiredState as DesiredState,
  type Status,
  Status_DeploymentStatus as DeploymentStatus,
  Status_Substate as Substate,
} from "../../idl/flyteidl2/app/app_definition_pb.ts";
import { enumName } from "./enum_name.ts";

/** What Flyte says of how an app does, in lower case, by number in the IDL. */
export const APP_STATUSES = [
  "unspecified",
  "unassigned",
  "assigned",
  "pending",
  "stopped",
  "started",
  "failed",
  "active",
  "scaling_up",
  "scaling_down",
  "deploying",
] as const;

/** The status's name; the enum is open, so a new one keeps its number. */
export function appStatusName(status: DeploymentStatus): string {
  return enumName(DeploymentStatus, status);
}

/** `null`: nothing more is known than the status. */
export function substateName(substate: Substate): string | null {
  if (substate === Substate.SUBSTATE_UNSPECIFIED) return null;
  return enumName(Substate, substate);
}

/** What its owner wants of an app. */
export function desiredStateName(state: DesiredState): string {
  return enumName(DesiredState, state);
}

/** Flyte appends what becomes of an app, so that the last condition counts. */
export function lastCondition(
  status: Status | undefined,
): Condition | undefined {
  return status?.conditions.at(-1);
}

/** How an app does; `unspecified` before Flyte has said anything. */
export function statusOf({ status }: App): string {
  return appStatusName(
    lastCondition(status)?.deploymentStatus ?? DeploymentStatus.UNSPECIFIED,
  );
}

/** Whether an app answers its callers. */
export function isServing({ status }: App): boolean {
  const { ACTIVE, STARTED } = DeploymentStatus;
  const now = lastCondition(status)?.deploymentStatus;
  return now === ACTIVE || now === STARTED;
}

/** Whether an app is as its owner wants it. */
export function isAsDesired(app: App): boolean {
  const { STOPPED, UNASSIGNED } = DeploymentStatus;
  if (app.spec?.desiredState !== DesiredState.STOPPED) return isServing(app);
  const now = lastCondition(app.status)?.deploymentStatus;
  return now === STOPPED || now === UNASSIGNED;
}

/** What keeps an app from being active. */
export type AppTrouble =
  | "image_pull"
  | "crash"
  | "out_of_memory"
  | "unschedulable"
  | "missing_secret"
  | "quota"
  | "webhook"
  | "not_ready";

/** What Flyte itself calls it. */
const SUBSTATES: Partial<Record<Substate, AppTrouble>> = {
  [Substate.IMAGE_PULL_ERROR]: "image_pull",
  [Substate.CRASH_LOOP]: "crash",
  [Substate.OOM_KILLED]: "out_of_memory",
  [Substate.SECRET_MOUNT_ERROR]: "missing_secret",
  [Substate.WEBHOOK_ERROR]: "webhook",
};

/** What Knative puts before the reason that a revision failed for. */
const PREFIX = /^(\w+: )?Revision "[^"]*" failed with message: /;

/**
 * How messages of Knative and Kubernetes begin. What a container printed may
 * follow, and may be any text. The first sign that fits decides.
 */
const SIGNS: readonly (readonly [RegExp, AppTrouble])[] = [
  [
    /^(Unable to fetch image|ErrImage|ImagePullBackOff|InvalidImageName|ImageInspectError|[Bb]ack-off pulling image|[Ff]ailed to pull image)/,
    "image_pull",
  ],
  [/^OOMKilled\b/, "out_of_memory"],
  [
    /^(Unschedulable\b|\d+\/\d+ nodes are available\b|Insufficient \w)/,
    "unschedulable",
  ],
  [
    /^(secret "[^"]*" not found|admission webhook "[^"]*" denied the request: none of the secret managers)/,
    "missing_secret",
  ],
  [/^((pods )?"[^"]*" is forbidden: )?exceeded quota\b/, "quota"],
  [/^admission webhook\b/, "webhook"],
  [
    /^(CrashLoopBackOff|[Bb]ack-off (\S+ )?restarting failed container|Container failed with)/,
    "crash",
  ],
  [
    /^(Initial scale was never achieved|Readiness probe failed|ProgressDeadlineExceeded)/,
    "not_ready",
  ],
];

/** What a condition says is wrong; `null`: nothing that is known. */
export function troubleOf(
  condition: Condition | undefined,
): AppTrouble | null {
  if (!condition) return null;
  const { substate, message } = condition;
  const reason = message.replace(PREFIX, "");
  return SUBSTATES[substate] ??
    SIGNS.find(([begins]) => begins.test(reason))?.[1] ?? null;
}
