import type { Lookup } from "./sources.ts";

/** Reads a file's text; whatever cannot be read is not there, or hidden. */
export function readFile(path: string): Lookup {
  try {
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
