import { createClient } from "@connectrpc/connect";
import { AuthMetadataService } from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import type { Project } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { readText } from "../http/unexpected_response.ts";
import { isLoopback } from "../config/endpoint.ts";
import { type Finding, ok } from "./finding.ts";
import type { Patient } from "./subject.ts";

/** A service that open-source Flyte 2 does not mount, and Union does. */
const UNION_SERVICE = "flyteidl2.imagebuilder.ImageService/GetImage";

/** A service that nobody mounts: what is answered to it is no service's. */
const NO_SERVICE = "flyteidl2.doctor.NoService/NoMethod";

/**
 * Open-source Flyte or Union, by what it answers. Open-source Flyte never
 * fills `org`, answers 404 where Union has its own services, and publishes a
 * data plane on its own machine.
 */
export async function checkBackend(
  patient: Patient,
  { listed, signal }: {
    listed: Promise<readonly Project[]>;
    signal: AbortSignal;
  },
): Promise<Finding> {
  const [projects, union, nothing, plane] = await Promise.all([
    listed.catch(() => []),
    isMounted(patient, UNION_SERVICE, signal),
    isMounted(patient, NO_SERVICE, signal),
    dataPlaneOf(patient, signal),
  ]);
  signal.throwIfAborted();
  if (projects.some(({ org }) => org !== "")) {
    return ok("Union: its projects belong to an organization.");
  }
  // An ingress that refuses everything says nothing of what is behind it.
  if (union === true && nothing === false) {
    return ok("Union: it has services that open-source Flyte lacks.");
  }
  if (plane !== null && URL.canParse(plane) && isLoopback(plane)) {
    return ok("Open-source Flyte: its data plane is the control plane itself.");
  }
  if (union === false && nothing === false) {
    return ok("Open-source Flyte: it lacks the services that Union has.");
  }
  return ok(
    "Unknown: what answers does not tell open-source Flyte and Union apart.",
  );
}

/** Whether a service answers, asked anonymously; `null`: it cannot be told. */
async function isMounted(
  { fetch, endpoint }: Patient,
  procedure: string,
  signal: AbortSignal,
): Promise<boolean | null> {
  try {
    const response = await fetch(`${endpoint.value}/${procedure}`, {
      ...{ method: "POST", body: "{}", signal },
      headers: {
        "content-type": "application/json",
        "connect-protocol-version": "1",
      },
    });
    const text = await readText(response);
    if (response.status === 404 || /"unimplemented"/.test(text)) return false;
    return /^\s*\{.*"code"/s.test(text) || response.status === 200
      ? true
      : null;
  } catch {
    return null;
  }
}

async function dataPlaneOf(
  { anonymous }: Patient,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const client = createClient(AuthMetadataService, anonymous.transport);
    const answer = await client.getPublicClientConfig({}, { signal });
    return answer.dataplaneDomain || null;
  } catch {
    return null;
  }
}
