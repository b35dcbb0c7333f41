/** The key pair that tokens are signed with, made anew by each issuer. */

export interface PublicKey extends JsonWebKey {
  readonly kid: string;
  readonly kty: string;
}

export interface SigningKey {
  readonly privateKey: JsonWebKey & { readonly kid: string };
  readonly publicKey: PublicKey;
}

/** Takes a fifth of a second, so a test file may want to share one. */
export async function generateSigningKey(): Promise<SigningKey> {
  const pair = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      hash: "SHA-256",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    ["sign", "verify"],
  );
  const kid = `sandbox-${crypto.randomUUID()}`;
  const { key_ops: _, ext: __, ...jwk } = await crypto.subtle.exportKey(
    "jwk",
    pair.privateKey,
  );
  const shared = { kid, use: "sig", alg: "RS256" };
  const { n = "", e = "" } = jwk;
  return {
    privateKey: { ...jwk, ...shared },
    publicKey: { kty: "RSA", n, e, ...shared },
  };
}
