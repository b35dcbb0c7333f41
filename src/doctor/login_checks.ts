import { createBrowserMethod } from "../auth/browser_method.ts";
import type { ClientConfig } from "../auth/client_config.ts";
import { createDeviceMethod } from "../auth/device_method.ts";
import { issuerHostOf } from "../auth/failures.ts";
import type { LoginMethod, LoginStart } from "../auth/login_method.ts";
import { MethodRefused } from "../auth/login_failures.ts";
import { type AuthType, isForPeople } from "../config/auth_type.ts";
import { isLoopback } from "../config/endpoint.ts";
import { nameOf } from "../text.ts";
import { fail, type Finding, ok, reasonOf, skipped, warn } from "./finding.ts";
import { publishedOf } from "./metadata_checks.ts";
import type { Patient } from "./subject.ts";

/** Whether the issuer gives a code; the one it gives is thrown away. */
export async function checkDevice(
  patient: Patient,
  signal: AbortSignal,
): Promise<Finding> {
  const config = await publishedOf(patient, signal);
  const method = createDeviceMethod({ secret: secretOf(patient) });
  const unused = whyUnused(patient, { config, method, type: "DeviceFlow" });
  if (unused) return unused;
  try {
    await method.begin(startOf(patient, config, signal));
    return ok(
      `Advertised and tried: ${
        nameOf(issuerHostOf(config))
      } gives a code, which was thrown away.`,
    );
  } catch (error) {
    if (!(error instanceof MethodRefused)) throw error;
    const { message, nextStep } = error;
    const reason = reasonOf(error);
    if (isOnly(patient, config)) return fail(message, nextStep, reason);
    return {
      ...warn(`${message} Browser login is used instead.`, error.remedy),
      forAdmin: `refused, ${reason}`,
    };
  }
}

/** Whether a browser login can be made, and its way back is free. */
export async function checkBrowser(
  patient: Patient,
  signal: AbortSignal,
): Promise<Finding> {
  const config = await publishedOf(patient, signal);
  const { listen } = patient.machine;
  const secret = secretOf(patient);
  const method = createBrowserMethod({ listen, open: null, secret });
  const unused = whyUnused(patient, { config, method, type: "Pkce" });
  if (unused) return unused;
  const flow = await method.begin(startOf(patient, config, signal));
  const callback = new URL(flow.redirectUri);
  const place = nameOf(callback.host);
  const instead =
    "A browser login works without it: the person pastes the address that the browser ends on.";
  if (!isLoopback(callback)) {
    return warn(
      `Advertised; it ends on ${place}, not on this machine.`,
      instead,
    );
  }
  const listener = listen({
    hostname: callback.hostname,
    port: Number(callback.port) || 80,
    handle: () => Promise.resolve(new Response(null, { status: 404 })),
  });
  if (typeof listener !== "string") {
    await listener[Symbol.asyncDispose]();
    return ok(`Advertised; its way back, ${place}, is free.`);
  }
  const why = {
    in_use: "another program listens there, or a login is pending",
    not_permitted:
      `Deno's permissions do not let this server listen there (--allow-net=${place})`,
    impossible: "nobody can listen there",
  }[listener];
  return warn(`Advertised; of its way back, ${place}: ${why}.`, instead);
}

/** Whether a configured service gets a token. */
export async function checkService(
  { authenticator, config }: Patient,
  { type, signal }: {
    type: "ClientSecret" | "ExternalCommand";
    signal: AbortSignal;
  },
): Promise<Finding> {
  if (config.authType?.value !== type) return skipped("Not configured.");
  if (!authenticator) {
    return skipped("Not tried: the configuration has faults.");
  }
  const credentials = await authenticator.credentials(signal);
  if (credentials === null) {
    return skipped("Not tried: the control plane publishes no login.");
  }
  const { token } = authenticator.status();
  const from = token?.issuerHost ? ` by ${nameOf(token.issuerHost)}` : "";
  return ok(
    `Tried: a token is given${from} (${nameOf(config.authType.source)}).`,
  );
}

/** Why a login by a person is not tried; `null`: it is. */
function whyUnused(
  { config: { authType, interactive } }: Patient,
  { config, method, type }: {
    config: ClientConfig;
    method: Pick<LoginMethod, "name" | "isOffered">;
    type: AuthType;
  },
): Finding | null {
  if (!isForPeople(authType?.value)) {
    return skipped(`Not used: ${authType?.value} is configured.`);
  }
  if (!config.hasLogin) return skipped("No login is published.");
  if (interactive.value === "never") {
    return skipped(
      `Not used: nobody can be asked (${nameOf(interactive.source)}).`,
    );
  }
  if (method.isOffered(config)) return null;
  return authType?.value === type
    ? fail(
      `It is configured (${nameOf(authType.source)}), and not advertised.`,
      `Choose another login in ${
        nameOf(authType.source)
      }, or admin: publish its endpoints.`,
      "not advertised",
    )
    : skipped("Not advertised.");
}

function startOf(
  { endpoint, fetch, machine: { clock } }: Patient,
  config: ClientConfig,
  signal: AbortSignal,
): LoginStart {
  return {
    ...{ config, fetch, clock, signal, otherMethods: [] },
    endpoint: endpoint.value,
  };
}

/** Whether nothing else is tried when the device login is refused. */
function isOnly(
  { config: { authType } }: Patient,
  { authorizationEndpoint, redirectUri }: ClientConfig,
): boolean {
  return authType?.value === "DeviceFlow" ||
    authorizationEndpoint === null || redirectUri === null;
}

function secretOf({ config }: Patient) {
  return config.clientSecret?.value ?? null;
}
