import { NO_ENDPOINT } from "../client/failures/unreachable.ts";
import { checkBackend } from "./backend_check.ts";
import { checkConfig } from "./config_check.ts";
import { type Diagnosis, diagnosisOf } from "./diagnosis.ts";
import { ALL_MS, examine, type Examined, type Work } from "./examine.ts";
import { type Finding, skipped } from "./finding.ts";
import { greet } from "./greeting.ts";
import { checkBrowser, checkDevice, checkService } from "./login_checks.ts";
import {
  checkIssuerDocument,
  checkMetadata,
  publishedOf,
} from "./metadata_checks.ts";
import {
  checkClock,
  checkDns,
  checkProxy,
  checkTcp,
  checkTls,
} from "./network_checks.ts";
import { checkPermissions } from "./permissions_check.ts";
import {
  checkIdentity,
  checkProjects,
  checkRoundTrips,
  listProjects,
} from "./service_checks.ts";
import { openPatient, type Patient, type Subject } from "./subject.ts";
import { checkKeychain, checkStore, checkToken } from "./token_checks.ts";

export type { Diagnosis } from "./diagnosis.ts";
export type { Subject } from "./subject.ts";

/** Makes one check, and never rejects. */
type Run = (name: string, work: Work) => Promise<Examined>;

/** What checks are made on. */
interface Bench {
  readonly run: Run;
  /** Ends all checks. */
  readonly signal: AbortSignal;
}

/** The checks that need an endpoint, in their order. */
const OF_ENDPOINT = [
  ...["dns", "tcp", "tls", "proxy", "clock", "auth_metadata", "issuer"],
  ...["login_device", "login_browser", "login_client_secret", "login_command"],
  ...["token", "store", "keychain", "identity", "projects", "backend"],
  "round_trips",
] as const;

/**
 * Looks at everything that a call depends on, before any login and with a
 * broken configuration as well. It starts no login, opens no browser and
 * leaves nothing behind; it never rejects, and ends within half a minute.
 */
export async function diagnose(
  subject: Subject,
  signal: AbortSignal,
): Promise<Diagnosis> {
  const { clock } = subject.machine;
  const over = new AbortController();
  const done = new AbortController();
  clock.sleep(ALL_MS, done.signal).then(() => over.abort(), () => {});
  const patient = openPatient(subject);
  const view = patient?.view ?? NO_ENDPOINT;
  // What is still under way at the end is given up.
  const ended = AbortSignal.any([signal, over.signal, done.signal]);
  const run: Run = (name, work) =>
    examine(name, work, { clock, signal: ended, view });
  try {
    const examined = await Promise.all([
      run("config", () => checkConfig(subject.resolved)),
      ...patient ? checksOf(patient, { run, signal: ended }) : [
        run("permissions", () => checkPermissions(subject, null)),
        ...OF_ENDPOINT.map((name) =>
          run(name, () => skipped("No endpoint is configured."))
        ),
      ],
    ]);
    const host = patient && new URL(patient.endpoint.value).host;
    const runtime = `Deno ${Deno.version.deno} on ${subject.os}`;
    const { version } = subject;
    return diagnosisOf(examined, { version, runtime, host });
  } finally {
    done.abort();
  }
}

/** What needs another check's answer waits for it, in no time of its own. */
function checksOf(patient: Patient, bench: Bench): Promise<Examined>[] {
  const { run } = bench;
  const metadata = run("auth_metadata", (own) => checkMetadata(patient, own));
  const after: Run = async (name, work) => {
    const { status } = await metadata;
    return await run(name, status === "fail" ? unanswered : work);
  };
  const services = serviceChecks(patient, after);
  const got = Promise.all(services);
  // Where nobody answered, nobody is asked again.
  const published = async (own: AbortSignal) => {
    const { status } = await metadata;
    return status === "fail" ? null : await publishedOf(patient, own);
  };
  const permissions = async (own: AbortSignal) =>
    checkPermissions(patient, await published(own));
  return [
    metadata.then(() => run("permissions", permissions)),
    ...networkChecks(patient, bench),
    metadata,
    after("issuer", (own) => checkIssuerDocument(patient, own)),
    ...personChecks(patient, after),
    ...services,
    got.then(() =>
      run("token", (own) => checkToken(patient, { published, signal: own }))
    ),
    ...keptChecks(patient, run),
    ...callChecks(patient, {
      ...bench,
      run: (name, work) => got.then(() => after(name, work)),
      // Credentials first, and nothing where nobody answers.
      mayCall: Promise.all([metadata, got])
        .then(([{ status }]) => status !== "fail"),
    }),
    after("round_trips", (own) => checkRoundTrips(patient, own)),
  ];
}

/** The logins by a person. */
function personChecks(patient: Patient, run: Run): Promise<Examined>[] {
  return [
    run("login_device", (own) => checkDevice(patient, own)),
    run("login_browser", (own) => checkBrowser(patient, own)),
  ];
}

/** The logins of services: they get the token that calls are sent with. */
function serviceChecks(patient: Patient, run: Run): Promise<Examined>[] {
  const check = (type: "ClientSecret" | "ExternalCommand"): Work => (own) =>
    checkService(patient, { type, signal: own });
  return [
    run("login_client_secret", check("ClientSecret")),
    run("login_command", check("ExternalCommand")),
  ];
}

/** Where logins of people are kept. */
function keptChecks(patient: Patient, run: Run): Promise<Examined>[] {
  return [
    run("store", () => checkStore(patient)),
    run("keychain", (own) => checkKeychain(patient, own)),
  ];
}

/** What is made with the credentials that calls have. */
function callChecks(
  patient: Patient,
  { run, signal, mayCall }: Bench & { mayCall: Promise<boolean> },
): Promise<Examined>[] {
  const listed = mayCall.then((may) =>
    may ? listProjects(patient, signal) : []
  );
  listed.catch(() => {});
  return [
    run("identity", (own) => checkIdentity(patient, own)),
    run("projects", () => checkProjects(patient, listed)),
    run("backend", (own) => checkBackend(patient, { listed, signal: own })),
  ];
}

function networkChecks(
  patient: Patient,
  { run, signal }: Bench,
): Promise<Examined>[] {
  const greeting = greet(patient, signal);
  greeting.catch(() => {});
  return [
    run("dns", () => checkDns(patient)),
    run("tcp", (own) => checkTcp(patient, own)),
    run("tls", (own) => checkTls(patient, { greeting, signal: own })),
    run("proxy", () => checkProxy(patient, greeting)),
    run("clock", () => checkClock(greeting)),
  ];
}

function unanswered(): Finding {
  return skipped("Not tried, for auth_metadata got no answer.");
}
