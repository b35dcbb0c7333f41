import { z } from "zod";

/** Parameters that several tools share, described once. */
export const PROJECT = z.string().min(1).max(63).optional().describe(
  "Project id; the configured one unless given",
);

export const DOMAIN = z.string().min(1).max(63).optional().describe(
  "Domain id; the configured one unless given",
);

export const RUN = z.string().min(1).max(1000).describe(
  "Run name, or its pasted console URL",
);

export const ACTION = z.string().min(1).max(1000).optional().describe(
  "Action name; unless given, the one in the run's URL, else a0, the root",
);

export const TASK = z.string().min(1).max(1000).describe(
  "Task name, with or without its environment, or console URL",
);

export const CURSOR = z.string().max(2000).optional().describe(
  "`next_cursor` of the page before; all else as it was",
);

/** How much of a result is told. */
export type ResponseFormat = "concise" | "detailed";

/**
 * What `response_format` takes.
 *
 * @param more what is told only in detail
 */
export function responseFormat(more: string) {
  return z.enum(["concise", "detailed"]).default("concise").describe(
    `detailed adds ${more}`,
  );
}

/** A page size. */
export function limitParameter(defaultLimit: number) {
  return z.number().int().min(1).max(100).default(defaultLimit).describe(
    "Entries a page",
  );
}
