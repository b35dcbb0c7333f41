import { z } from "zod";

/** Parameters that several tools share, described once. */
export const PROJECT = z.string().min(1).max(63).optional().describe(
  "Project id, from list_projects; the configured one unless given",
);

export const DOMAIN = z.string().min(1).max(63).optional().describe(
  "Domain id, from list_projects; the configured one unless given",
);

export const RUN = z.string().min(1).max(1000).describe(
  "Run name, or the run's console URL as pasted",
);

export const ACTION = z.string().min(1).max(100).default("a0").describe(
  "Action name, from list_actions; a0 is the root",
);

export const CURSOR = z.string().max(2000).optional().describe(
  "`next_cursor` of the previous page, with otherwise the same arguments",
);

/** A page size. */
export function limitParameter(defaultLimit: number) {
  return z.number().int().min(1).max(100).default(defaultLimit).describe(
    "Entries a page",
  );
}
