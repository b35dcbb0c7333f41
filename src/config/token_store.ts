import type { Finder } from "./finder.ts";
import { type Setting, type Sources, textOf } from "./sources.ts";
import { readBoolean, readText } from "./values.ts";

/** Where logins are kept, as it is set: `memory`, or a folder's path. */
export function findTokenStore(finder: Finder): Setting<string> | null {
  const disabled = finder.find("disableKeyring", readBoolean);
  return finder.find("tokenStore", readTokenStore) ??
    (disabled?.value ? { value: "memory", source: disabled.source } : null);
}

/**
 * Where a platform keeps what a program has to remember: the XDG base
 * directory specification on Linux, Application Support on macOS, the local
 * application data on Windows.
 *
 * @returns an absolute path, or `null` when the home folder is not known
 */
export function stateFolder(
  env: Sources["env"],
  os: typeof Deno.build.os,
): string | null {
  const path = (name: string) => textOf(env(name));
  const home = path("HOME") ?? path("USERPROFILE");
  if (os === "windows") {
    const local = path("LOCALAPPDATA") ?? (home && `${home}\\AppData\\Local`);
    return local && `${local}\\flyte-mcp`;
  }
  const state = path("XDG_STATE_HOME");
  // A relative path counts as not set, says the specification.
  if (state?.startsWith("/")) return `${state}/flyte-mcp`;
  if (home === null) return null;
  return os === "darwin"
    ? `${home}/Library/Application Support/flyte-mcp`
    : `${home}/.local/state/flyte-mcp`;
}

function readTokenStore(raw: unknown): string {
  const text = readText(raw);
  if (text.toLowerCase() === "memory") return "memory";
  const isAbsolute = text.startsWith("/") || /^[a-z]:[\\/]/i.test(text);
  if (isAbsolute) return text.replace(/[\\/]+$/, "");
  throw new RangeError("Expected memory, or the absolute path of a folder");
}
