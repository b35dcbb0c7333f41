import { Buffer } from "node:buffer";

/** How much of a list of resources is asked for. */
export interface PageRequest {
  /** 0 or less for everything. */
  readonly limit: number;
  /** What the page before gave; empty for the first. */
  readonly token: string;
}

/** A page of resources, and the token of the next; empty on the last one. */
export interface ResourcePage<T> {
  readonly items: readonly T[];
  readonly token: string;
}

/** The version of a list, which the API server puts into its tokens. */
const LIST_VERSION = 1;

/**
 * A page of named resources as the Kubernetes API server gives it: by name,
 * with a token that tells where to go on.
 *
 * @throws {TypeError} for a token that no page gave
 */
export function resourcePage<T>(
  resources: ReadonlyMap<string, T>,
  matches: (resource: T) => boolean,
  { limit, token }: PageRequest,
): ResourcePage<T> {
  const start = token === "" ? "" : readToken(token);
  const found = [...resources]
    .toSorted(([a], [b]) => a < b ? -1 : 1)
    .filter(([name, resource]) => name >= start && matches(resource));
  const page = limit > 0 ? found.slice(0, limit) : found;
  const next = found[page.length];
  return {
    items: page.map(([, resource]) => resource),
    token: next ? writeToken(page.at(-1)?.[0] ?? "") : "",
  };
}

/** The key after the last one of a page. */
function writeToken(last: string): string {
  const place = {
    v: "meta.k8s.io/v1",
    rv: LIST_VERSION,
    start: `/${last}\0`,
  };
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

function readToken(token: string): string {
  try {
    const place = JSON.parse(Buffer.from(token, "base64url").toString());
    if (typeof place.start === "string") return place.start.slice(1);
  } catch {
    // Said below.
  }
  throw new TypeError(
    "Cannot continue a list: the token is not one that a list gave",
  );
}
