import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import {
  type Container,
  type K8sPod,
  type Resources,
  Resources_ResourceName as ResourceName,
  type TaskTemplate,
} from "../../../idl/flyteidl2/core/tasks_pb.ts";
import { nameOf } from "../../text.ts";

/** Kinds of resources that are shown. */
const MAX_KINDS = 20;

/** Amounts by kind, in Kubernetes' words: `{"cpu":"2","memory":"2Gi"}`. */
export type Amounts = Readonly<Record<string, string>>;

/** What runs a task's code. */
export interface ContainerFacts {
  readonly image: string;
  readonly requests: Amounts;
  readonly limits: Amounts;
  /** Names of environment variables. */
  readonly env: readonly string[];
}

/**
 * The container of a task, whether it is declared as such or is the primary
 * one of a pod; `null` when nothing of the kind runs it.
 */
export function containerOf(
  template: TaskTemplate | undefined,
): ContainerFacts | null {
  const target = template?.target;
  switch (target?.case) {
    case "container":
      return ofContainer(target.value);
    case "k8sPod":
      return ofPod(target.value);
    case "sql":
    case undefined:
      return null;
  }
}

/** The facts of a container. */
export function ofContainer(
  { image, resources, env }: Container,
): ContainerFacts {
  return {
    image,
    requests: amountsOf(resources?.requests),
    limits: amountsOf(resources?.limits),
    env: env.map(({ key }) => key),
  };
}

function amountsOf(entries: Resources["requests"] = []): Amounts {
  return toAmounts(entries.map(({ name, value }) => {
    const known: string | undefined = ResourceName[name];
    return [known?.toLowerCase() ?? `resource_${name}`, value];
  }));
}

/** The facts of a pod's primary container; its spec is its author's JSON. */
export function ofPod(
  { podSpec, primaryContainerName }: K8sPod,
): ContainerFacts {
  const containers = listOf(podSpec?.["containers"]).map(objectOf);
  const primary = containers
    .find((one) => one["name"] === primaryContainerName) ?? containers[0] ?? {};
  const resources = objectOf(primary["resources"]);
  return {
    image: textOf(primary["image"]),
    requests: amountsIn(resources["requests"]),
    limits: amountsIn(resources["limits"]),
    env: listOf(primary["env"]).map((one) => textOf(objectOf(one)["name"])),
  };
}

function amountsIn(value: JsonValue | undefined): Amounts {
  const entries = Object.entries(objectOf(value));
  return toAmounts(entries.map(([name, amount]) => [name, textOf(amount)]));
}

function toAmounts(entries: readonly (readonly [string, string])[]): Amounts {
  return Object.fromEntries(
    entries.slice(0, MAX_KINDS)
      .map(([name, value]) => [nameOf(name, 64), nameOf(value, 64)]),
  );
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  const isObject = typeof value === "object" && value !== null &&
    !Array.isArray(value);
  return isObject ? value : {};
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" || typeof value === "number"
    ? String(value)
    : "";
}
