/** A sandbox with TLS in front of Flyte and of its issuer. */
import { generateSigningKey } from "../../sandbox/issuer/signing_key.ts";
import type { Issuer } from "../../sandbox/issuer/mod.ts";
import { startIssuer } from "../../sandbox/issuer/mod.ts";
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from "../../sandbox/mod.ts";
import { createFetch, type Fetch } from "../../src/http/fetch.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { startTlsFront, type TlsFront } from "./tls_front.ts";

/** Where tests say that the CA's file is. */
export const CA_FILE = "/etc/flyte/ca.pem";

const signingKey = await generateSigningKey();

/** How the bed is made. */
export interface TlsBedOptions {
  /** Whether Flyte publishes the issuer. @default {"device"} */
  readonly auth?: SandboxOptions["auth"];
  /** What the issuer calls itself. @default the front's own address */
  readonly issuerUrl?: string;
  /** Of both fronts. @default trusted by `caCert` */
  readonly certificates?: Certificates;
}

/** A sandbox that is reached by https. */
export interface TlsBed extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly issuer: Issuer;
  readonly flyte: TlsFront;
  readonly login: TlsFront;
  readonly certificates: Certificates;
  /** Environment and file of a server that trusts the CA. */
  readonly trusting: {
    readonly env: Readonly<Record<string, string>>;
    readonly files: Readonly<Record<string, string>>;
  };
  /** A person's own way to the pages. */
  readonly browse: typeof fetch;
}

/** Starts it; every connection that was made over TLS is counted. */
export async function openTlsBed(
  { auth = "device", issuerUrl, certificates: given }: TlsBedOptions = {},
): Promise<TlsBed> {
  await using stack = new AsyncDisposableStack();
  const certificates = given ?? await makeCertificates();
  let flyteAt = "";
  let issuerAt = "";
  const flyte = stack.use(await startTlsFront(certificates, () => flyteAt));
  const login = stack.use(await startTlsFront(certificates, () => issuerAt));
  const options = {
    publicUrl: issuerUrl ?? login.origin,
    signingKey,
    interval: 0.05,
    enforceInterval: false,
  };
  const sandbox = stack.use(
    await startSandbox({ auth, issuer: options, seeded: false }),
  );
  const issuer = sandbox.issuer ?? stack.use(await startIssuer(options));
  flyteAt = sandbox.endpoint;
  issuerAt = issuer.address;
  const person = stack.adopt(
    Deno.createHttpClient({ caCerts: [certificates.ca] }),
    (client) => client.close(),
  );
  const owned = stack.move();
  return {
    ...{ sandbox, issuer, flyte, login, certificates },
    trusting: {
      env: { FLYTE_CA_CERT: CA_FILE },
      files: { [CA_FILE]: certificates.ca },
    },
    browse: (input, init) => fetch(input, { ...init, client: person }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A fetch that trusts the CA but for the paths that are named. */
export interface Distrusting extends Disposable {
  readonly fetch: Fetch;
  /** Which calls are made without the CA from now on. */
  distrust(path: RegExp): void;
}

/** Makes one; `probe` and all else is as in the program. */
export function distrusting(
  { certificates }: TlsBed,
  options: Omit<Parameters<typeof createFetch>[0], "caCert">,
): Distrusting {
  const stack = new DisposableStack();
  const good = stack.use(createFetch({ ...options, caCert: certificates.ca }));
  const bad = stack.use(createFetch({ ...options, caCert: null }));
  let untrusted: RegExp | null = null;
  return {
    fetch: (url, init) =>
      untrusted?.test(new URL(url).pathname) ? bad(url, init) : good(url, init),
    distrust(path) {
      untrusted = path;
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}
