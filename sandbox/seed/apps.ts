import { create } from "@bufbuild/protobuf";
import {
  Spec_DesiredState,
  SpecSchema,
} from "../../idl/flyteidl2/app/app_definition_pb.ts";
import type { Micros } from "../plane/clock.ts";
import { NAMESPACE } from "../plane/kubernetes/attempt.ts";
import type { ClusterResources } from "../plane/kubernetes/idle_cluster.ts";
import {
  type AppKey,
  type KnativeService,
  revisionName,
  type RevisionState,
} from "../plane/kubernetes/knative.ts";
import type { Seconds } from "./story.ts";

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MS = 1_000;

/** An app, and how it does. */
export interface AppStory {
  readonly app: AppKey;
  readonly image: string;
  readonly profile: {
    readonly type: string;
    readonly name: string;
    readonly shortDescription: string;
  };
  readonly env?: Readonly<Record<string, string>>;
  /** How long ago it was deployed. */
  readonly ago: Seconds;
  /** @default {"ready"} */
  readonly state?: RevisionState;
  /** Scaled to zero by its owner. */
  readonly stopped?: boolean;
  /** What each of its pods printed, since it was deployed. */
  readonly logs?: readonly (readonly string[])[];
  readonly maxReplicas?: number;
}

/**
 * Deploys apps and leaves them as they do.
 *
 * @param now milliseconds since 1970
 */
export function playApps(
  target: ClusterResources,
  stories: readonly AppStory[],
  now: number,
): void {
  for (const story of stories) playApp(target, story, now * MICROS_PER_MS);
}

function playApp(target: ClusterResources, story: AppStory, now: Micros): void {
  const { apps } = target;
  const { app, ago, state = { kind: "ready" }, stopped = false } = story;
  const deployedAt = Math.floor(now) - ago * MICROS_PER_SECOND;
  const service = apps.deploy(app, specOf(story), deployedAt);
  if (!service) return;
  const pods = (story.logs ?? []).map((lines, index) => {
    const name = podName(service, index);
    const log = lines.map((message, line) => ({
      time: deployedAt + (line + 2) * MICROS_PER_SECOND,
      message,
    }));
    const running = true;
    target.pods.add({ namespace: NAMESPACE, name, lines: log, running });
    return name;
  });
  apps.update(app, { state, stopped, pods }, deployedAt + MICROS_PER_SECOND);
}

function specOf({ image, profile, env = {}, maxReplicas = 1 }: AppStory) {
  const port = 8_080;
  return create(SpecSchema, {
    appPayload: {
      case: "container",
      value: {
        image,
        args: ["serve", "--port", String(port)],
        ports: [{ containerPort: port }],
        env: Object.entries(env).map(([key, value]) => ({ key, value })),
      },
    },
    desiredState: Spec_DesiredState.ACTIVE,
    autoscaling: { replicas: { min: 0, max: maxReplicas } },
    profile: { ...profile },
  });
}

function podName(service: KnativeService, index: number): string {
  return `${revisionName(service)}-deployment-7c9d8f6b5d-x${index}k4p`;
}
