import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import {
  type Container,
  type K8sPod,
  type Resources,
  Resources_ResourceName,
  type TaskTemplate,
} from "../../../idl/flyteidl2/core/tasks_pb.ts";
import type { RunDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";

/** What a run was made of, besides its inputs. */
export interface MadeOf {
  readonly version: string;
  readonly image: string;
  /** By name: of the image, of the run over it. */
  readonly env: ReadonlyMap<string, string>;
  /** For example `request memory` → `2Gi`. */
  readonly resources: ReadonlyMap<string, string>;
  /** `group/key` of each secret, with where it goes. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Reads it off a run. */
export function madeOf({ action, runSpec }: RunDetails): MadeOf {
  const spec = action?.spec.case === "task" ? action.spec.value : undefined;
  const task = action?.metadata?.spec.case === "task"
    ? action.metadata.spec.value
    : undefined;
  const template = spec?.taskTemplate;
  const container = template ? containerOf(template) : NO_CONTAINER;
  const own = runSpec?.envs?.values ?? [];
  const secrets = [
    ...template?.securityContext?.secrets ?? [],
    ...runSpec?.securityContext?.secrets ?? [],
  ];
  return {
    version: task?.id?.version || template?.id?.version || "",
    ...container,
    env: new Map([
      ...container.env,
      ...own.map(({ key, value }) => [key, value] as const),
    ]),
    secrets: new Map(secrets.map(({ group, key, envVar, mountRequirement }) =>
      [
        group ? `${group}/${key}` : key,
        `${mountRequirement} ${envVar}`,
      ] as const
    )),
  };
}

type Made = Pick<MadeOf, "image" | "env" | "resources">;

const NO_CONTAINER: Made = { image: "", env: new Map(), resources: new Map() };

function containerOf({ target, extendedResources }: TaskTemplate): Made {
  const gpu = extendedResources?.gpuAccelerator?.device;
  const more: [string, string][] = gpu ? [["accelerator", gpu]] : [];
  switch (target.case) {
    case "container":
      return ofContainer(target.value, more);
    case "k8sPod":
      return ofPod(target.value);
    default:
      return NO_CONTAINER;
  }
}

function ofContainer(
  { image, env, resources }: Container,
  more: [string, string][],
): Made {
  return {
    image,
    env: new Map(env.map(({ key, value }) => [key, value])),
    resources: new Map([
      ...entriesOf("request", resources?.requests ?? []),
      ...entriesOf("limit", resources?.limits ?? []),
      ...more,
    ]),
  };
}

function entriesOf(
  kind: string,
  entries: Resources["requests"],
): [string, string][] {
  return entries.map(({ name, value }) => {
    const resource: string | undefined = Resources_ResourceName[name];
    return [`${kind} ${resource?.toLowerCase() ?? name}`, value];
  });
}

/** A pod template is Kubernetes' own JSON. */
function ofPod({ podSpec, primaryContainerName }: K8sPod): Made {
  const containers = listOf(podSpec?.containers).map(objectOf);
  const container = containers
    .find(({ name }) => name === primaryContainerName) ?? containers[0] ?? {};
  const resources = objectOf(container.resources);
  return {
    image: textOf(container.image),
    env: new Map(
      listOf(container.env).map((one) => {
        const { name, value, valueFrom } = objectOf(one);
        return [textOf(name), textOf(value ?? valueFrom)];
      }),
    ),
    resources: new Map(
      ["requests", "limits"].flatMap((kind) =>
        Object.entries(objectOf(resources[kind])).map(([name, value]) =>
          [`${kind.slice(0, -1)} ${name}`, textOf(value)] as const
        )
      ),
    ),
  };
}

function listOf(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value
    : {};
}

function textOf(value: JsonValue | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
