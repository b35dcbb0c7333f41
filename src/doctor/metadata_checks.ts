import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { AuthMetadataService } from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import type { ClientConfig } from "../auth/client_config.ts";
import { discover } from "../auth/discovery.ts";
import { issuerHostOf } from "../auth/failures.ts";
import { checkIssuer } from "../auth/issuer_check.ts";
import { nameOf } from "../text.ts";
import { fail, failed, type Finding, ok, skipped, warn } from "./finding.ts";
import type { Patient } from "./subject.ts";

/** What the control plane publishes, with the local settings over it. */
export async function publishedOf(
  { anonymous }: Patient,
  signal: AbortSignal,
): Promise<ClientConfig> {
  return await anonymous.store.get(signal);
}

/** Whether the control plane says how to log in; each call for itself. */
export async function checkMetadata(
  patient: Patient,
  signal: AbortSignal,
): Promise<Finding> {
  const { transport } = patient.anonymous;
  const client = createClient(AuthMetadataService, transport);
  const calls = {
    GetOAuth2Metadata: client.getOAuth2Metadata({}, { signal }),
    GetPublicClientConfig: client.getPublicClientConfig({}, { signal }),
  };
  const answers = await Promise.allSettled(Object.values(calls));
  for (const [at, name] of Object.keys(calls).entries()) {
    const answer = answers[at];
    if (answer?.status !== "rejected" || isAbsent(answer.reason)) continue;
    signal.throwIfAborted();
    const finding = failed(answer.reason, patient.view);
    const forAdmin = `${name}: ${finding.forAdmin}`;
    return { ...finding, message: `${name}: ${finding.message}`, forAdmin };
  }
  const config = await publishedOf(patient, signal);
  return describe(config, patient);
}

/** Whether the issuer describes itself, as logout needs it. */
export async function checkIssuerDocument(
  patient: Patient,
  signal: AbortSignal,
): Promise<Finding> {
  const config = await publishedOf(patient, signal);
  const { issuer } = config;
  if (!config.hasLogin || !issuer) return skipped("No issuer is published.");
  const { fetch } = patient;
  const found = await discover(issuer, { fetch, signal });
  const name = nameOf(issuer);
  if (found === null) {
    return warn(
      `${name} publishes no document of its own (RFC 8414, OpenID Connect Discovery).`,
      "Logins work without it; a logout cannot revoke the token then.",
    );
  }
  if (found.tokenEndpoint !== config.tokenEndpoint) {
    return warn(
      `${name} names another token endpoint than the one that is used, ${
        nameOf(config.tokenEndpoint ?? "none")
      }.`,
      "Admin: compare the OAuth metadata of Flyte with those of the issuer.",
    );
  }
  const revokes = found.revocationEndpoint ? "can" : "cannot";
  return ok(`${name} describes itself; tokens ${revokes} be revoked there.`);
}

function describe(config: ClientConfig, patient: Patient): Finding {
  if (!config.hasLogin) {
    return ok(
      "No login is published (GetOAuth2Metadata is not implemented there).",
    );
  }
  const { endpoint: { value: endpoint }, config: { trustedIssuers } } = patient;
  checkIssuer(config, {
    endpoint,
    trustedIssuers: trustedIssuers?.value ?? null,
  });
  if (config.clientId === null) {
    return fail(
      `A login at ${
        nameOf(issuerHostOf(config))
      } is published, and no client id.`,
      "Admin: set runs.authMetadata.flyteClient.clientId. Until then, person: set FLYTE_CLIENT_ID.",
      "no client id",
    );
  }
  const parts = [
    `client ${nameOf(config.clientId)}`,
    `scopes ${nameOf(config.scopes.join(" ")) || "none"}`,
    ...(config.audience ? [`audience ${nameOf(config.audience)}`] : []),
    `header ${config.headerKey}`,
  ];
  return ok(
    `A login at ${nameOf(issuerHostOf(config))} is published: ${
      parts.join(", ")
    }.`,
  );
}

/** The server answers, and has no such thing. */
function isAbsent(error: unknown): boolean {
  return ConnectError.from(error).code === Code.Unimplemented;
}
