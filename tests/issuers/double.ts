/**
 * A small OAuth server that plays one vendor: what they have in common is here,
 * what they differ in is a {@linkcode Vendor}. `oidc-provider` in the sandbox
 * shows that logins fit the standards; these show that they fit the issuers.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { PublicKey } from "../../sandbox/issuer/signing_key.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { errorOf, isProof, mintFor, PUBLIC_KEY } from "./double_tokens.ts";
import { readDoubleRequest } from "./double_request.ts";
import type {
  Answer,
  Client,
  DoubleRequest,
  Endpoint,
  Login,
  Reason,
  Vendor,
} from "./vendor.ts";

/** What becomes of a login: what the person does, or a policy. */
export type Decision = "approved" | "denied" | "policy" | "expired";

export interface Double extends AsyncDisposable {
  readonly origin: string;
  /** The issuer's address, where its metadata is found. */
  readonly issuer: string;
  readonly jwks: { readonly keys: PublicKey[] };
  /** What it was asked, in order. */
  readonly requests: readonly DoubleRequest[];
  /** What the person does with a code. */
  decide(userCode: string, decision: Decision): void;
  /** What the person does on the sign-in page. @default {"approved"} */
  decideBrowser(decision: Decision): void;
  /** The next answer of an endpoint is this one instead. */
  next(endpoint: Endpoint, answer: Answer): void;
  /** Whether this access token is its own: introspection. */
  isIssued(token: string): boolean;
}

interface Pending {
  readonly login: Login;
  readonly userCode: string;
  decision: Decision | "pending";
}

