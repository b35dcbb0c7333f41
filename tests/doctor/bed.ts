/** The doctor over a configuration, with the machine of a test. */
import type { AuthMachine } from "../../src/auth/factory.ts";
import { systemClock } from "../../src/clock.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import type { Check, Diagnosis } from "../../src/doctor/diagnosis.ts";
import { diagnose, type Subject } from "../../src/doctor/mod.ts";
import { probeCertificate } from "../../src/http/certificate_probe.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { openFlyte } from "../../src/open.ts";
import { type Machine, sourcesOf } from "../config/machine.ts";
import { testMachine } from "../harness.ts";

/** What a test changes. */
export interface Case extends Machine {
  readonly machine?: Partial<AuthMachine>;
  readonly isGranted?: Subject["isGranted"];
  readonly resolveHost?: Subject["resolveHost"];
  readonly clock?: Subject["machine"]["clock"];
}

/** A diagnosis in which checks are found by name. */
export interface Diagnosed extends Diagnosis {
  check(name: string): Check;
}

/** Looks at a configuration as `main.ts doctor` does. */
export async function diagnosed(
  { machine, isGranted, resolveHost, clock = systemClock, ...rest }: Case,
): Promise<Diagnosed> {
  const sources = sourcesOf(rest);
  const resolved = resolveConfig(sources);
  const { caCert, proxies } = resolved.config;
  await using stack = new AsyncDisposableStack();
  const fetch = stack.use(createFetch({
    caCert: caCert?.value ?? null,
    proxies,
    probe: probeCertificate,
  }));
  const adapters = {
    ...{ fetch, clock, newRequestId: () => "request-1" },
    ...{ ...testMachine(), ...machine },
  };
  const opened = resolved.faults.length === 0
    ? openFlyte(resolved, adapters)
    : null;
  if (opened) stack.use(opened.session.authenticator);
  const diagnosis = await diagnose({
    ...{ version: "1.2.3", os: "linux", resolved, sources },
    machine: adapters,
    authenticator: opened?.session.authenticator ?? null,
    isGranted: isGranted ?? (() => true),
    resolveHost: resolveHost ?? (() => Promise.resolve(["192.0.2.7"])),
    probe: probeCertificate,
  }, new AbortController().signal);
  return {
    ...diagnosis,
    check(name) {
      const found = diagnosis.checks.find((check) => check.name === name);
      if (!found) throw new TypeError(`No check is named ${name}`);
      return found;
    },
  };
}

/** Every status by the check's name. */
export function statuses({ checks }: Diagnosis): Record<string, string> {
  return Object.fromEntries(checks.map(({ name, status }) => [name, status]));
}
