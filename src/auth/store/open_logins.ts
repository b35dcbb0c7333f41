import {
  FileLoginStore,
  type FileLoginStoreOptions,
} from "./file_login_store.ts";
import type { LoginStore } from "./login_store.ts";
import { MemoryLoginStore } from "./memory_login_store.ts";

/**
 * The store that is configured. Nothing is read or written before a tool needs
 * a login.
 *
 * @param folder an absolute path; `memory`, or `null` where there is none, is
 * this process alone
 */
export function openLogins(
  folder: string | null,
  options: Omit<FileLoginStoreOptions, "folder">,
): LoginStore {
  return folder === null || folder === "memory"
    ? new MemoryLoginStore()
    : new FileLoginStore({ ...options, folder: `${folder}/tokens` });
}
