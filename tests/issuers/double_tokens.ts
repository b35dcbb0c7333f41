import { createHash } from "node:crypto";
import { importJWK, SignJWT } from "jose";
import {
  generateSigningKey,
  type PublicKey,
} from "../../sandbox/issuer/signing_key.ts";
import type { Answer, Login, Mint } from "./vendor.ts";

/** One key for all doubles of a test file: making one takes a while. */
const { privateKey, publicKey } = await generateSigningKey();

/** What an ingress checks the doubles' tokens with. */
export const PUBLIC_KEY: PublicKey = publicKey;

/** Makes the tokens of one issuer. */
export function mintFor(issuer: string): Mint {
  return {
    jwt: async (claims) =>
      await new SignJWT({ iss: issuer, sub: "ada", ...claims })
        .setProtectedHeader({ alg: "RS256", kid: privateKey.kid })
        .setExpirationTime("1h")
        .sign(await importJWK(privateKey, "RS256")),
    opaque: (prefix) => `${prefix}made-up-${crypto.randomUUID()}`,
  };
}

/** A refusal as it stands in the address of a redirect. */
export function errorOf({ body }: Answer): Record<string, string> {
  if (typeof body === "string") return { error: "server_error" };
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, `${value}`]),
  );
}

/** RFC 7636 section 4.6, and the redirect URI of the request. */
export function isProof(
  { query }: Login,
  parameters: ReadonlyMap<string, string>,
): boolean {
  const verifier = parameters.get("code_verifier") ?? "";
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  return query.get("code_challenge") === challenge &&
    query.get("redirect_uri") === parameters.get("redirect_uri");
}
