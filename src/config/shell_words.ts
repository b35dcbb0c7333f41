/**
 * What a word is made of: plain characters, a part in single quotes, a part in
 * double quotes, or one character after a backslash; else what ends it.
 */
const PART =
  /([^ \t\r\n'"\\]+)|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([ \t\r\n]+)/gy;

/**
 * Splits a text into words as a POSIX shell does (Shell Command Language,
 * section 2.2), and does nothing else that a shell does: `$HOME`, `*`, `~`,
 * backticks and operators stay as they are.
 *
 * @throws {SyntaxError} when a quote is not closed, or nothing follows a
 * backslash
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let end = 0;
  for (const match of text.matchAll(PART)) {
    const [all, plain, single, double, escaped, blanks] = match;
    end = match.index + all.length;
    // A line end after a backslash is no character at all.
    if (escaped === "\n") continue;
    if (blanks === undefined) {
      word = (word ?? "") + (plain ?? single ?? unquoted(double) ?? escaped);
    } else if (word !== null) {
      words.push(word);
      word = null;
    }
  }
  if (end < text.length) {
    throw new SyntaxError(
      text[end] === "\\"
        ? "Expected a character after the last backslash"
        : "Expected words with every quote closed",
    );
  }
  return word === null ? words : [...words, word];
}

/** In double quotes a backslash counts before these alone. */
function unquoted(text: string | undefined): string | undefined {
  return text?.replace(/\\([$`"\\])|\\\n/g, "$1");
}
