import { z } from "zod";
import type { AuthStatus } from "../../auth/authenticator.ts";
import { loginDeclined, nobodyToAsk } from "../../auth/login_failures.ts";
import { isForPeople } from "../../config/auth_type.ts";
import { hasDeclined } from "../conversation.ts";
import { loggedIn, LOGIN_OUTPUT, loginEnd } from "./login_state.ts";
import { describeLogin, pendingLine, sayToPerson } from "./login_wording.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";

export const authStatus = defineTool({
  name: "auth_status",
  title: "Flyte login status",
  toolset: "identity",
  description:
    "Whether this server is logged in: as whom, until when, from which source, what is pending. `wait_seconds` (0–25) waits for the person to finish. Call at most twice in a row, and only after you have shown them the code. Never starts a login.",
  input: {
    wait_seconds: z.number().min(0).max(25).default(0).describe(
      "Seconds to wait for a pending login to end",
    ),
  },
  output: {
    ...LOGIN_OUTPUT,
    auth_type: z.string().nullable(),
    token: z.looseObject({}).nullable(),
    ignored_settings: z.array(z.string()),
  },
  annotations: READS,
  async run({ wait_seconds: seconds }, context) {
    const { session: { authenticator }, conversation } = context;
    await authenticator.look(context.signal);
    const before = authenticator.status();
    const awaited = before.pending && !hasDeclined(conversation, before);
    if (awaited && seconds > 0) {
      context.progress("Waiting for the person to log in");
      await authenticator.settled(seconds * 1000, context.signal);
    }
    const status = authenticator.status();
    if (!status.token) await checkSomebodyCanLogIn(context);
    const { text, data } = describe(status, context);
    return { text, data: { ...data, ignored_settings: context.notices } };
  },
});

/** Where a login is wanted and nobody can be asked, that is the answer. */
async function checkSomebodyCanLogIn(
  { config, session, endpoint, signal }: ToolContext,
): Promise<void> {
  const { authType, interactive } = config;
  if (interactive.value === "auto" || !isForPeople(authType?.value)) return;
  const { hasLogin } = await session.store.get(signal);
  if (hasLogin) throw nobodyToAsk(endpoint.value, interactive);
}

function describe(status: AuthStatus, context: ToolContext): Answer {
  const { token, pending } = status;
  if (token) return loggedIn(context);
  if (hasDeclined(context.conversation, status)) throw loginDeclined();
  if (pending) return stillPending(pending, context);
  const end = loginEnd(status);
  if (end) throw end;
  return notLoggedIn(context);
}

function stillPending(
  login: NonNullable<AuthStatus["pending"]>,
  { endpoint, clock, conversation }: ToolContext,
): Answer {
  const now = clock.now();
  const view = {
    endpoint: endpoint.value,
    now,
    isNew: false,
    isFull: false,
    thenRepeat: conversation.blockedTool,
  };
  return {
    text: `${
      pendingLine(login, now)
    } If you have waited twice, end your turn and ask the person to say when they are done.`,
    data: {
      status: "ok",
      logged_in: false,
      login: "pending",
      endpoint: endpoint.value,
      ...describeLogin(login, now),
      say_to_user: sayToPerson(login, view),
      then_repeat: view.thenRepeat,
    },
  };
}

function notLoggedIn({ endpoint }: ToolContext): Answer {
  const host = new URL(endpoint.value).host;
  return {
    text:
      `Not logged in to ${host}, and nothing is pending. A tool that needs a login will say so.`,
    data: {
      status: "ok",
      logged_in: false,
      login: "none",
      endpoint: endpoint.value,
    },
  };
}
