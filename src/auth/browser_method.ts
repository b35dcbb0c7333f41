import { within } from "../clock.ts";
import { isLoopback } from "../config/endpoint.ts";
import type { Secret } from "../config/secret.ts";
import { newAuthorizationRequest } from "./authorization_code.ts";
import { BrowserNotOpened } from "./browser.ts";
import { BrowserFlow } from "./browser_flow.ts";
import { issuerHostOf, unsafeIssuer } from "./failures.ts";
import type { BrowserLoginFlow, RunningLogin } from "./login.ts";
import { noBrowserLogin } from "./browser_failures.ts";
import type { LoginMethod, LoginRun, LoginStart } from "./login_method.ts";
import type {
  ListenFailure,
  ListenOnLoopback,
  LoopbackListener,
} from "./loopback_listener.ts";
import { safePage } from "./safe_page.ts";
import type { TokenResponse } from "./token.ts";

/** An address with its query; longer ones break in terminals and chats. */
const MAX_URL = 4000;

/** A browser login is given up after this. */
const LIFETIME_MS = 10 * 60_000;

/** What a browser login needs of the machine. */
export interface BrowserMethodOptions {
  readonly listen: ListenOnLoopback;
  /**
   * Opens the person's browser, where the person wants that.
   *
   * @throws {BrowserNotOpened} which does not keep the login from working
   */
  readonly open: ((url: string) => void) | null;
  /** Of a confidential client. */
  readonly secret: Secret | null;
}

/** Logs in with the person's browser. @see RFC 7636, RFC 8252 */
export function createBrowserMethod(
  options: BrowserMethodOptions,
): LoginMethod<BrowserLoginFlow> {
  return {
    name: "browser",
    isOffered: ({ authorizationEndpoint, redirectUri }) =>
      authorizationEndpoint !== null && redirectUri !== null,
    begin: (start) => beginBrowserLogin(start),
    run: (flow, run) => runBrowserLogin(flow, run, options),
  };
}

async function beginBrowserLogin(
  start: LoginStart,
): Promise<BrowserLoginFlow> {
  const { config, clock, otherMethods } = start;
  const { request, page, callback } = await prepare(start);
  const { url: _url, ...secrets } = request;
  const startedAt = clock.now();
  return {
    method: "browser",
    id: crypto.randomUUID(),
    login: {
      method: "browser",
      issuerHost: issuerHostOf(config),
      authorizationUrl: page.href,
      callbackHost: callback.host,
      startedAt,
      expiresAt: startedAt + LIFETIME_MS,
      otherMethods,
      note: null,
    },
    ...secrets,
  };
}

function runBrowserLogin(
  flow: BrowserLoginFlow,
  run: LoginRun,
  { listen, open, secret }: BrowserMethodOptions,
): RunningLogin {
  const callback = new URL(flow.redirectUri);
  const { authorizationUrl, expiresAt } = flow.login;
  const browser = new BrowserFlow(run, { request: flow, secret });
  const listener = run.listens && isLoopback(callback)
    ? listen({
      hostname: callback.hostname,
      port: Number(callback.port) || 80,
      handle: (incoming) => browser.handle(incoming),
    })
    : "impossible";
  const result = finish(browser, { ...run, expiresAt });
  const isFirst = run.listens && !run.isResumed;
  const notes = [
    noteOf(listener, callback),
    isFirst ? opened(open, authorizationUrl) : null,
  ];
  return {
    note: notes.filter((note) => note !== null).join(" ") || null,
    result,
    closed: close(result, listener),
    paste: (address) => browser.paste(address),
  };
}

/**
 * Makes the request and looks at both ends of the person's way.
 *
 * @throws {ToolError} `grant_not_allowed` when they must not be sent on it
 */
async function prepare({ config, endpoint }: LoginStart) {
  const request = await newAuthorizationRequest(config);
  const callback = URL.parse(request?.redirectUri ?? "");
  if (!request || !callback) throw noBrowserLogin(config);
  if (!/^https?:$/.test(callback.protocol)) {
    throw unsafeIssuer("its redirect URI is not an http address");
  }
  const local = isLoopback(endpoint);
  const page = safePage(request.url, { local, max: MAX_URL });
  if (!page) throw unsafeIssuer("its sign-in page is not an https address");
  return { request, page, callback };
}

/** Ends with the flow, its time, or its being given up. */
async function finish(
  flow: BrowserFlow,
  { clock, stop, expiresAt }: LoginRun & { expiresAt: number },
): Promise<TokenResponse | "denied" | "expired"> {
  const options = { clock, signal: stop };
  const left = Math.max(0, expiresAt - clock.now());
  const result = await within(flow.result, left, options);
  return result === "late" ? "expired" : result;
}

/** When the flow is over nobody listens; the page is still sent. */
async function close(
  result: Promise<unknown>,
  listener: LoopbackListener | ListenFailure,
): Promise<void> {
  await result.catch(() => {});
  if (typeof listener !== "string") await listener[Symbol.asyncDispose]();
}

/** Opens the page where that is wanted. @returns what to say if it fails */
function opened(
  open: BrowserMethodOptions["open"],
  url: string,
): string | null {
  try {
    open?.(url);
    return null;
  } catch (error) {
    if (!(error instanceof BrowserNotOpened)) throw error;
    return `${error.message}, so the page does not open by itself.`;
  }
}

/** Says what the person has to do where nobody listens for the browser. */
function noteOf(
  listener: LoopbackListener | ListenFailure,
  { host }: URL,
): string | null {
  if (typeof listener !== "string") return null;
  const why = {
    in_use: `Another program listens on ${host}`,
    not_permitted:
      `Deno's permissions do not let this server listen on ${host} (--allow-net=${host})`,
    impossible: `This server cannot listen on ${host}`,
  }[listener];
  return `${why}, so the browser will end on a page that does not belong to this login: paste that page's whole address.`;
}
