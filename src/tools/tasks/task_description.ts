import { type Duration, durationMs } from "@bufbuild/protobuf/wkt";
import type {
  TaskMetadata,
  TaskTemplate,
} from "../../../idl/flyteidl2/core/tasks_pb.ts";
import type { SecurityContext } from "../../../idl/flyteidl2/core/security_pb.ts";
import type {
  TaskDetails,
  TaskSpec,
} from "../../../idl/flyteidl2/task/task_definition_pb.ts";
import { withoutSignature } from "../../client/literals/signed_url.ts";
import { personOf } from "../../client/people.ts";
import { humanDuration, isoTime } from "../../client/times.ts";
import { nameOf, quote } from "../../text.ts";
import { type ContainerFacts, containerOf } from "./pod_container.ts";

/** Characters of the docs that are shown; Flyte keeps 255 and 2,048. */
const MAX_SHORT = 300;
const MAX_LONG = 2_048;

/** Secrets, environment variables and inputs that are named, and how long. */
const MAX_NAMES = 30;
const MAX_NAME = 64;

/** Facts on a version of a task, all but its inputs and outputs. */
export function describeTask({ metadata, spec }: TaskDetails) {
  const template = spec?.taskTemplate;
  const container = containerOf(template);
  return {
    type: nameOf(template?.type ?? "") || null,
    environment: nameOf(metadata?.environmentName ?? "") || null,
    deployed_at: isoTime(metadata?.deployedAt),
    deployed_by: personOf(metadata?.deployedBy),
    ...docsOf(spec),
    image: nameOf(container?.image ?? "", 300) || null,
    cache: cacheOf(template?.metadata),
    ...rulesOf(template?.metadata),
    resources: resourcesOf(template, container),
    ...secretsOf(template?.securityContext),
    ...envOf(container?.env ?? []),
  };
}

function docsOf(spec: TaskSpec | undefined) {
  const { documentation, environment } = spec ?? {};
  const quoted = (text: string | undefined, max: number) =>
    text ? quote(text, max) : null;
  const link = documentation?.sourceCode?.link ?? "";
  return {
    description: quoted(documentation?.shortDescription, MAX_SHORT),
    long_description: quoted(documentation?.longDescription, MAX_LONG),
    environment_description: quoted(environment?.description, MAX_SHORT),
    source: nameOf(withoutSignature(link), 500) || null,
  };
}

function cacheOf(metadata: TaskMetadata | undefined) {
  if (!metadata?.discoverable) return { enabled: false };
  return {
    enabled: true,
    version: nameOf(metadata.discoveryVersion) || null,
    serialized: metadata.cacheSerializable,
    ignored_inputs: metadata.cacheIgnoreInputVars.slice(0, MAX_NAMES)
      .map((name) => nameOf(name, MAX_NAME)),
    max_age: lengthOf(metadata.cacheMaxAge),
  };
}

function rulesOf(metadata: TaskMetadata | undefined) {
  const { retries, timeout, interruptibleValue: interruptible } = metadata ??
    {};
  return {
    retries: retries?.retries ?? 0,
    timeout: lengthOf(timeout),
    interruptible: interruptible?.case ? interruptible.value : null,
    entry_point: metadata?.isEntrypoint ?? false,
  };
}

/** No time at all means that there is no limit. */
function lengthOf(duration: Duration | undefined): string | null {
  const ms = duration ? durationMs(duration) : 0;
  return ms > 0 ? humanDuration(ms) : null;
}

function resourcesOf(
  template: TaskTemplate | undefined,
  container: ContainerFacts | null,
) {
  const { gpuAccelerator, sharedMemory } = template?.extendedResources ?? {};
  return {
    requests: container?.requests ?? {},
    limits: container?.limits ?? {},
    ...gpuAccelerator && { accelerator: nameOf(gpuAccelerator.device) },
    ...sharedMemory &&
      { shared_memory: nameOf(sharedMemory.sizeLimit) || "no limit" },
  };
}

function secretsOf(context: SecurityContext | undefined) {
  const secrets = context?.secrets ?? [];
  const more = secrets.length - MAX_NAMES;
  return {
    secrets: secrets.slice(0, MAX_NAMES).map(({ key, group, envVar }) => ({
      name: nameOf(key, MAX_NAME),
      group: nameOf(group, MAX_NAME) || null,
      env_var: nameOf(envVar, MAX_NAME) || null,
    })),
    ...more > 0 && { secrets_left_out: more },
  };
}

/** Values may be passwords, whatever their authors should have done. */
function envOf(names: readonly string[]) {
  const more = names.length - MAX_NAMES;
  return {
    env: names.slice(0, MAX_NAMES).map((name) => nameOf(name, MAX_NAME)),
    ...more > 0 && { env_left_out: more },
  };
}
