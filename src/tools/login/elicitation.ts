import type { PendingLogin } from "../../auth/login.ts";
import { loginCancelled, loginDeclined } from "../../auth/login_failures.ts";
import { newMarker, present } from "../../text.ts";
import { loggedIn, loginEnd, pendingAnswer } from "./login_state.ts";
import { elicitationMessage } from "./login_wording.ts";
import type { Answer, ToolContext } from "../tool.ts";

/**
 * What the person did with a page they were asked to open. `accept` means that
 * they agreed to open it, and no more; `cancel` that they may not have seen it,
 * for some hosts answer so by themselves.
 */
export type ElicitAction = "accept" | "decline" | "cancel";

/** A page that the person is asked to open. */
export interface ElicitedPage {
  readonly url: string;
  /** What the host shows beside it. */
  readonly message: string;
  /** The login that the page belongs to. */
  readonly flowId: string;
}

/** What a host brings back that asked the person and then called again. */
export interface EarlierRound {
  /** The login that was asked for; `null`: not known here. */
  readonly flowId: string | null;
  readonly action: ElicitAction;
}

/** Asks the person, through a host that can, to open a page (MCP, url mode). */
export interface Elicitation {
  /** What this call is the answer to; `null`: it is the first of its kind. */
  earlier(): Promise<EarlierRound | null>;
  /**
   * Asks, and waits at most `ms` for what the person does with it.
   *
   * @throws {InputRequired} where the host asks and then calls again
   */
  ask(page: ElicitedPage, ms: number): Promise<ElicitAction>;
}

/** For the question and the login together; hosts give a call up after 60 s. */
const ELICITATION_MS = 25_000;

/**
 * Asks the person to open the page of a pending login, where the host can. The
 * answer is how the login ended, or else what any tool says while it waits.
 *
 * @throws {ToolError} `login_declined`, or why the login gave no token
 */
export async function elicitLogin(
  pending: { readonly login: PendingLogin; readonly isNew: boolean },
  { earlier, ...context }: ToolContext & { earlier: EarlierRound | null },
): Promise<Answer> {
  const { clock, conversation, elicitation, endpoint } = context;
  if (!elicitation) return pendingAnswer(pending, context);
  const until = clock.now() + ELICITATION_MS;
  const page = {
    url: pageOf(pending.login),
    message: present(
      elicitationMessage(pending.login, endpoint.value),
      newMarker(),
    ),
    flowId: await flowIdOf(pending.login),
  };
  const action = earlier
    ? actionOn(page, earlier)
    : await elicitation.ask(page, ELICITATION_MS);
  switch (action) {
    case "accept":
      return await finish(pending, { context, ms: until - clock.now() });
    case "decline":
      conversation.declinedAt = clock.now();
      throw loginDeclined();
    case "cancel":
      return pendingAnswer(pending, context);
  }
}

/** Of another login's page nothing follows for this one. */
function actionOn(page: ElicitedPage, earlier: EarlierRound): ElicitAction {
  return earlier.flowId === page.flowId ? earlier.action : "cancel";
}

/** The person has agreed to open the page: waits for what they do there. */
async function finish(
  pending: { readonly login: PendingLogin; readonly isNew: boolean },
  { context, ms }: { context: ToolContext; ms: number },
): Promise<Answer> {
  const { authenticator } = context.session;
  context.progress("Waiting for the person to log in");
  await authenticator.settled(Math.max(0, ms), context.signal);
  const status = authenticator.status();
  const { isNew } = pending;
  if (status.pending) {
    return pendingAnswer({ login: status.pending, isNew }, context);
  }
  const end = loginEnd(status);
  if (end) throw end;
  if (status.token) return loggedIn(context);
  throw loginCancelled();
}

/** The address with the code in it, where the issuer gives one. */
function pageOf(login: PendingLogin): string {
  return login.method === "device"
    ? login.verificationUriComplete ?? login.verificationUri
    : login.authorizationUrl;
}

/** The same for every call and process that shows this login. */
async function flowIdOf(login: PendingLogin): Promise<string> {
  const code = login.method === "device" ? login.userCode : null;
  const text = JSON.stringify([login.startedAt, pageOf(login), code]);
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}
