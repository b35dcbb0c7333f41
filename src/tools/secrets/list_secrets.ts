import { z } from "zod";
import {
  OverallStatus,
  type Secret,
  type SecretMetadata,
  SecretPresenceStatus,
  SecretType,
} from "../../../idl/flyteidl2/secret/definition_pb.ts";
import { enumName } from "../../client/enum_name.ts";
import { isoTime } from "../../client/times.ts";
import { nameOf } from "../../text.ts";
import { fitting, roomBeside } from "../budget.ts";
import { makeCursor, readCursor } from "../cursor.ts";
import { CURSOR, DOMAIN, limitParameter, PROJECT } from "../parameters.ts";
import { isWide, needScope, type Scope, showScope } from "../scope.ts";
import {
  FIRST,
  type Owner,
  ownerOf,
  readSecrets,
  SECRETS_PLACE,
  type SecretsRead,
} from "./secret_pages.ts";
import { sortedPage } from "../sorted_window.ts";
import { type Answer, defineTool, READS } from "../tool.ts";

/** Clusters of a secret that are told. */
const MAX_CLUSTERS = 10;

/** Where the next page starts. */
const PLACE = z.object({
  window: SECRETS_PLACE,
  after: z.string().nullable(),
});

export const listSecrets = defineTool({
  name: "list_secrets",
  title: "List Flyte secrets",
  toolset: "secrets",
  description:
    "Names of the secrets that tasks and apps of a project and domain can ask for: its own, then its domain's, then the organization's; with type, when created, and whether each cluster has it. Never values. `query` is a part of the name. 50 a page; `next_cursor` as `cursor` for more.",
  input: {
    project: PROJECT.describe(
      'Project id, from list_projects, or "*" for all; the configured one unless given',
    ),
    domain: DOMAIN.describe(
      'Domain id, or "*" for all; the configured one unless given',
    ),
    query: z.string().min(1).max(200).optional().describe(
      "Part of the secret's name, in any case",
    ),
    limit: limitParameter(50),
    // Each cluster may add a token of its own.
    cursor: z.string().max(8000).optional().describe(CURSOR.description ?? ""),
  },
  output: {
    scope: z.looseObject({}),
    secrets: z.array(z.looseObject({})),
    not_allowed: z.array(z.string()),
    next_cursor: z.string().nullable(),
    empty_because: z.string().nullable(),
  },
  annotations: READS,
  async run({ cursor, limit, ...question }, context) {
    const scope = needScope(question, context);
    const place = cursor === undefined
      ? { window: FIRST, after: null }
      : readCursor(cursor, { question, at: PLACE });
    const read = await readSecrets(scope, place.window, context);
    const { items, next } = read;
    const asked = items.filter((secret) => isAsked(secret, question.query));
    const room = roomBeside({ scope }, context.maxResultBytes);
    const { entries, at } = sortedPage(asked, {
      ...{ place, next, limit, keyOf },
      show: (page) =>
        fitting(page.map((secret) => describe(secret, scope)), room),
    });
    return answer(entries, {
      scope,
      read,
      empty: entries.length === 0
        ? whyEmpty(read, question.query, cursor === undefined)
        : null,
      cursor: at && makeCursor(question, at),
    });
  },
});

function isAsked({ id }: Secret, query: string | undefined): boolean {
  return query === undefined ||
    (id?.name ?? "").toLowerCase().includes(query.toLowerCase());
}

/** What tells a secret from all others: the nearest owner first, then by name. */
function keyOf(secret: Secret): string {
  const { name, project, domain } = secret.id ?? {};
  const order = { project: 0, domain: 1, organization: 2 };
  return [order[ownerOf(secret)], name, project, domain].join("\n");
}

function describe(secret: Secret, scope: Scope) {
  const { id, secretMetadata: metadata } = secret;
  return {
    name: nameOf(id?.name ?? ""),
    owner: ownerOf(secret),
    ...isWide(scope) && {
      project: nameOf(id?.project ?? "") || null,
      domain: nameOf(id?.domain ?? "") || null,
    },
    type: typeOf(metadata),
    created_at: isoTime(metadata?.createdTime),
    ...statusOf(metadata),
  };
}

/** `null`: a generic one, or of a Flyte that does not say. */
function typeOf(metadata: SecretMetadata | undefined): string | null {
  const type = metadata?.type ?? SecretType.GENERIC;
  if (type === SecretType.GENERIC) return null;
  return enumName(SecretType, type);
}

/** Whether the clusters have a secret; `null`: not reported. */
function statusOf(metadata: SecretMetadata | undefined) {
  const { overallStatus = OverallStatus.UNSPECIFIED, clusterStatus = [] } =
    metadata?.secretStatus ?? {};
  const isSaid = overallStatus !== OverallStatus.UNSPECIFIED;
  return {
    status: isSaid ? enumName(OverallStatus, overallStatus) : null,
    clusters: clusterStatus.slice(0, MAX_CLUSTERS)
      .map(({ cluster, presenceStatus: presence }) => ({
        name: nameOf(cluster?.name ?? "", 100),
        status: enumName(SecretPresenceStatus, presence),
      })),
  };
}

function whyEmpty(
  { items, next }: SecretsRead,
  query: string | undefined,
  isFirst: boolean,
): string {
  if (!isFirst) return "this page has none";
  if (query !== undefined && items.length > 0) {
    return `no secret's name contains "${nameOf(query)}"`;
  }
  return next === null
    ? "there are none; list_projects has the valid projects and domains"
    : "this page has none";
}

function answer(
  secrets: readonly ReturnType<typeof describe>[],
  { scope, read, empty, cursor }: {
    scope: Scope;
    read: SecretsRead;
    empty: string | null;
    cursor: string | null;
  },
): Answer {
  const shown = showScope(scope);
  const where = `${shown.project}/${shown.domain}`;
  const count = `${secrets.length} ${
    secrets.length === 1 ? "secret" : "secrets"
  }`;
  const more = cursor ? "; next_cursor has more" : "";
  const denied = deniedWords(read.notAllowed);
  return {
    text: empty === null
      ? `${count} for ${where}, names only${denied}${more}.`
      : `No secrets for ${where}: ${empty}${denied}${more}.`,
    data: {
      status: "ok",
      scope: shown,
      secrets,
      not_allowed: read.notAllowed,
      next_cursor: cursor,
      empty_because: empty,
    },
  };
}

function deniedWords(owners: readonly Owner[]): string {
  if (owners.length === 0) return "";
  return `; those of the ${
    owners.join(" and the ")
  } may not be seen with this login`;
}
