/** PEM texts of a private CA and of a server on this machine. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * Makes a CA that nobody trusts and, signed by it, a certificate for localhost
 * and 127.0.0.1. They are made anew, so no key lies in the repository and no
 * date passes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export async function makeCertificates(): Promise<Certificates> {
  const ca = await newKeys();
  const server = await newKeys();
  const key = await crypto.subtle.exportKey("pkcs8", server.privateKey);
  const root = { subject: "Test CA of flyte-mcp", extensions: [CA_ONLY] };
  const leaf = { subject: "localhost", extensions: [ALSO_LOCALHOST] };
  return {
    ca: pem("CERTIFICATE", await certify(root, ca, ca.privateKey)),
    cert: pem("CERTIFICATE", await certify(leaf, server, ca.privateKey)),
    key: pem("PRIVATE KEY", new Uint8Array(key)),
  };
}

const SEQUENCE = 0x30;
const ED25519 = der(SEQUENCE, der(0x06, 0x2b, 0x65, 0x70));

/** basicConstraints (2.5.29.19), critical: cA TRUE. */
const CA_ONLY = der(
  SEQUENCE,
  der(0x06, 0x55, 0x1d, 0x13),
  der(0x01, 0xff),
  der(0x04, der(SEQUENCE, der(0x01, 0xff))),
);

/** subjectAltName (2.5.29.17): localhost and 127.0.0.1. */
const ALSO_LOCALHOST = der(
  SEQUENCE,
  der(0x06, 0x55, 0x1d, 0x11),
  der(0x04, der(SEQUENCE, der(0x82, "localhost"), der(0x87, 127, 0, 0, 1))),
);

function newKeys(): Promise<CryptoKeyPair> {
  // Ed25519 always gives a pair; the type leaves it open.
  return crypto.subtle.generateKey("Ed25519", true, ["sign"]) as Promise<
    CryptoKeyPair
  >;
}

async function certify(
  { subject, extensions }: { subject: string; extensions: Uint8Array[] },
  { publicKey }: CryptoKeyPair,
  issuerKey: CryptoKey,
): Promise<Uint8Array> {
  const content = der(
    SEQUENCE,
    der(0xa0, der(0x02, 2)),
    der(0x02, ...crypto.getRandomValues(new Uint8Array(8)).fill(1, 0, 1)),
    ED25519,
    named("Test CA of flyte-mcp"),
    der(SEQUENCE, der(0x17, "200101000000Z"), der(0x18, "21200101000000Z")),
    named(subject),
    new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)),
    der(0xa3, der(SEQUENCE, ...extensions)),
  );
  const signature = await crypto.subtle.sign("Ed25519", issuerKey, content);
  const bits = der(0x03, 0, new Uint8Array(signature));
  return der(SEQUENCE, content, ED25519, bits);
}

/** A distinguished name of one commonName (2.5.4.3). */
function named(text: string): Uint8Array<ArrayBuffer> {
  const name = der(SEQUENCE, der(0x06, 0x55, 0x04, 0x03), der(0x0c, text));
  return der(SEQUENCE, der(0x31, name));
}

/** One DER element: tag, length, content. */
function der(
  tag: number,
  ...content: (Uint8Array | number | string)[]
): Uint8Array<ArrayBuffer> {
  const bytes = content.flatMap((part) =>
    typeof part === "number"
      ? part
      : [...typeof part === "string" ? new TextEncoder().encode(part) : part]
  );
  const { length } = bytes;
  const size = length < 0x80
    ? [length]
    : length < 0x100
    ? [0x81, length]
    : [0x82, length >> 8, length & 0xff];
  return Uint8Array.of(tag, ...size, ...bytes);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().replace(/.{64}/g, "$&\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
