import { Code, ConnectError } from "@connectrpc/connect";
import { z } from "zod";
import { isoTimeOf } from "../../client/times.ts";
import { nameOf } from "../../text.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";

/** What is known of whoever the session acts as. */
interface Identity {
  readonly identity: "known" | "not_reported" | "anonymous";
  readonly subject: string | null;
  readonly name: string | null;
  readonly email: string | null;
  /** Whether only the token says so, and nobody has checked it. */
  readonly unverified: boolean;
}

const ANONYMOUS: Identity = {
  identity: "anonymous",
  subject: null,
  name: null,
  email: null,
  unverified: false,
};

export const whoami = defineTool({
  name: "whoami",
  title: "Who am I on Flyte",
  toolset: "identity",
  description:
    'Who this server acts as on Flyte, and where: subject, name, email, endpoint, default project and domain. Good first call. `identity`: `known`, `not_reported` (token works, no name given) or `anonymous` (no login needed). Only status "login_required" means a login is needed.',
  input: {},
  output: {
    identity: z.string(),
    subject: z.string().nullable(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    endpoint: z.string(),
    auth_type: z.string().nullable(),
    project: z.string().nullable(),
    domain: z.string(),
    scope_source: z.looseObject({}),
    token_expires_at: z.string().nullable(),
  },
  annotations: READS,
  async run(_input, context) {
    return describe(await findIdentity(context), context);
  },
});

/**
 * UserInfo refuses whoever it cannot name: without an identity header, with an
 * opaque token, and where no login exists. So a refusal says nothing yet.
 */
async function findIdentity(context: ToolContext): Promise<Identity> {
  const { clients, session, signal } = context;
  const known = await askFlyte(context);
  if (known) return known;
  const { hasLogin } = session.authenticator.status().token
    ? { hasLogin: true }
    : await session.store.get(signal);
  if (!hasLogin) return ANONYMOUS;
  await clients.projects.listProjects({ limit: 1 }, { signal });
  // The call above may have got a first token, so the status is read again.
  const { token } = session.authenticator.status();
  if (!token) return ANONYMOUS;
  const text = (value: string | null | undefined) =>
    value ? nameOf(value) : null;
  return {
    identity: "not_reported",
    subject: text(token.claims?.subject),
    name: text(token.claims?.name),
    email: text(token.claims?.email),
    unverified: token.claims !== null,
  };
}

/** Whom Flyte names; `null`: it names nobody. */
async function askFlyte(
  { clients, signal }: ToolContext,
): Promise<Identity | null> {
  try {
    const user = await clients.identity.userInfo({}, { signal });
    const subject = nameOf(user.subject) || null;
    const name = nameOf(user.name) || nameOf(user.preferredUsername) || null;
    const email = nameOf(user.email) || null;
    return subject || name || email
      ? { identity: "known", subject, name, email, unverified: false }
      : null;
  } catch (error) {
    const { code } = ConnectError.from(error);
    const unnamed = code === Code.Unauthenticated ||
      code === Code.Unimplemented;
    if (!unnamed) throw error;
    return null;
  }
}

function describe(
  { unverified, ...identity }: Identity,
  { session, config, endpoint }: ToolContext,
): Answer {
  const { authType, token } = session.authenticator.status();
  const host = new URL(endpoint.value).host;
  const who = identity.email ?? identity.name ?? identity.subject;
  const texts = {
    known: `You act on ${host} as ${who}.`,
    not_reported: `The login works on ${host}, which reports no name${
      who ? `; the token says ${who}, unchecked` : ""
    }.`,
    anonymous: `${host} needs no login: you act anonymously.`,
  };
  return {
    text: texts[identity.identity],
    data: {
      status: "ok",
      ...identity,
      ...(unverified && { claims_unverified: true }),
      endpoint: endpoint.value,
      auth_type: token ? authType : null,
      project: config.project?.value ?? null,
      domain: config.domain.value,
      scope_source: {
        project: config.project?.source ?? null,
        domain: config.domain.source,
      },
      token_expires_at: isoTimeOf(token?.expiresAt ?? null),
    },
  };
}
