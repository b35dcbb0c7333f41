/** Query parameters that let in whoever has them, as the object stores name them. */
const SIGNATURES =
  /^(x-(amz|goog|oss)-signature|signature|sig|token|access_token)$/i;

/** Longer text is no address. */
const MAX_URL_LENGTH = 16_384;

/** What stands for a query that was a signature. */
export const LEFT_OUT = "?[signature-left-out]";

/**
 * A text that is one URL, without the part that lets whoever holds it read
 * what it points to: a signed query, a user name and password. Any other text
 * stays as it is.
 */
export function withoutSignature(text: string): string {
  if (text.length > MAX_URL_LENGTH) return text;
  if (!/^\s*[a-z][a-z0-9+.-]*:\/\/\S+\s*$/i.test(text)) return text;
  const url = URL.parse(text);
  if (!url) return text;
  // A name without a password is a place: abfs://container@account/path.
  const bare = url.password === ""
    ? text
    : text.replace(/^(\s*[^:]+:\/\/)[^/?#]*@/, "$1");
  const isSigned = [...url.searchParams.keys()]
    .some((name) => SIGNATURES.test(name));
  return isSigned ? bare.replace(/[?#].*$/s, LEFT_OUT) : bare;
}
