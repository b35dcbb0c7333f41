import { nameOf } from "../text.ts";
import type { ConfigFile } from "./files.ts";
import { OPTION_LIST } from "./options.ts";

/** Keys of a file that count in a workspace. */
const PROJECT_KEYS: readonly string[] = OPTION_LIST
  .flatMap(([, { project, file }]) => project ? file : []);

/**
 * Says what does not count in a workspace's file: hosts start servers in any
 * folder, so it is not trusted.
 *
 * @returns one sentence, or none
 */
export function ignoredKeys(file: ConfigFile): string[] {
  const admin = file.get("admin");
  if (file.trusted || typeof admin !== "object" || admin === null) return [];
  const ignored = Object.keys(admin)
    .filter((key) =>
      !PROJECT_KEYS.includes(`admin.${key}`) ||
      key === "insecure" && !("endpoint" in admin)
    ).map((key) => `admin.${nameOf(key, 40)}`);
  if (ignored.length === 0) return [];
  return [
    `${file.name} lies in the workspace, where only task.* and ` +
    `admin.endpoint count: ${ignored.join(", ")} ignored.`,
  ];
}
