import type {
  PendingBrowserLogin,
  PendingDeviceLogin,
  PendingLogin,
} from "../../auth/login.ts";
import type { Answer } from "../tool.ts";

/** What a login is shown with. */
export interface LoginView {
  /** URL of the control plane. */
  readonly endpoint: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whether the call that asks started it. */
  readonly isNew: boolean;
  /** Whether it is shown in full; a repeat by another tool is short. */
  readonly isFull: boolean;
  /** The tool that has to be called again afterwards. */
  readonly thenRepeat: string | null;
}

/** The arguments with which an agent waits for the person. */
const WAIT = { wait_seconds: 25 };

/**
 * A login that a person has to finish, the same payload from every tool: first
 * in full, when it is asked for again in one line.
 */
export function loginAnswer(login: PendingLogin, view: LoginView): Answer {
  const { endpoint, now, isNew, isFull, thenRepeat } = view;
  const sayToUser = sayToPerson(login, view);
  const repeat = thenRepeat ? `, then repeat ${thenRepeat}` : "";
  const text = isFull
    ? `LOGIN REQUIRED for ${endpoint}. Nothing was changed.

Tell the person, word for word:
${sayToUser}

Then: auth_status ${JSON.stringify(WAIT)} (at most twice)${repeat}.
${otherwise(login)}`
    : pendingLine(login, now);
  return {
    text,
    data: {
      status: "login_required",
      code: "login_required",
      performed: false,
      endpoint,
      ...describeLogin(login, now),
      flow: isNew ? "new" : "pending",
      say_to_user: sayToUser,
      next_tool: "auth_status",
      next_args: WAIT,
      then_repeat: thenRepeat,
      other_methods: login.otherMethods,
      note: login.note,
    },
  };
}

/** The pending login in one line that has all it takes. */
export function pendingLine(login: PendingLogin, now: number): string {
  const left = lifetime(login.expiresAt - now, "more ");
  const what = login.method === "device"
    ? `${login.verificationUri}, code ${login.userCode}`
    : login.authorizationUrl;
  return `LOGIN STILL PENDING: ${what}, for ${left}. Nothing was changed.`;
}

/** The facts of a pending login. */
export function describeLogin(login: PendingLogin, now: number) {
  const isDevice = login.method === "device";
  return {
    issuer_host: login.issuerHost,
    method: login.method,
    verification_uri: isDevice ? login.verificationUri : null,
    user_code: isDevice ? login.userCode : null,
    verification_uri_complete: isDevice ? login.verificationUriComplete : null,
    authorization_url: isDevice ? null : login.authorizationUrl,
    expires_at: new Date(login.expiresAt).toISOString(),
    expires_in_seconds: Math.max(0, Math.round((login.expiresAt - now) / 1000)),
  };
}

/** What the person reads: who asks for what, where, and what to check. */
export function sayToPerson(login: PendingLogin, view: LoginView): string {
  const host = new URL(view.endpoint).host;
  const valid = `valid for ${lifetime(login.expiresAt - view.now)}, until ${
    localTime(login.expiresAt)
  }`;
  const ask = `  To let flyte-mcp read Flyte (${host}) as you, open`;
  const note = login.note ? `\n  ${login.note}` : "";
  return login.method === "device"
    ? `${ask}${deviceSteps(login, valid)}${note}`
    : `${ask} (on the computer where this server runs, ${valid})${
      browserSteps(login)
    }${note}`;
}

function deviceSteps(login: PendingDeviceLogin, valid: string): string {
  const page = new URL(login.verificationUri).host;
  const steps = login.verificationUriComplete
    ? `
      ${login.verificationUriComplete}
  and check that the page shows the code   ${login.userCode}   (${valid}).`
    : `
      ${login.verificationUri}
  and enter the code   ${login.userCode}   (${valid}).`;
  return `${steps}
  The page belongs to ${page}, ${
    sender(login, page)
  }. Go on only if you asked for this and the page shows this same code.`;
}

function browserSteps(login: PendingBrowserLogin): string {
  const page = new URL(login.authorizationUrl).host;
  return `
      ${login.authorizationUrl}
  The page belongs to ${page}, ${
    sender(login, page)
  }. Go on only if you asked for this.
  If the browser ends on a page that cannot connect to "${login.callbackHost}", the sign-in still worked: copy that page's whole address and paste it here. (It is useless to anyone else.)`;
}

/** Issuers such as Google have their pages on a host of their own. */
function sender({ issuerHost }: PendingLogin, page: string): string {
  const known = "the sign-in your Flyte server names";
  return page === issuerHost
    ? known
    : `where ${issuerHost}, ${known}, sends you`;
}

/** What a host shows beside the page that it asks the person to open. */
export function elicitationMessage(
  login: PendingLogin,
  endpoint: string,
): string {
  const flyte = `Sign in to Flyte (${new URL(endpoint).host})`;
  const note = login.note ? ` ${login.note}` : "";
  if (login.method === "browser") {
    const page = new URL(login.authorizationUrl).host;
    return `${flyte} at ${page}, with a browser on the computer where this server runs. If it ends on a page that cannot connect to "${login.callbackHost}", the sign-in still worked: paste that page's whole address into the conversation.${note}`;
  }
  const page = new URL(login.verificationUri).host;
  return login.verificationUriComplete
    ? `${flyte} at ${page}. Check that the page shows the code ${login.userCode}.${note}`
    : `${flyte} at ${page}. Enter the code ${login.userCode} there; check that the page shows the same code.${note}`;
}

/** What the agent can do when the person gets no further. */
function otherwise(login: PendingLogin): string {
  const since = `Pending since ${localTime(login.startedAt)}, same ${
    login.method === "device" ? "code" : "address"
  } for every call.`;
  const others = login.otherMethods.map((name) => `login {"method":"${name}"}`);
  if (login.method === "browser") {
    const paste = 'login {"callback_url":"…"}';
    const or = others.length > 0 ? `, or ${others.join(" or ")}` : "";
    return `Address pasted by the person: ${paste}${or}. ${since}`;
  }
  const or = others.length > 0
    ? `Page refuses or nothing happens: ${others.join(" or ")}. `
    : "";
  return `${or}${since}`;
}

/** Hours and minutes with the zone's offset, for example `14:32 +02:00`. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  const offset = -date.getTimezoneOffset();
  const [sign, size] = [offset < 0 ? "-" : "+", Math.abs(offset)];
  const zone = `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  return `${two(date.getHours())}:${two(date.getMinutes())} ${zone}`;
}

function lifetime(ms: number, more = ""): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} ${more}seconds`;
  return `${Math.round(seconds / 60)} ${more}minutes`;
}
