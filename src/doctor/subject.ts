import type { Authenticator, CallCredentials } from "../auth/authenticator.ts";
import { createSession, type Session } from "../client/session.ts";
import { type EndpointView, viewOf } from "../client/failures/unreachable.ts";
import type { Config, ResolvedConfig } from "../config/mod.ts";
import type { Setting, Sources } from "../config/sources.ts";
import type { ProbeCertificate } from "../http/certificate_probe.ts";
import type { Fetch } from "../http/fetch.ts";
import { type Machine, sessionConfig } from "../open.ts";
import { withoutLogin } from "../permissions.ts";
import { anonymous, bystander } from "./bystander.ts";

/** What the doctor looks at; adapters come from `main.ts`. */
export interface Subject {
  readonly version: string;
  readonly os: typeof Deno.build.os;
  readonly resolved: ResolvedConfig;
  readonly sources: Sources;
  readonly machine: Machine;
  /** That of the server's own calls; `null`: the configuration has faults. */
  readonly authenticator: Authenticator | null;
  readonly isGranted: (permission: Deno.PermissionDescriptor) => boolean;
  /** The addresses of a host. */
  readonly resolveHost: (hostname: string) => Promise<readonly string[]>;
  readonly probe: ProbeCertificate;
}

/** A subject with an endpoint, opened; nothing has been sent. */
export interface Patient extends Subject {
  readonly config: Config;
  readonly endpoint: Setting<string>;
  readonly view: EndpointView;
  /** As calls are sent, with what a proxy in front of Flyte wants. */
  readonly fetch: Fetch;
  /** Calls without credentials, to where the login is described. */
  readonly anonymous: Session<CallCredentials>;
  /** Calls as tools make them, but no login starts. */
  readonly session: Session<CallCredentials>;
}

/** Opens sessions of the doctor's own; `null`: there is no endpoint. */
export function openPatient(subject: Subject): Patient | null {
  const { machine, authenticator, resolved } = subject;
  // What is wrong with credentials is no reason not to look at the rest.
  const { config } = authenticator ? resolved : withoutLogin(resolved);
  if (!config.endpoint) return null;
  const { value } = config.endpoint;
  const base = sessionConfig(config, { machine, endpoint: value });
  const nobody = anonymous(value);
  const { now } = machine.clock;
  return {
    ...subject,
    config,
    endpoint: config.endpoint,
    view: viewOf(config.endpoint, config),
    fetch: base.fetch,
    anonymous: createSession({
      ...base,
      endpoint: base.authEndpoint ?? value,
      authenticator: () => nobody,
    }),
    session: createSession({
      ...base,
      authenticator: () =>
        authenticator
          ? bystander(authenticator, { config, endpoint: value, now })
          : nobody,
    }),
  };
}
