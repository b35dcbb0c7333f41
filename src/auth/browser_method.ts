import { type Clock, within } from "../clock.ts";
import { isLoopback } from "../config/endpoint.ts";
import type { Secret } from "../config/secret.ts";
import { newAuthorizationRequest } from "./authorization_code.ts";
import { BrowserFlow } from "./browser_flow.ts";
import { issuerHostOf, unsafeIssuer } from "./failures.ts";
import type { StartedLogin } from "./login.ts";
import { noBrowserLogin } from "./login_failures.ts";
import type { LoginMethod, LoginStart } from "./login_method.ts";
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
  /** Opens the person's browser, where the person wants that. */
  readonly open: ((url: string) => void) | null;
  /** Of a confidential client. */
  readonly secret: Secret | null;
}

/** Logs in with the person's browser. @see RFC 7636, RFC 8252 */
export function createBrowserMethod(
  options: BrowserMethodOptions,
): LoginMethod {
  return {
    name: "browser",
    isOffered: ({ authorizationEndpoint, redirectUri }) =>
      authorizationEndpoint !== null && redirectUri !== null,
    start: (start) => startBrowserLogin(start, options),
  };
}

async function startBrowserLogin(
  start: LoginStart,
  { listen, open, secret }: BrowserMethodOptions,
): Promise<StartedLogin> {
  const { config, endpoint, clock, stop, otherMethods } = start;
  const request = await newAuthorizationRequest(config);
  const callback = URL.parse(request?.redirectUri ?? "");
  if (!request || !callback) throw noBrowserLogin(config);
  const page = safePage(request.url, {
    local: isLoopback(endpoint),
    max: MAX_URL,
  });
  if (!page) throw unsafeIssuer("its sign-in page is not an https address");
  const flow = new BrowserFlow(start, { request, secret });
  const listener = isLoopback(callback)
    ? listen({
      hostname: callback.hostname,
      port: Number(callback.port) || 80,
      handle: (incoming) => flow.handle(incoming),
    })
    : "impossible";
  const result = finish(flow, { clock, stop });
  open?.(page.href);
  const startedAt = clock.now();
  return {
    login: {
      method: "browser",
      issuerHost: issuerHostOf(config),
      authorizationUrl: page.href,
      callbackHost: callback.host,
      startedAt,
      expiresAt: startedAt + LIFETIME_MS,
      otherMethods,
      note: noteOf(listener, callback),
    },
    result,
    closed: close(result, listener),
    paste: (address) => flow.paste(address),
  };
}

/** Ends with the flow, its time, or its being given up. */
async function finish(
  flow: BrowserFlow,
  { clock, stop }: { clock: Clock; stop: AbortSignal },
): Promise<TokenResponse | "denied" | "expired"> {
  const options = { clock, signal: stop };
  const result = await within(flow.result, LIFETIME_MS, options);
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