/** Starts a double; `interval` is in seconds, shorter than the vendor's own. */
export async function startDouble(
  vendor: Vendor,
  { interval = 0.05 }: { interval?: number } = {},
): Promise<Double> {
  const { promise, resolve } = Promise.withResolvers<Player>();
  const server = await listenOnLoopback(
    (req, res) => promise.then((player) => player.handle(req, res)),
    0,
  );
  const player = new Player(vendor, { origin: server.url, interval });
  resolve(player);
  return {
    origin: server.url,
    issuer: player.issuer,
    jwks: { keys: [PUBLIC_KEY] },
    requests: player.requests,
    decide: (userCode, decision) => player.decide(userCode, decision),
    decideBrowser: (decision) => player.browser = decision,
    next: (endpoint, answer) => player.queue.push({ endpoint, answer }),
    isIssued: (token) => player.issued.has(token),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

class Player {
  readonly issuer: string;
  readonly requests: DoubleRequest[] = [];
  readonly queue: { endpoint: Endpoint; answer: Answer }[] = [];
  readonly issued = new Set<string>();
  browser: Decision = "approved";
  readonly #vendor: Vendor;
  readonly #origin: string;
  readonly #interval: number;
  readonly #devices = new Map<string, Pending>();
  readonly #codes = new Map<string, Login>();
  readonly #refreshes = new Map<string, Login>();

  constructor(
    vendor: Vendor,
    { origin, interval }: { origin: string; interval: number },
  ) {
    this.#vendor = vendor;
    this.#origin = origin;
    this.#interval = interval;
    this.issuer = `${origin}${vendor.issuerPath}`;
  }

  decide(userCode: string, decision: Decision): void {
    const pending = [...this.#devices.values()]
      .find((one) => one.userCode === userCode);
    if (!pending) throw new Error(`Cannot find the code "${userCode}"`);
    pending.decision = decision;
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    res.setHeader("connection", "close");
    const path = new URL(req.url ?? "/", this.#origin).pathname;
    const endpoint = this.#endpointOf(path);
    if (!endpoint) return send(res, { status: 404, body: "Not Found" });
    const { request, client, secret } = await readDoubleRequest(req, endpoint);
    this.requests.push(request);
    const at = this.queue.findIndex((one) => one.endpoint === endpoint);
    const [queued] = at < 0 ? [] : this.queue.splice(at, 1);
    const answer = queued?.answer ??
      await this.#answer(request, { id: client, secret });
    send(res, answer);
  }

  #endpointOf(path: string): Endpoint | null {
    const { authorize, token, device, revoke, metadata } = this.#vendor.paths;
    if (metadata.includes(path)) return "metadata";
    if (path === authorize) return "authorize";
    if (path === token) return "token";
    if (path === device) return "device";
    return path === revoke ? "revoke" : null;
  }

  async #answer(
    request: DoubleRequest,
    { id, secret }: { id: string; secret: string | null },
  ): Promise<Answer> {
    if (request.endpoint === "metadata") return { body: this.#metadata() };
    if (request.endpoint === "revoke") return { body: {} };
    const known = this.#vendor.clients.find((client) => client.id === id);
    const client = known ?? { id, grants: [] };
    const problem = this.#checkClient(request, known, secret);
    if (problem) return this.#refuse(problem);
    const objection = this.#vendor.object?.(request, client);
    if (objection) return objection;
    if (request.endpoint === "device") return this.#device(request, client);
    if (request.endpoint === "authorize") {
      return this.#authorize(request, client);
    }
    return await this.#token(request, client);
  }

  #checkClient(
    { endpoint, grant }: DoubleRequest,
    client: Client | undefined,
    secret: string | null,
  ): Reason | null {
    const { deviceChecks } = this.#vendor;
    const checks = endpoint === "device" ? deviceChecks : "secret";
    const polls = grant === "device_code";
    // Dex looks at the client neither when a code is asked for nor at a poll.
    if (checks === "nothing" || polls && deviceChecks === "nothing") {
      return null;
    }
    if (!client) return "unknown_client";
    if (checks === "client" || endpoint === "authorize") return null;
    if (client.secret === undefined || client.secret === secret) return null;
    return secret === null ? "no_secret" : "wrong_secret";
  }

  #device({ parameters }: DoubleRequest, client: Client): Answer {
    const lax = this.#vendor.deviceChecks === "nothing";
    if (!lax && !client.grants.includes("device_code")) {
      return this.#refuse("no_device_grant");
    }
    const login = this.#login("device_code", client, parameters);
    if (!lax && !this.#allows(login)) return this.#refuse("bad_scope");
    const deviceCode = `made-up-device-${crypto.randomUUID()}`;
    const userCode = crypto.randomUUID().slice(0, 8).toUpperCase();
    this.#devices.set(deviceCode, { login, userCode, decision: "pending" });
    const code = { deviceCode, userCode, interval: this.#interval };
    return { body: this.#vendor.device(code, this.issuer) };
  }

  #authorize({ parameters }: DoubleRequest, client: Client): Answer {
    const redirectUri = parameters.get("redirect_uri") ?? "";
    if (!client.redirectUris?.includes(redirectUri)) {
      return { status: 400, body: "The redirect URI is not registered." };
    }
    const login = this.#login("authorization_code", client, parameters);
    const code = `made-up-code-${crypto.randomUUID()}`;
    this.#codes.set(code, login);
    const decision = this.#allows(login) ? this.browser : "bad_scope";
    const outcome = decision === "approved"
      ? { code }
      : decision === "denied"
      ? { error: "access_denied" }
      : errorOf(this.#refuse(decision));
    const back = new URL(redirectUri);
    const query = {
      ...outcome,
      state: parameters.get("state") ?? "",
      ...this.#vendor.callback?.(this.#name()),
    };
    back.search = `${new URLSearchParams(query)}`;
    return { status: 302, body: "", headers: { location: back.href } };
  }

  async #token(request: DoubleRequest, client: Client): Promise<Answer> {
    const { grant, parameters } = request;
    const of = (name: string) => parameters.get(name) ?? "";
    switch (grant) {
      case "client_credentials": {
        const login = this.#login(grant, client, parameters);
        if (!client.grants.includes(grant)) {
          return this.#refuse("no_service_grant");
        }
        if (!this.#allows(login)) return this.#refuse("bad_scope");
        return await this.#give(login);
      }
      case "device_code":
        return await this.#poll(of("device_code"));
      case "authorization_code": {
        const login = this.#codes.get(of("code"));
        this.#codes.delete(of("code"));
        const isGood = login && isProof(login, parameters);
        return isGood ? await this.#give(login) : this.#refuse("bad_code");
      }
      case "refresh_token": {
        const login = this.#refreshes.get(of("refresh_token"));
        if (!login) return this.#refuse("bad_refresh");
        if (this.#vendor.rotates) this.#refreshes.delete(of("refresh_token"));
        return await this.#give(login);
      }
      default:
        return this.#refuse("bad_request");
    }
  }

  async #poll(deviceCode: string): Promise<Answer> {
    const pending = this.#devices.get(deviceCode);
    if (!pending) return this.#refuse("bad_code");
    const { decision, login } = pending;
    if (decision !== "pending") this.#devices.delete(deviceCode);
    if (decision !== "approved") return this.#refuse(decision);
    return await this.#give(login);
  }

  async #give(login: Login): Promise<Answer> {
    const body = await this.#vendor.tokens(login, mintFor(this.issuer));
    this.issued.add(`${body["access_token"]}`);
    const { refresh_token: refresh } = body;
    if (typeof refresh === "string") this.#refreshes.set(refresh, login);
    return { body };
  }

  #login(
    grant: Login["grant"],
    client: Client,
    parameters: ReadonlyMap<string, string>,
  ): Login {
    return {
      grant,
      client,
      scopes: (parameters.get("scope") ?? "").split(" ").filter(Boolean),
      audience: parameters.get("audience") ?? null,
      query: parameters,
    };
  }

  #allows({ scopes }: Login): boolean {
    const allowed = this.#vendor.scopes;
    return allowed === null || scopes.every((scope) => allowed.includes(scope));
  }

  #refuse(reason: Reason): Answer {
    return this.#vendor.refusals[reason];
  }

  #name(): string {
    return this.#vendor.issuerName?.(this.issuer) ?? this.issuer;
  }

  #metadata(): Record<string, unknown> {
    const { authorize, token, device, revoke } = this.#vendor.paths;
    return {
      issuer: this.#name(),
      authorization_endpoint: `${this.#origin}${authorize}`,
      token_endpoint: `${this.#origin}${token}`,
      device_authorization_endpoint: `${this.#origin}${device}`,
      ...(revoke && { revocation_endpoint: `${this.#origin}${revoke}` }),
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
    };
  }
}

function send(
  res: ServerResponse,
  { status = 200, body, headers = {} }: Answer,
): void {
  const isPage = typeof body === "string";
  res.writeHead(status, {
    "content-type": isPage ? "text/html" : "application/json",
    ...headers,
  });
  res.end(isPage ? body : JSON.stringify(body));
}
