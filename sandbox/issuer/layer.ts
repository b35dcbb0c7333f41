/**
 * The thin layer in front of oidc-provider: it logs requests, plays faults,
 * and adds what RFC 8628 has and the provider lacks.
 */
import { adaptAnswer, adaptParameters, isJsonBody } from "./adapt.ts";
import type { Account } from "./accounts.ts";
import type { IssuerClient } from "./clients.ts";
import type { IssuerFault } from "./faults.ts";
import { interact } from "./interactions.ts";
import type { Context, Middleware, Provider } from "./oidc_provider.ts";
import { errorPage } from "./pages.ts";
import { play } from "./play.ts";
import { createPollLimiter, type PollLimiter } from "./polling.ts";
import {
  type IssuerRequest,
  type ParsedRequest,
  parseRequest,
} from "./request.ts";
import { logRequest } from "./request_log.ts";
import { sendPage } from "./send_page.ts";
import type { FaultClock, FaultQueue } from "./wire_faults.ts";

export interface LayerOptions {
  readonly provider: Provider;
  readonly accounts: readonly Account[];
  readonly clients: readonly IssuerClient[];
  readonly faults: FaultQueue<IssuerRequest, IssuerFault>;
  readonly requests: IssuerRequest[];
  readonly secrets: Set<string>;
  /** Seconds between polls; `null` leaves it out of the answer. */
  readonly interval: number | null;
  readonly enforceInterval: boolean;
  readonly keepAlive: boolean;
  readonly now: () => number;
  readonly clock: FaultClock;
}

/** The interval a client must assume when none is given (RFC 8628, 3.2). */
const DEFAULT_INTERVAL_S = 5;

export function createLayer(options: LayerOptions): Middleware {
  const { provider, requests, secrets, now } = options;
  const limiter = createPollLimiter({
    intervalMs: (options.interval ?? DEFAULT_INTERVAL_S) * 1000,
    now,
  });
  provider.on("authorization.success", (ctx) => {
    ctx.state["isLoggedIn"] = true;
  });
  provider.on("server_error", (ctx, error) => {
    ctx.state["failure"] = error.message;
  });
  return async (ctx, next) => {
    const request = await parseRequest(ctx, { now });
    const { entry } = request;
    logRequest(requests, entry);
    addAll(secrets, request.secrets);
    if (!options.keepAlive) ctx.set("Connection", "close");
    const objection = objectTo(request, { limiter, options });
    const injected = options.faults.take(entry);
    entry.fault = injected?.kind;
    const fault = injected ?? objection;
    if (fault?.kind === "error" && fault.error === "slow_down") {
      limiter.slowDown(request.form.get("device_code") ?? "");
    }
    const answer = async () => {
      await answerRequest(ctx, { request, options, next });
      addAll(secrets, issuedSecrets(ctx));
    };
    try {
      await play(ctx, fault, { answer, clock: options.clock });
    } catch (error) {
      entry.failure = String(error);
      throw error;
    }
    const isAnswered = ctx.respond !== false || ctx.res.writableEnded;
    entry.status = isAnswered ? ctx.status : undefined;
  };
}

/** What the layer minds and the provider does not; notes every poll. */
function objectTo(
  { entry, form }: ParsedRequest,
  { limiter, options }: { limiter: PollLimiter; options: LayerOptions },
): IssuerFault | undefined {
  const deviceCode = form.get("device_code");
  if (entry.grant === "device_code" && deviceCode) {
    const isTooFast = limiter.isTooFast(deviceCode);
    if (isTooFast && options.enforceInterval) {
      return { kind: "error", error: "slow_down" };
    }
  }
  const client = options.clients.find(({ clientId }) =>
    clientId === entry.clientId
  );
  const { authentication = "client_secret_basic" } = client ?? {};
  if (
    client?.secret === undefined || entry.clientAuthentication === "none" ||
    entry.clientAuthentication === authentication
  ) return undefined;
  // Many issuers insist on the registered way of sending a secret.
  return { kind: "error", error: "invalid_client", status: 401 };
}

async function answerRequest(
  ctx: Context,
  { request: { entry, form }, options, next }: {
    request: ParsedRequest;
    options: LayerOptions;
    next(): Promise<void>;
  },
): Promise<void> {
  const { provider, accounts, interval } = options;
  if (entry.path.startsWith("/interaction/")) {
    await interact(ctx, { provider, accounts, form });
    return;
  }
  if (entry.path === "/device" && ctx.method === "POST" && !ctx.get("cookie")) {
    // The provider fails here, since it has no session to remember this in.
    ctx.status = 400;
    sendPage(ctx, errorPage("Open this page again, and allow its cookies."));
    return;
  }
  adaptParameters(ctx, form);
  await next();
  adaptAnswer(ctx, { entry, interval });
  // Nobody stays signed in here, so that each login asks who it is.
  if (ctx.state["isLoggedIn"]) await ctx.oidc?.session?.destroy();
  const { failure } = ctx.state;
  entry.failure = typeof failure === "string" ? failure : undefined;
}

function issuedSecrets(ctx: Context): readonly string[] {
  const fields = ["access_token", "refresh_token", "id_token", "device_code"];
  const body = isJsonBody(ctx.body) ? ctx.body : {};
  const location = URL.parse(ctx.response.get("location"))?.searchParams;
  return [...fields.map((name) => body[name]), location?.get("code")]
    .filter((value) => typeof value === "string" && value !== "")
    .map(String);
}

function addAll(secrets: Set<string>, added: readonly string[]): void {
  for (const secret of added) secrets.add(secret);
}
