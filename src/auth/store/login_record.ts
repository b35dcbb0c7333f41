import { z } from "zod";
import { AUTH_TYPES } from "../../config/auth_type.ts";
import { Secret } from "../../config/secret.ts";
import type { Flow, LoginMethodName, LoginOutcome } from "../login.ts";
import { readClaims, type Token } from "../token.ts";
import type { CredentialIdentity } from "./credential_identity.ts";

/** A token with how it was got. */
export interface KeptToken {
  readonly token: Token;
  /** `flyte_cli`: it is the Flyte CLI's own, and never kept here. */
  readonly method: LoginMethodName | "flyte_cli";
}

/** How a flow ended that gave no token, for the processes that showed it. */
export interface FlowEnd {
  /** The flow's id. */
  readonly flow: string;
  readonly outcome: LoginOutcome | "failed";
}

/** What is kept of the login of one credential identity. */
export interface LoginRecord {
  readonly identity: CredentialIdentity;
  readonly kept: KeptToken | null;
  /** The login that waits for a person. */
  readonly flow: Flow | null;
  readonly ended: FlowEnd | null;
  /**
   * Milliseconds since the epoch: a renewal has begun. Whoever holds the lock
   * and finds it set knows that the one before was cut off.
   */
  readonly renewingSince: number | null;
}

/** A record that holds nothing yet. */
export function newRecord(identity: CredentialIdentity): LoginRecord {
  return { identity, kept: null, flow: null, ended: null, renewingSince: null };
}

/** Raised when the layout changes; an older program sets the file aside. */
const VERSION = 1;

/** The record as the text of a file: the one place where secrets are written. */
export function serializeRecord(record: LoginRecord): string {
  const reveal = function (this: unknown, key: string, value: unknown) {
    // They stand in the token itself.
    if (key === "claims") return undefined;
    const raw: unknown = Reflect.get(Object(this), key);
    return raw instanceof Secret ? raw.reveal() : value;
  };
  return `${JSON.stringify({ version: VERSION, ...record }, reveal, 2)}\n`;
}

/**
 * Reads what {@linkcode serializeRecord} wrote.
 *
 * @throws {SyntaxError} for anything else; the message holds nothing of it
 */
export function parseRecord(text: string): LoginRecord {
  try {
    const { version: _version, ...record } = RECORD.parse(JSON.parse(text));
    return record;
  } catch {
    throw new SyntaxError("It is not a login that this program wrote");
  }
}

const METHOD = z.enum(["device", "browser"]);

const SECRET = z.string().min(1).transform((text) => new Secret(text));

const PENDING = {
  issuerHost: z.string(),
  startedAt: z.number(),
  expiresAt: z.number(),
  otherMethods: z.array(METHOD),
  note: z.string().nullable(),
};

const FLOW = z.discriminatedUnion("method", [
  z.object({
    method: z.literal("device"),
    id: z.string(),
    login: z.object({
      ...PENDING,
      method: z.literal("device"),
      verificationUri: z.string(),
      verificationUriComplete: z.string().nullable(),
      userCode: z.string(),
    }),
    deviceCode: SECRET,
    interval: z.number(),
  }),
  z.object({
    method: z.literal("browser"),
    id: z.string(),
    login: z.object({
      ...PENDING,
      method: z.literal("browser"),
      authorizationUrl: z.string(),
      callbackHost: z.string(),
    }),
    state: SECRET,
    verifier: SECRET,
    redirectUri: z.string(),
  }),
]);

const TOKEN = z.object({
  accessToken: SECRET,
  refreshToken: SECRET.nullable(),
  expiresAt: z.number().nullable(),
  obtainedAt: z.number(),
}).transform((token): Token => ({
  ...token,
  claims: readClaims(token.accessToken.reveal()),
}));

const ENDED = z.object({
  flow: z.string(),
  outcome: z.enum(["denied", "expired", "cancelled", "failed"]),
});

const RECORD = z.object({
  version: z.literal(VERSION),
  identity: z.object({
    endpoint: z.string(),
    issuer: z.string(),
    authType: z.enum(AUTH_TYPES).nullable(),
    clientId: z.string(),
    audience: z.string(),
    scopes: z.array(z.string()),
  }),
  kept: z.object({ token: TOKEN, method: METHOD }).nullable(),
  flow: FLOW.nullable(),
  ended: ENDED.nullable(),
  renewingSince: z.number().nullable(),
});
