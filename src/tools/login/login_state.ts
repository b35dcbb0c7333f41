import { z } from "zod";
import type { StorePlace } from "../../auth/store/login_store.ts";
import type { AuthStatus, TokenStatus } from "../../auth/authenticator.ts";
import type { PendingLogin } from "../../auth/login.ts";
import {
  loginDenied,
  loginExpired,
  type LoginFailure,
} from "../../auth/login_failures.ts";
import { isoTimeOf } from "../../client/times.ts";
import { nameOf } from "../../text.ts";
import { localTime, loginAnswer } from "./login_wording.ts";
import type { Answer, ToolContext } from "../tool.ts";

/** What the answers of login and auth_status have in common. */
export const LOGIN_OUTPUT = {
  logged_in: z.boolean(),
  login: z.string(),
  endpoint: z.string(),
  issuer_host: z.string(),
  method: z.string(),
  verification_uri: z.string().nullable(),
  verification_uri_complete: z.string().nullable(),
  user_code: z.string().nullable(),
  authorization_url: z.string().nullable(),
  expires_at: z.string().nullable(),
  say_to_user: z.string(),
  then_repeat: z.string().nullable(),
};

/** What the person has to do to finish a login, in full. */
export function pendingAnswer(
  { login, isNew }: { login: PendingLogin; isNew: boolean },
  { endpoint, clock, conversation }: ToolContext,
): Answer {
  return loginAnswer(login, {
    endpoint: endpoint.value,
    now: clock.now(),
    isNew,
    isFull: true,
    thenRepeat: conversation.blockedTool,
  });
}

/** Why the last login gave no token; `null`: there is no such login. */
export function loginEnd({ ended, failure }: AuthStatus): LoginFailure | null {
  if (failure) return failure;
  if (ended === "expired") return loginExpired();
  if (ended === "denied") return loginDenied();
  return null;
}

/** Whoever is logged in, and what was waiting for it. */
export function loggedIn(context: ToolContext): Answer {
  const { session, endpoint, conversation, clock } = context;
  const { token, authType, place } = session.authenticator.status();
  const isOver = !!token && !token.renewable &&
    (token.expiresAt ?? Infinity) <= clock.now();
  const blocked = conversation.blockedTool;
  if (!isOver) conversation.blockedTool = null;
  const host = new URL(endpoint.value).host;
  const who = `${host}${whoIs(token)}`;
  const next = blocked ? ` Tell the person, then repeat ${blocked}.` : "";
  // A token that was given is not proved to work before Flyte has taken it.
  const state = token?.obtainedAt === null
    ? `${host} is called with the token${whoIs(token)}`
    : `Logged in to ${who}`;
  return {
    text: isOver
      ? `Not logged in to ${who} any more: the token ran out at ${
        isoTimeOf(token.expiresAt)
      }. A tool that needs a login will say so.`
      : `${state}.${howLong(token)}${next}`,
    data: {
      status: "ok",
      logged_in: !isOver,
      login: isOver ? "expired" : "done",
      endpoint: endpoint.value,
      auth_type: authType,
      token: token && describeToken(token, place),
      then_repeat: blocked,
    },
  };
}

function whoIs(token: TokenStatus | null): string {
  const { claims, issuerHost, source } = token ?? {};
  const who = claims?.email ?? claims?.name ?? claims?.subject;
  const from = issuerHost ?? source;
  return `${who ? ` as ${nameOf(who)}` : ""}${
    from ? ` (${nameOf(from)})` : ""
  }`;
}

function howLong(token: TokenStatus | null): string {
  if (!token?.expiresAt) return "";
  const until = ` Token until ${localTime(token.expiresAt)}`;
  return `${until}, ${
    token.renewable ? "renewed by itself" : "then a new one is needed"
  }.`;
}

function describeToken(token: TokenStatus, place: StorePlace | null) {
  const text = (value: string | null | undefined) =>
    value ? nameOf(value) : null;
  return {
    source: token.source,
    issuer_host: token.issuerHost,
    subject: text(token.claims?.subject),
    name: text(token.claims?.name),
    email: text(token.claims?.email),
    obtained_at: isoTimeOf(token.obtainedAt),
    expires_at: isoTimeOf(token.expiresAt),
    renewable: token.renewable,
    kept_in: place?.kept ?? "memory of this process",
    kept_in_note: place?.note ?? null,
  };
}
