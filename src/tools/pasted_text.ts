/**
 * An address with what people paste around it: none of that can stand right
 * before it in a name. In a Markdown link it is the target, or the words too.
 */
const ADDRESS = /(?:^|[\s(<"'`“*|[])([a-z][a-z0-9+.-]*:\/\/[^\s<>"`”|]*)/i;

/** What ends a sentence, or closes what was opened before an address. */
const ENDING = /[.,;:!?'’)*]+$/;

/** Pairs between which a name is quoted. */
const QUOTED = /^(?:<(.*)>|"(.*)"|'(.*)'|`(.*)`|“(.*)”)$/s;

/** Hosts are shown and copied without their scheme, too. */
const HOST = /^[a-z0-9][a-z0-9.-]*(:\d+)?\/(v2|console|org)\//i;

/** A name without the quotes, backticks or angle brackets it was pasted with. */
export function pastedName(text: string): string {
  const trimmed = text.trim();
  const inner = QUOTED.exec(trimmed)?.slice(1).find((one) => one !== undefined);
  return (inner ?? trimmed).trim();
}

/**
 * The address in a pasted text: alone, in quotes or angle brackets, as a
 * Markdown link, in a sentence; `null` where there is none.
 */
export function pastedAddress(text: string): string | null {
  const bare = pastedName(text);
  const found = ADDRESS.exec(HOST.test(bare) ? `https://${bare}` : bare)?.[1];
  // A link whose words are its address closes them before the target.
  return found?.replace(/\]\(.*$/s, "").replace(ENDING, "") ?? null;
}
