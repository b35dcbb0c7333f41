/** Whether a request brings a token that counts. */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createLocalJWKSet, errors, jwtVerify } from "jose";
import type { PublicKey } from "../issuer/signing_key.ts";

/** Whose tokens are accepted; the sandbox's issuer is one. */
export interface TokenIssuer {
  readonly url: string;
  readonly audience: string;
  readonly jwks: { readonly keys: PublicKey[] };
}

export type BearerProblem =
  | "missing"
  | "malformed"
  | "signature"
  | "expired"
  | "claims"
  | "revoked";

export interface BearerCheck {
  readonly token: string | undefined;
  /** `undefined` if the token is good. */
  readonly problem: BearerProblem | undefined;
}

export interface BearerVerifier {
  check(req: IncomingMessage): Promise<BearerCheck>;
  /** Refuses this token from now on, whatever its claims say. */
  revoke(token: string): void;
}

/** What the log shows of a token: enough to tell two apart, no more. */
export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 16);
}

export function bearerToken(
  req: IncomingMessage,
  tokenHeader: string,
): string | undefined {
  return /^Bearer (\S+)$/i.exec(`${req.headers[tokenHeader] ?? ""}`)?.[1];
}

export function createBearerVerifier(
  issuer: TokenIssuer,
  { tokenHeader, now }: { tokenHeader: string; now(): number },
): BearerVerifier {
  const keys = createLocalJWKSet(issuer.jwks);
  const revoked = new Set<string>();
  return {
    async check(req) {
      const token = bearerToken(req, tokenHeader);
      if (token === undefined) return { token, problem: "missing" };
      if (revoked.has(tokenHash(token))) return { token, problem: "revoked" };
      try {
        await jwtVerify(token, keys, {
          issuer: issuer.url,
          audience: issuer.audience,
          algorithms: ["RS256"],
          requiredClaims: ["exp", "sub"],
          currentDate: new Date(now()),
        });
        return { token, problem: undefined };
      } catch (error) {
        return { token, problem: problemOf(error) };
      }
    },
    revoke: (token) => void revoked.add(tokenHash(token)),
  };
}

function problemOf(error: unknown): BearerProblem {
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWTClaimValidationFailed) return "claims";
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey
  ) {
    return "signature";
  }
  if (error instanceof errors.JOSEError) return "malformed";
  throw error;
}
