import { z } from "zod";
import type { AuthStatus } from "../../auth/authenticator.ts";
import type { LoginFailure } from "../../auth/login_failures.ts";
import { elicitLogin } from "./elicitation.ts";
import {
  loggedIn,
  LOGIN_OUTPUT,
  loginEnd,
  pendingAnswer,
} from "./login_state.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";

export const login = defineTool({
  name: "login",
  title: "Log in to Flyte",
  toolset: "identity",
  description:
    "Start a login, or show the one in progress, and return at once with what the person must do: print `say_to_user` to them word for word. Calling again returns the same code. Already logged in: says as whom.",
  input: {
    method: z.enum(["device", "browser"]).optional().describe(
      "If the other one fails the person: `device` is a code to type anywhere, `browser` a page on the computer where this server runs",
    ),
    callback_url: z.string().max(10_000).optional().describe(
      "The whole address on which the person's browser ended, if pasted; never repeat it",
    ),
  },
  output: LOGIN_OUTPUT,
  annotations: { ...READS, readOnlyHint: false },
  async run({ method = null, callback_url: callbackUrl = null }, context) {
    const { session, signal, conversation, elicitation } = context;
    const { authenticator } = session;
    const earlier = await elicitation?.earlier() ?? null;
    // A host that calls again with the answer does not ask for a new login.
    const end = earlier?.flowId ? endOf(authenticator.status()) : null;
    if (end) throw end;
    conversation.declinedAt = null;
    const result = await authenticator.login(signal, { method, callbackUrl });
    switch (result.kind) {
      case "pending":
        // Who pastes an address has been to the page.
        return callbackUrl === null
          ? await elicitLogin(result, { ...context, earlier })
          : pendingAnswer(result, context);
      case "logged_in":
        return loggedIn(context);
      case "not_needed":
        return notNeeded(context);
    }
  },
});

export const logout = defineTool({
  name: "logout",
  title: "Log out of Flyte",
  toolset: "identity",
  description:
    "Forget this server's Flyte login and cancel one in progress. The person must log in again to use Flyte here.",
  input: {},
  output: {
    logged_out: z.boolean(),
    revoked: z.boolean(),
    pending_login_cancelled: z.boolean(),
  },
  annotations: { ...READS, readOnlyHint: false },
  async run(_input, { session, endpoint, signal }) {
    const { authenticator } = session;
    const done = await authenticator.logout(signal);
    const host = new URL(endpoint.value).host;
    const { token } = authenticator.status();
    const parts = [
      ...(done.loggedOut ? [`Logged out of ${host}`] : []),
      ...(!done.loggedOut && !token ? [`Nobody was logged in to ${host}`] : []),
      ...(done.revoked ? ["the issuer has revoked the token"] : []),
      ...(done.pendingLoginCancelled ? ["the pending login is cancelled"] : []),
      ...(token
        ? [`${token.source} stays set, so ${host} is still called with it`]
        : []),
    ];
    return {
      text: `${parts.join("; ")}.`,
      data: {
        status: "ok",
        logged_out: done.loggedOut,
        revoked: done.revoked,
        pending_login_cancelled: done.pendingLoginCancelled,
      },
    };
  },
});

/** How the last login ended, when nothing came of it or after it. */
function endOf(status: AuthStatus): LoginFailure | null {
  return status.pending || status.token ? null : loginEnd(status);
}

function notNeeded({ endpoint }: ToolContext): Answer {
  const host = new URL(endpoint.value).host;
  return {
    text:
      `${host} publishes no login, so there is nothing to log in to. Call whoami to see whether it works without.`,
    data: {
      status: "ok",
      logged_in: false,
      login: "not_needed",
      endpoint: endpoint.value,
    },
  };
}
