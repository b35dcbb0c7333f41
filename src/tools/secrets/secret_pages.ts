import { Code, ConnectError } from "@connectrpc/connect";
import { z } from "zod";
import type { Secret } from "../../../idl/flyteidl2/secret/definition_pb.ts";
import { EVERY, type Scope } from "../scope.ts";
import { type FlytePage, readWindow } from "../sorted_window.ts";
import type { ToolContext } from "../tool.ts";

/** Secrets read at a time; each is a name and little more. */
const PAGE = 200;

/** Where Flyte goes on; each of several clusters has a token of its own. */
export const SECRETS_PLACE = z.object({
  /** Which of the scope's lists. */
  list: z.number().int().min(0).max(2),
  token: z.string(),
  clusters: z.record(z.string(), z.string()),
});

type Place = z.output<typeof SECRETS_PLACE>;

/** Whose a secret is. */
export type Owner = "project" | "domain" | "organization";

/** The start of everything. */
export const FIRST: Place = { list: 0, token: "", clusters: {} };

/** A list of Flyte's, and what of it is asked for. */
interface SecretList {
  readonly project: string;
  readonly domain: string;
  readonly owners: readonly Owner[];
}

/** Secrets of a scope, and whose could not be read. */
export interface SecretsRead extends FlytePage<Secret, Place> {
  readonly notAllowed: readonly Owner[];
}

/** Whose a secret is, by what its name is qualified with. */
export function ownerOf({ id }: Secret): Owner {
  if (id?.project) return "project";
  return id?.domain ? "domain" : "organization";
}

/**
 * Reads the secrets that tasks and apps of a scope can ask for: its own, then
 * its domain's, then everybody's. Some servers take what a request leaves out
 * for "any", others for "none", so each list is asked for and what does not
 * belong to it is left out.
 */
export async function readSecrets(
  scope: Scope,
  place: Place,
  context: ToolContext,
): Promise<SecretsRead> {
  const lists = listsOf(scope);
  const notAllowed: Owner[] = [];
  const { items, next } = await readWindow(place, async (at) => {
    const list = lists[at.list];
    if (!list) return { items: [], next: null };
    const after = at.list + 1 < lists.length
      ? { ...FIRST, list: at.list + 1 }
      : null;
    const page = await readPage(list, { at, context });
    if (!page) notAllowed.push(...list.owners);
    return {
      items: page?.secrets.filter((one) => isListed(one, list, scope)) ?? [],
      next: page && hasMore(page) ? placeAfter(at, page) : after,
    };
  });
  return { items, next, notAllowed };
}

function listsOf({ project, domain }: Scope): SecretList[] {
  const everything = ["project", "domain", "organization"] as const;
  if (domain === EVERY) {
    return [{ project: "", domain: "", owners: everything }];
  }
  const ofAll = { project: "", domain: "", owners: ["organization"] } as const;
  if (project === EVERY) {
    return [{ project: "", domain, owners: ["project", "domain"] }, ofAll];
  }
  return [
    { project, domain, owners: ["project"] },
    { project: "", domain, owners: ["domain"] },
    ofAll,
  ];
}

function isListed(
  secret: Secret,
  { owners }: SecretList,
  { project, domain }: Scope,
): boolean {
  const { id } = secret;
  return owners.includes(ownerOf(secret)) &&
    (project === EVERY || !id?.project || id.project === project) &&
    (domain === EVERY || !id?.domain || id.domain === domain);
}

interface Page {
  readonly secrets: readonly Secret[];
  readonly token: string;
  readonly perClusterTokens: Readonly<Record<string, string>>;
}

/**
 * `null`: not allowed. Whoever may see a project's secrets need not be allowed
 * to see everybody's, so that is no failure but of the first list.
 */
async function readPage(
  { project, domain }: SecretList,
  { at, context }: { at: Place; context: ToolContext },
): Promise<Page | null> {
  const { clients, config, signal } = context;
  const { list, token, clusters } = at;
  try {
    return await clients.secrets.listSecrets({
      ...{ organization: config.org?.value ?? "", project, domain },
      ...{ limit: PAGE, token, perClusterTokens: { ...clusters } },
    }, { signal });
  } catch (error) {
    const { code } = ConnectError.from(error);
    if (list > 0 && code === Code.PermissionDenied) return null;
    throw error;
  }
}

function hasMore({ token, perClusterTokens }: Page): boolean {
  return token !== "" ||
    Object.values(perClusterTokens).some((one) => one !== "");
}

function placeAfter({ list }: Place, { token, perClusterTokens }: Page): Place {
  return { list, token, clusters: { ...perClusterTokens } };
}
