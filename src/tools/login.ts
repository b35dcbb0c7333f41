import { z } from "zod";
import { loggedIn, LOGIN_OUTPUT } from "./login_state.ts";
import { loginAnswer } from "./login_wording.ts";
import { type Answer, defineTool, READS, type ToolContext } from "./tool.ts";

export const login = defineTool({
  name: "login",
  title: "Log in to Flyte",
  toolset: "identity",
  description:
    "Start a login, or show the one in progress, and return at once with what the person must do: print `say_to_user` to them word for word. Calling again returns the same code. Already logged in: says as whom.",
  input: {
    method: z.enum(["device", "browser"]).optional().describe(
      "Only when the person gets no further by the other one: `device` is a code to type anywhere, `browser` a page on the computer where this server runs",
    ),
    callback_url: z.string().max(10_000).optional().describe(
      "The whole address that the person's browser ended on, if they paste it; never repeat it",
    ),
  },
  output: LOGIN_OUTPUT,
  annotations: { ...READS, readOnlyHint: false },
  async run({ method = null, callback_url: callbackUrl = null }, context) {
    const { session, endpoint, clock, signal, conversation } = context;
    const { authenticator } = session;
    const result = await authenticator.login(signal, { method, callbackUrl });
    switch (result.kind) {
      case "pending":
        return loginAnswer(result.login, {
          endpoint: endpoint.value,
          now: clock.now(),
          isNew: result.isNew,
          isFull: true,
          thenRepeat: conversation.blockedTool,
        });
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
