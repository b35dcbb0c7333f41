import { parseEndpoint } from "../../config/endpoint.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";

/**
 * Where calls for a cluster go.
 *
 * Flyte names a cluster by an address, and whoever is at that address gets the
 * token. So it is followed to the control plane itself, whatever scheme the
 * address has (a proxy may not say that it speaks TLS), and by https to hosts
 * that the person trusts.
 *
 * @param address as SelectCluster answers it; empty: the control plane
 * @param options.endpoint URL of the control plane
 * @param options.trusted hosts, with their ports unless 443
 * @returns the cluster's URL; `null`: the control plane
 * @throws {ToolError} `not_configured`, `tls_untrusted` or `not_flyte_endpoint`
 */
export function clusterAddress(
  address: string,
  { endpoint, trusted }: { endpoint: string; trusted: readonly string[] },
): string | null {
  if (address.trim() === "") return null;
  const url = readAddress(address);
  if (isSamePlace(new URL(url), new URL(endpoint))) return null;
  const { protocol, host } = new URL(url);
  if (protocol !== "https:") throw plainHttp(host);
  if (!trusted.includes(host)) throw untrusted(host, trusted);
  return url;
}

function readAddress(address: string): string {
  try {
    return parseEndpoint(address, false);
  } catch (cause) {
    throw new ToolError(
      "not_flyte_endpoint",
      `Flyte keeps this on a cluster, and "${
        nameOf(address, 120)
      }" is not an address to reach it at.`,
      {
        nextStep:
          "Nothing was sent there. Admin: correct the cluster's address in Flyte.",
        cause,
      },
    );
  }
}

/** A port that is left out is the usual one of whatever scheme was meant. */
function isSamePlace(a: URL, b: URL): boolean {
  if (a.hostname !== b.hostname) return false;
  return a.port === b.port || portOf(a) === portOf(b);
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === "https:" ? "443" : "80");
}

function plainHttp(host: string): ToolError {
  return new ToolError(
    "tls_untrusted",
    `Flyte keeps this on the cluster ${
      nameOf(host)
    }, to be called by plain http, which would show your token to everybody on the way.`,
    {
      nextStep:
        "Nothing was sent there. Admin: give the cluster an https address in Flyte.",
    },
  );
}

function untrusted(host: string, trusted: readonly string[]): ToolError {
  const names = trusted.map((one) => nameOf(one, 80)).join(", ");
  return new ToolError(
    "not_configured",
    `Flyte keeps this on the cluster ${nameOf(host)}, and ${
      names
        ? `FLYTE_MCP_TRUSTED_CLUSTERS allows ${names} only`
        : "calls with your token go to no host that nobody trusted"
    }.`,
    {
      nextStep: `Nothing was sent there. Person: if ${
        nameOf(host)
      } belongs to your Flyte (its admin knows), add it to FLYTE_MCP_TRUSTED_CLUSTERS in the host's server settings.`,
    },
  );
}
