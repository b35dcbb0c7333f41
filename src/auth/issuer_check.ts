import { isLoopback } from "../config/endpoint.ts";
import { nameOf } from "../text.ts";
import type { ClientConfig } from "./client_config.ts";
import { unsafeIssuer, untrustedIssuer } from "./failures.ts";

/**
 * Secrets and tokens go over https alone; plain http is for an issuer on this
 * machine, and then Flyte must be on this machine as well, or a control plane
 * far away could have this machine's ports called.
 *
 * @throws {ToolError} `grant_not_allowed` naming the address
 */
export function checkIssuer(
  config: ClientConfig,
  { endpoint, trustedIssuers = null }: {
    endpoint: string;
    /** Hosts that may be an issuer; `null`: whatever is published. */
    trustedIssuers?: readonly string[] | null;
  },
): void {
  const addresses = {
    "token endpoint": config.tokenEndpoint,
    "device authorization endpoint": config.deviceAuthorizationEndpoint,
    "authorization endpoint": config.authorizationEndpoint,
  };
  const local = isLoopback(endpoint);
  // A name more than an address, but it is asked for its own document.
  if (config.issuer && isHere(config.issuer) && !local) {
    throw unsafeIssuer(`its issuer is "${nameOf(config.issuer)}"`);
  }
  for (const [what, address] of Object.entries(addresses)) {
    if (!address) continue;
    const url = URL.parse(address);
    const safe = url && !url.username && !url.password &&
      (url.protocol === "https:" ||
        (url.protocol === "http:" && local && isLoopback(url)));
    if (!safe) throw unsafeIssuer(`its ${what} is "${nameOf(address)}"`);
    if (trustedIssuers && !trustedIssuers.includes(url.host)) {
      throw untrustedIssuer(url.host, trustedIssuers);
    }
  }
  if (endpoint.startsWith("http:") && !local) {
    throw unsafeIssuer(`a token would go to ${endpoint} in clear text`);
  }
}

function isHere(address: string): boolean {
  return URL.canParse(address) && isLoopback(address);
}
