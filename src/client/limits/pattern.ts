/**
 * Whether a name is as a pattern says: `*` stands for any characters, `?` for
 * one, and everything else for itself. Takes time in proportion to both.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  let at = 0;
  let in_ = 0;
  let star = -1;
  let resume = 0;
  while (at < name.length) {
    if (pattern[in_] === "*") {
      star = in_++;
      resume = at;
    } else if (pattern[in_] === "?" || pattern[in_] === name[at]) {
      in_++;
      at++;
    } else if (star >= 0) {
      // The last star takes one character more.
      in_ = star + 1;
      at = ++resume;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(in_));
}

/** Whether a pattern is one name and no other. */
export function isName(pattern: string): boolean {
  return !/[*?]/.test(pattern);
}

/** The longest text that every name of a pattern has in it; may be empty. */
export function textWithin(pattern: string): string {
  return pattern.split(/[*?]/)
    .reduce((best, part) => part.length > best.length ? part : best, "");
}
