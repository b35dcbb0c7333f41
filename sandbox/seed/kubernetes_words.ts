/** What Kubernetes and Flyte's webhook say, in their own words. */

/** How many nodes the made-up cluster has. */
const NODES = 3;

/** No node has what a pod asks for, such as `cpu` or `nvidia.com/gpu`. */
export function insufficient(resource: string): string {
  const no = `0/${NODES} nodes are available: ${NODES}`;
  return `${no} Insufficient ${resource}. preemption: ${no} No preemption victims found for incoming pod.`;
}

/** The registry does not give an image away. */
export function pullDenied(image: string): string {
  return `failed to pull and unpack image "${image}": failed to resolve reference: pull access denied, repository does not exist or may require authorization`;
}

/** The kernel killed a container for its memory. */
export function outOfMemory(pod: string): string {
  return "Pod failed. No message received from kubernetes.\r\n" +
    `[${pod}] terminated with exit code (137). ` +
    "Reason [OOMKilled]. Message: \n.";
}

/** A pod had to go because its node ran out of disk. */
export function evictedFor(
  pod: string,
  { used, threshold, available }: {
    used: string;
    threshold: string;
    available: string;
  },
): string {
  return "The node was low on resource: ephemeral-storage. " +
    `Threshold quantity: ${threshold}, available: ${available}. ` +
    `Container ${pod} was using ${used}, request is 0, has larger consumption of ephemeral-storage. `;
}

/** A pod asks for more than is left of its namespace's share. */
export function overQuota(
  pod: string,
  { requested, used, limited }: {
    requested: string;
    used: string;
    limited: string;
  },
): string {
  return `pods "${pod}" is forbidden: exceeded quota: compute, ` +
    `requested: ${requested}, used: ${used}, limited: ${limited}`;
}

/** Flyte's webhook does not find a secret. */
export function secretDenied(key: string, envVar: string): string {
  const secret = `[key:"${key}" mount_requirement:ENV_VAR env_var:"${envVar}"]`;
  return 'admission webhook "flyte-pod-webhook.flyte.org" denied the request: ' +
    `none of the secret managers injected secret ${secret}: ` +
    `failed to inject secret ${secret} using any of the enabled secret managers: [Global Embedded]. ` +
    "Possible reasons: the secret cannot be found or an internal error occurred";
}
