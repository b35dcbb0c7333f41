import { isIP } from "node:net";
import { isLoopback } from "../config/endpoint.ts";
import { proxyFor } from "../config/proxy.ts";
import { NetworkError, type NetworkFailure } from "../http/network_error.ts";
import { openTunnel } from "../http/tunnel.ts";
import { nameOf } from "../text.ts";
import { fail, type Finding, ok, skipped, warn } from "./finding.ts";
import type { Greeting } from "./greeting.ts";
import type { Patient } from "./subject.ts";

/** Machines' clocks differ by less; tokens are checked by the minute. */
const MAX_SKEW_MS = 60_000;

/** Ends soon enough to be told. */
const SOON_MS = 14 * 24 * 60 * 60_000;

/** Whether the host that is called has an address. */
export async function checkDns(patient: Patient): Promise<Finding> {
  const { hostname, what } = firstHop(patient);
  if (isIP(bare(hostname))) return skipped(`${what} is an address.`);
  try {
    const addresses = await patient.resolveHost(hostname);
    return ok(`${what} is at ${addresses.slice(0, 4).join(", ")}.`);
  } catch (error) {
    if (codeOf(error) === "EPERM") {
      return skipped("Deno's permissions do not let names be looked up alone.");
    }
    return fail(
      `Cannot find host "${nameOf(hostname)}" (${
        nameOf(codeOf(error) ?? "no answer", 40)
      }).`,
      "Check the spelling; if it is an internal name, is the VPN on?",
      "the host is not found",
    );
  }
}

/** Whether something listens there. */
export async function checkTcp(
  patient: Patient,
  signal: AbortSignal,
): Promise<Finding> {
  const { hostname, port, what } = firstHop(patient);
  const place = `${what}, port ${port}`;
  try {
    const route = { hostname, port, proxy: null, signal };
    (await openTunnel(route)).destroy();
    return ok(`${place}, takes connections.`);
  } catch (error) {
    signal.throwIfAborted();
    const code = codeOf(error);
    if (code === "ENOTFOUND") return skipped("The host is not found.");
    return fail(
      `${place}, takes no connection (${nameOf(code ?? "closed", 40)}).`,
      "Check host and port; is the service running, and is the VPN on?",
      "no connection",
    );
  }
}

/** Which proxy is used, and whether it lets calls through. */
export async function checkProxy(
  { endpoint, config }: Patient,
  greeting: Promise<Greeting>,
): Promise<Finding> {
  const proxy = proxyFor(endpoint.value, config.proxies);
  if (proxy === null) return ok("Calls go directly, through no proxy.");
  const { value, source } = proxy;
  const error = await greeting.then(() => null, (error: unknown) => error);
  const isIts = isOf(error, ["proxy", "dns", "refused"]);
  if (isIts) throw error;
  const who = value.hasCredentials ? ", with a user name and password" : "";
  return ok(
    `Calls go through ${nameOf(value.host)} (${nameOf(source)})${who}.`,
  );
}

/** Whether TLS works; the certificate that fails is named. */
export async function checkTls(
  patient: Patient,
  { greeting, signal }: { greeting: Promise<Greeting>; signal: AbortSignal },
): Promise<Finding> {
  const { host, protocol } = new URL(patient.endpoint.value);
  const error = await greeting.then(() => null, (error: unknown) => error);
  signal.throwIfAborted();
  if (isOf(error, ["tls", "tls_only", "ca_invalid"])) throw error;
  if (error !== null) return skipped("There is no connection to look at.");
  if (protocol === "http:") {
    return isLoopback(patient.endpoint.value)
      ? ok("Plain http, to this machine alone.")
      : warn(
        `${host} is called by plain http, so no credentials are sent.`,
        "Use https:// in the endpoint.",
      );
  }
  return await describeCertificate(patient, signal);
}

/** How far the clocks are apart, by the `date` of an answer. */
export async function checkClock(
  greeting: Promise<Greeting>,
): Promise<Finding> {
  const answer = await greeting.catch(() => null);
  if (answer === null) return skipped("No answer came to compare with.");
  const { date, sentAt, receivedAt } = answer;
  if (date === null) return skipped("The answer has no date.");
  // The header has whole seconds, and may be as old as the call.
  const ahead = date - (sentAt + receivedAt) / 2;
  const unsure = 1000 + (receivedAt - sentAt) / 2;
  const seconds = Math.round(Math.abs(ahead) / 1000);
  if (Math.abs(ahead) - unsure <= MAX_SKEW_MS) {
    return ok(`This machine's clock and Flyte's agree (${seconds} s apart).`);
  }
  const side = ahead > 0 ? "behind" : "ahead of";
  return warn(
    `This machine's clock is ${seconds} s ${side} Flyte's.`,
    "Set this machine's clock: tokens and certificates are good or not by it.",
  );
}

async function describeCertificate(
  { endpoint, config, probe, machine: { clock } }: Patient,
  signal: AbortSignal,
): Promise<Finding> {
  const { hostname, port } = new URL(endpoint.value);
  const proxy = proxyFor(endpoint.value, config.proxies);
  const via = proxy?.value.url.reveal() ?? null;
  // Tunnels are spoken to http proxies alone; TLS itself has worked.
  const probed = via === null || via.startsWith("http:")
    ? await probe({
      ...{ hostname, port: Number(port) || 443, proxy: via, signal },
    }).catch(() => null)
    : null;
  const [first] = probed?.kind === "tls" ? probed.chain : [];
  if (!first) return ok("The certificate is trusted.");
  const until = new Date(first.validTo);
  const day = Number.isNaN(until.getTime())
    ? "an unknown day"
    : until.toISOString().slice(0, 10);
  const text = `The certificate "${nameOf(first.subject)}", issued by "${
    nameOf(first.issuer)
  }", is trusted, and valid until ${day}.`;
  return first.validTo - clock.now() < SOON_MS
    ? warn(text, "Admin: renew it soon.")
    : ok(text);
}

/** What a connection is made to: the host, or the proxy on the way. */
function firstHop(
  { endpoint, config }: Patient,
): { hostname: string; port: number; what: string } {
  const proxy = proxyFor(endpoint.value, config.proxies);
  const url = new URL(proxy ? proxy.value.url.reveal() : endpoint.value);
  const { hostname, protocol } = url;
  const port = Number(url.port) || (protocol === "https:" ? 443 : 80);
  const who = proxy ? "The proxy" : "The host";
  return { hostname, port, what: `${who} ${nameOf(hostname)}` };
}

function isOf(error: unknown, failures: readonly NetworkFailure[]): boolean {
  return error instanceof NetworkError && failures.includes(error.failure);
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : null;
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
