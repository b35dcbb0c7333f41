/** What a test double of an issuer is made of: its addresses and its words. */

/** An HTTP answer; an object becomes JSON, a text a page. */
export interface Answer {
  /** @default {200} */
  readonly status?: number;
  readonly body: Readonly<Record<string, unknown>> | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why an issuer refuses; each has its own status and body for it. */
export type Reason =
  | "pending"
  | "slow_down"
  | "denied"
  | "expired"
  | "policy"
  | "bad_code"
  | "bad_refresh"
  | "unknown_client"
  | "no_secret"
  | "wrong_secret"
  | "no_device_grant"
  | "no_service_grant"
  | "bad_scope"
  | "bad_request";

export type GrantType =
  | "authorization_code"
  | "client_credentials"
  | "device_code"
  | "refresh_token";

/** A client as it is registered; every secret here is made up. */
export interface Client {
  readonly id: string;
  readonly grants: readonly GrantType[];
  readonly secret?: string;
  /** To the letter. */
  readonly redirectUris?: readonly string[];
}

/** A request with its form or query read. */
export interface DoubleRequest {
  readonly endpoint: Endpoint;
  /** The device grant without its URN. */
  readonly grant: string | null;
  readonly parameters: ReadonlyMap<string, string>;
  readonly authentication: "none" | "basic" | "post";
}

export type Endpoint = "authorize" | "token" | "device" | "metadata" | "revoke";

/** What a person, or a service, has asked for. */
export interface Login {
  readonly grant: GrantType;
  readonly client: Client;
  readonly scopes: readonly string[];
  readonly audience: string | null;
  /** The query of the authorization request; empty for other grants. */
  readonly query: ReadonlyMap<string, string>;
}

/** How an access token is made. */
export interface Mint {
  /** A JWT of this issuer for an hour, with Ada's `sub`. */
  jwt(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** A text that says nothing. */
  opaque(prefix: string): string;
}

/** A device login in the names of RFC 8628, for the vendor to spell. */
export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly interval: number;
}

/** One issuer, as its own documentation has it. */
export interface Vendor {
  /** From the double's origin on, such as `/oauth2/default`. */
  readonly issuerPath: string;
  /** Paths from the origin on; `null` where there is no such endpoint. */
  readonly paths: {
    readonly authorize: string;
    readonly token: string;
    readonly device: string;
    readonly revoke: string | null;
    readonly metadata: readonly string[];
  };
  /** The issuer as its metadata names it. @default its address */
  readonly issuerName?: (address: string) => string;
  readonly clients: readonly Client[];
  /** Scopes that may be asked for; `null`: whatever is asked. */
  readonly scopes: readonly string[] | null;
  readonly refusals: Readonly<Record<Reason, Answer>>;
  /** What the device endpoint looks at before it gives a code. */
  readonly deviceChecks: "nothing" | "client" | "secret";
  /** Whether a refresh token is good once. */
  readonly rotates: boolean;
  /** Objections of its own. */
  object?(request: DoubleRequest, client: Client): Answer | null;
  device(code: DeviceCode, issuer: string): Readonly<Record<string, unknown>>;
  tokens(
    login: Login,
    mint: Mint,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** What it adds to the address that the browser goes back to. */
  readonly callback?: (issuer: string) => Readonly<Record<string, string>>;
}

/** An OAuth refusal with a description. */
export function refusal(
  status: number,
  error: string,
  description?: string,
): Answer {
  const body = description === undefined
    ? { error }
    : { error, error_description: description };
  return { status, body };
}
