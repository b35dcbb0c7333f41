import type { ClientConfig } from "../auth/client_config.ts";
import { addFlags, joined } from "../config/faults.ts";
import { OPTIONS } from "../config/options.ts";
import { permissionFlags } from "../permission_flags.ts";
import { fail, type Finding, ok, warn } from "./finding.ts";
import type { Subject } from "./subject.ts";

/** Without these calls fail; without the others something is left out. */
const NEEDED = /^--allow-(net|run)=/;

/**
 * What this configuration needs and Deno's permissions hide, with the flags.
 *
 * @param published what the control plane publishes, if it could be asked
 */
export function checkPermissions(
  { resolved, sources, os, isGranted }: Subject,
  published: ClientConfig | null,
): Finding {
  const { config, faults } = resolved;
  const missing = permissionFlags(resolved, { sources, published, os })
    .flatMap(singleFlags)
    .filter((flag) => {
      const permission = permissionOf(flag);
      return permission !== null && !isGranted(permission);
    });
  // Where no endpoint is found, it may be set where nobody can see it.
  const hidden = config.endpoint ? [] : [OPTIONS.endpoint, OPTIONS.config]
    .flatMap(({ env }): readonly string[] => env)
    .filter((name) => sources.env(name).kind === "denied")
    .map((name) => `--allow-env=${name}`);
  const named = faults.filter(({ code }) => code === "permission_missing");
  const flags = [...new Set([...missing, ...hidden])];
  if (flags.length === 0 && named.length === 0) {
    return ok("Deno's permissions allow all that these settings need.");
  }
  const messages = named.map(({ message }) => message);
  if (flags.length > 0) {
    messages.push(`Deno's permissions lack ${joined(flags)}.`);
  }
  const steps = named.map(({ nextStep }) => nextStep);
  const nextStep = [
    ...steps,
    ...flags.length > 0 ? [addFlags(joined(flags))] : [],
  ].join(" ");
  const isBroken = named.length > 0 || hidden.length > 0 ||
    flags.some((flag) => NEEDED.test(flag));
  return isBroken
    ? fail(messages.join(" "), nextStep, "permission_missing")
    : warn(messages.join(" "), nextStep);
}

/** `--allow-net=a,b` as `--allow-net=a` and `--allow-net=b`. */
function singleFlags(flag: string): string[] {
  const [name = "", values = ""] = flag.split(/=(.*)/s, 2);
  return values.split(",").map((value) => `${name}=${value}`);
}

/** What a flag allows; `null`: a family of names, of which none is needed. */
function permissionOf(flag: string): Deno.PermissionDescriptor | null {
  const [, kind, value = ""] = /^--allow-(\w+)=(.*)$/s.exec(flag) ?? [];
  switch (kind) {
    case "env":
      return value.endsWith("*") ? null : { name: "env", variable: value };
    case "read":
      return { name: "read", path: value };
    case "write":
      return { name: "write", path: value };
    case "net":
      return { name: "net", host: value };
    case "run":
      return { name: "run", command: value };
    default:
      return null;
  }
}
