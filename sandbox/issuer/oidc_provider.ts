/**
 * `oidc-provider` as far as the sandbox uses it. The package ships no types,
 * so the shapes below are written from its behaviour, and it is loaded here
 * because the way it announces itself needs care.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";

/** A request whose body may have been read already and is given once more. */
export type RequestStream =
  & Readable
  & Pick<IncomingMessage, "headers" | "method" | "url" | "socket">
  & { originalUrl?: string | undefined };

/** What koa hands to a middleware; `oidc` exists once a route has matched. */
export interface Context {
  req: RequestStream;
  readonly res: ServerResponse;
  readonly method: string;
  readonly path: string;
  query: Record<string, string | string[] | undefined>;
  readonly state: Record<string, unknown>;
  status: number;
  type: string;
  body: unknown;
  /** `false` leaves the answer to whoever holds `res`. */
  respond: boolean;
  set(name: string, value: string): void;
  get(name: string): string;
  redirect(url: string): void;
  readonly response: { get(name: string): string };
  readonly oidc?: {
    readonly session?: {
      readonly state?: { readonly secret: string };
      destroy(): Promise<void>;
    };
    readonly client?: {
      readonly clientId: string;
      readonly clientName?: string;
    };
    urlFor(name: string): string;
  };
}

export type Middleware = (
  ctx: Context,
  next: () => Promise<void>,
) => Promise<void>;

/** One stop of a login on its way: who is asked, and for what. */
export interface Interaction {
  readonly uid: string;
  readonly prompt: {
    readonly name: string;
    readonly details: {
      readonly missingOIDCScope?: readonly string[];
      readonly missingResourceScopes?: Readonly<
        Record<string, readonly string[]>
      >;
    };
  };
  readonly params: { readonly client_id: string; readonly scope?: string };
  readonly session?: { readonly accountId: string };
  /** Set when a device asked, absent in a browser's own login. */
  readonly deviceCode?: string;
}

export interface Grant {
  addOIDCScope(scope: string): void;
  addResourceScope(resource: string, scope: string): void;
  save(): Promise<string>;
}

/** A token or code about to be saved. */
export interface TokenModel {
  readonly accountId?: string;
  readonly scopes: ReadonlySet<string>;
}

export interface RegisteredClient {
  readonly clientId: string;
  readonly clientName?: string;
  grantTypeAllowed(grantType: string): boolean;
}

export interface Provider {
  /** Koa prints every error unless told not to. */
  silent: boolean;
  /** Whether koa believes X-Forwarded-Proto and X-Forwarded-Host. */
  proxy: boolean;
  use(middleware: Middleware): void;
  callback(): (req: IncomingMessage, res: ServerResponse) => void;
  on(event: string, listener: (ctx: Context, error: Error) => void): void;
  interactionDetails(
    req: RequestStream,
    res: ServerResponse,
  ): Promise<Interaction>;
  interactionResult(
    req: RequestStream,
    res: ServerResponse,
    result: Record<string, unknown>,
  ): Promise<string>;
  readonly Client: { find(id: string): Promise<RegisteredClient | undefined> };
  readonly DeviceCode: {
    find(id: string): Promise<{ readonly userCode: string } | undefined>;
  };
  readonly Grant: {
    new (owner: { accountId: string; clientId: string }): Grant;
  };
}

export interface ProviderModule {
  readonly Provider: new (
    issuer: string,
    configuration: Record<string, unknown>,
  ) => Provider;
  readonly errors: { readonly InvalidTarget: new () => Error };
}

// A module is evaluated once a process, and so is its greeting: two issuers
// that start at the same time must not both hold it back and restore.
let loading: Promise<ProviderModule> | undefined;

/** Loads the package without its greeting. */
export function loadProvider(): Promise<ProviderModule> {
  loading ??= importQuietly();
  return loading;
}

/**
 * Under Deno the package warns about an unsupported runtime while it is
 * imported, and offers no switch. Only lines that say so are held back, only
 * for the time of the import.
 */
async function importQuietly(): Promise<ProviderModule> {
  const { console } = globalThis;
  const { warn } = console;
  console.warn = (...args: unknown[]) => {
    if (!String(args[0]).includes("oidc-provider WARNING:")) warn(...args);
  };
  try {
    return await import("oidc-provider");
  } finally {
    console.warn = warn;
  }
}
