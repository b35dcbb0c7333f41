/** PEM texts of a CA and of a server's certificate with its key. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** What a server's certificate is like. */
export interface CertificateOptions {
  /** Host names and IPv4 addresses that it is for. @default {NAMES} */
  readonly names?: readonly string[];
  /** Its commonName. @default the first of the names */
  readonly subject?: string;
  /** What is wrong with it. @default nothing but its unknown CA */
  readonly flaw?: "expired" | "not_yet_valid" | "self_signed" | "ca_itself";
}

/** This machine, and the made-up hosts that proxies in tests know. */
export const NAMES = ["localhost", "127.0.0.1", "flyte.test", "login.test"];

/** The CA's name, as errors show it. */
export const CA_NAME = "Test CA of flyte-mcp";

/**
 * Makes a CA that nobody trusts and a certificate signed by it. They are made
 * anew, so no key lies in the repository and no date passes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export async function makeCertificates(
  { names = NAMES, subject = names[0] ?? "", flaw }: CertificateOptions = {},
): Promise<Certificates> {
  const ca = await newKeys();
  const server = await newKeys();
  const isAlone = flaw === "self_signed" || flaw === "ca_itself";
  const root = await certify({ subject: CA_NAME, extensions: [CA_ONLY] }, {
    ...{ publicKey: ca.publicKey, issuer: CA_NAME, issuerKey: ca.privateKey },
  });
  const leaf = await certify({
    subject,
    extensions: [alsoNamed(names), ...flaw === "ca_itself" ? [CA_ONLY] : []],
    validity: VALIDITIES[flaw ?? ""] ?? ALWAYS,
  }, {
    publicKey: server.publicKey,
    issuer: isAlone ? subject : CA_NAME,
    issuerKey: isAlone ? server.privateKey : ca.privateKey,
  });
  const key = await crypto.subtle.exportKey("pkcs8", server.privateKey);
  return {
    ca: pem("CERTIFICATE", isAlone ? leaf : root),
    cert: pem("CERTIFICATE", leaf),
    key: pem("PRIVATE KEY", new Uint8Array(key)),
  };
}

const SEQUENCE = 0x30;
const ED25519 = der(SEQUENCE, der(0x06, 0x2b, 0x65, 0x70));

/** UTCTime for the first half of the century, GeneralizedTime for the rest. */
const ALWAYS = validity("20200101000000Z", "21200101000000Z");

const VALIDITIES: Readonly<Record<string, Uint8Array>> = {
  expired: validity("20200101000000Z", "20210101000000Z"),
  not_yet_valid: validity("21100101000000Z", "21200101000000Z"),
};

/** basicConstraints (2.5.29.19), critical: cA TRUE. */
const CA_ONLY = der(
  SEQUENCE,
  der(0x06, 0x55, 0x1d, 0x13),
  der(0x01, 0xff),
  der(0x04, der(SEQUENCE, der(0x01, 0xff))),
);

/** subjectAltName (2.5.29.17): dNSName [2] and iPAddress [7]. */
function alsoNamed(names: readonly string[]): Uint8Array {
  const entries = names.map((name) =>
    /^[\d.]+$/.test(name)
      ? der(0x87, ...name.split(".").map(Number))
      : der(0x82, name)
  );
  return der(
    SEQUENCE,
    der(0x06, 0x55, 0x1d, 0x11),
    der(0x04, der(SEQUENCE, ...entries)),
  );
}

function validity(from: string, to: string): Uint8Array {
  const time = (text: string) =>
    text < "2050" ? der(0x17, text.slice(2)) : der(0x18, text);
  return der(SEQUENCE, time(from), time(to));
}

function newKeys(): Promise<CryptoKeyPair> {
  // Ed25519 always gives a pair; the type leaves it open.
  return crypto.subtle.generateKey("Ed25519", true, ["sign"]) as Promise<
    CryptoKeyPair
  >;
}

async function certify(
  { subject, extensions, validity = ALWAYS }: {
    subject: string;
    extensions: readonly Uint8Array[];
    validity?: Uint8Array;
  },
  { publicKey, issuer, issuerKey }: {
    publicKey: CryptoKey;
    issuer: string;
    issuerKey: CryptoKey;
  },
): Promise<Uint8Array> {
  const content = der(
    SEQUENCE,
    der(0xa0, der(0x02, 2)),
    der(0x02, ...crypto.getRandomValues(new Uint8Array(8)).fill(1, 0, 1)),
    ED25519,
    named(issuer),
    validity,
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
