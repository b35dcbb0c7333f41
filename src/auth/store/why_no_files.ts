import { FolderRefused } from "./private_files.ts";

/** Why files cannot be used, as the person reads it; `null`: another fault. */
export function whyNoFiles(error: unknown, folder: string): string | null {
  const lead = `Logins are kept in the memory of this process only, because`;
  if (error instanceof Deno.errors.NotCapable) {
    return `${lead} Deno's permissions do not let it use ${folder}. To keep them, start the server with --allow-read=${folder} --allow-write=${folder}.`;
  }
  const isSystem = error instanceof FolderRefused ||
    Object.values(Deno.errors).some((kind) => error instanceof kind) ||
    error instanceof Error && "code" in error;
  return isSystem && error instanceof Error
    ? `${lead} ${folder} cannot be used (${error.message}).`
    : null;
}
