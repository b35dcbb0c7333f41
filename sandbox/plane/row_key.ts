/** The primary key of a row: its parts, which themselves may hold any text but NUL. */
export function rowKey(...parts: readonly string[]): string {
  return parts.join("\0");
}
