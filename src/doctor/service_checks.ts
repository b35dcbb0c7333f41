import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { AuthMetadataService } from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import type { Project } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { createClientSet } from "../client/client_set.ts";
import { nameOf } from "../text.ts";
import { wantsLogin } from "./bystander.ts";
import { type Finding, ok, skipped, warn } from "./finding.ts";
import { publishedOf } from "./metadata_checks.ts";
import type { Patient } from "./subject.ts";

/** More are not counted. */
const MAX_PROJECTS = 100;

/** How many calls are timed. */
const ROUNDS = 3;

/** A round trip that people notice. */
const SLOW_MS = 2000;

const NO_LOGIN = "Nobody is logged in, and the doctor starts no login.";

/** Whom Flyte takes this server for. */
export async function checkIdentity(
  patient: Patient,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    const { identity } = createClientSet(patient.session);
    const user = await identity.userInfo({}, { signal });
    const who = [user.email, user.name, user.subject]
      .map((text) => nameOf(text)).find((text) => text !== "");
    return ok(who ? `Flyte knows you as ${who}.` : "Flyte gives no name.");
  } catch (error) {
    if (wantsLogin(error)) return skipped(NO_LOGIN);
    const { code } = ConnectError.from(error);
    const isUnnamed = code === Code.Unauthenticated ||
      code === Code.Unimplemented;
    if (!isUnnamed) throw error;
    const { hasLogin } = await publishedOf(patient, signal);
    if (hasLogin && !patient.authenticator?.status().token) {
      return skipped(NO_LOGIN);
    }
    return ok("Flyte reports no identity, as it may.");
  }
}

/** The projects that can be seen. @throws {LoginWanted} see `wantsLogin` */
export async function listProjects(
  { session }: Patient,
  signal: AbortSignal,
): Promise<readonly Project[]> {
  const { projects } = createClientSet(session);
  const answer = await projects.listProjects({ limit: MAX_PROJECTS }, {
    signal,
  });
  return answer.projects?.projects ?? [];
}

/** How many projects there are, and with which domains. */
export async function checkProjects(
  { config }: Patient,
  listed: Promise<readonly Project[]>,
): Promise<Finding> {
  try {
    const projects = await listed;
    const domains = [
      ...new Set(
        projects.flatMap(({ domains }) => domains.map(({ id }) => nameOf(id))),
      ),
    ];
    if (projects.length === 0) {
      return warn(
        "No project can be seen.",
        "Admin: give this login access to a project, or create one.",
      );
    }
    const isAll = projects.length < MAX_PROJECTS;
    const text = `${isAll ? "" : "At least "}${projects.length} ${
      projects.length === 1 ? "project" : "projects"
    }, domains ${nameOf(domains.join(", ")) || "none"}.`;
    const own = config.project;
    const isThere = !own || !isAll ||
      projects.some(({ id, name }) => id === own.value || name === own.value);
    return isThere ? ok(text) : warn(
      `${text} "${nameOf(own.value)}" (${
        nameOf(own.source)
      }) is not among them.`,
      `Correct ${nameOf(own.source)}.`,
    );
  } catch (error) {
    if (wantsLogin(error)) return skipped(NO_LOGIN);
    throw error;
  }
}

/** How long a small answer takes. */
export async function checkRoundTrips(
  { anonymous, machine: { clock } }: Patient,
  signal: AbortSignal,
): Promise<Finding> {
  const client = createClient(AuthMetadataService, anonymous.transport);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = clock.now();
    await client.getPublicClientConfig({}, { signal }).catch((error) => {
      if (ConnectError.from(error).code !== Code.Unimplemented) throw error;
    });
    times.push(clock.now() - start);
  }
  const median = times.toSorted((one, other) => one - other)[1] ?? 0;
  const text = `${median} ms, the median of ${ROUNDS} (${
    times.join(", ")
  } ms).`;
  return median < SLOW_MS
    ? ok(text)
    : warn(text, "Calls will be slow; is a VPN or a proxy on the way?");
}
