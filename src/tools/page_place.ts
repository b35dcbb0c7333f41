import { z } from "zod";

/** Where a page starts: a page of Flyte's, and how much of it was shown. */
export const PAGE_PLACE = z.object({
  token: z.string(),
  shown: z.number().int().min(0),
});

/** A place as a cursor carries it. */
export type PagePlace = z.output<typeof PAGE_PLACE>;

/** The start of everything. */
export const FIRST_PLACE: PagePlace = { token: "", shown: 0 };

/** The rest of Flyte's page, else the page after it; `null` after the last. */
export function nextPlace(
  { token }: PagePlace,
  page: {
    /** How many of the page's entries are shown by now. */
    readonly shown: number;
    /** How many it has. */
    readonly found: number;
    /** Where Flyte goes on; empty at the end. */
    readonly token: string;
  },
): PagePlace | null {
  if (page.shown < page.found) return { token, shown: page.shown };
  return page.token === "" ? null : { token: page.token, shown: 0 };
}

/**
 * Where Flyte goes on; empty at the end. A server that goes on where it was
 * would do so for ever.
 */
export function onward(token: string, asked: string): string {
  return token === asked ? "" : token;
}
