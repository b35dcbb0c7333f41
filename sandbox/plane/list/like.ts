/**
 * SQL's LIKE as a regular expression: `%` is any text, `_` any character, `\`
 * takes the next one literally. The services do not escape what users send.
 */
export function likePattern(
  pattern: string,
  { anyCase = false }: { anyCase?: boolean } = {},
): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] ?? "";
    if (char === "%") source += ".*";
    else if (char === "_") source += ".";
    else if (char === "\\") source += RegExp.escape(pattern[++i] ?? "\\");
    else source += RegExp.escape(char);
  }
  return new RegExp(`^${source}$`, anyCase ? "isu" : "su");
}
