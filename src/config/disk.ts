import type { Lookup } from "./sources.ts";

/** Config files, secrets and certificates are smaller. */
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a file's text; whatever cannot be read is not there, or hidden. So is
 * what is no regular file: a workspace may link to a device that never ends.
 */
export function readFile(path: string): Lookup {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile || size > MAX_BYTES) return { kind: "absent" };
    return { kind: "found", text: Deno.readTextFileSync(path) };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) return { kind: "absent" };
    return { kind: "denied", grant: `--allow-read=${path}` };
  }
}

/** The folder that the process was started in. */
export function workingFolder(): string {
  try {
    return Deno.cwd();
  } catch {
    // Without the permission, or in a folder that was removed.
    return "/";
  }
}
