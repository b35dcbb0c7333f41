/**
 * The sandbox's authorization server: a real one (oidc-provider) on a loopback
 * port, with made-up accounts and clients, which misbehaves when told to.
 */
import type { RequestListener } from "node:http";
import { listenOnLoopback } from "../loopback.ts";
import { createConfiguration } from "./configuration.ts";
import { type IssuerFault, type IssuerFaults, issuerFaults } from "./faults.ts";
import { createLayer } from "./layer.ts";
import { loadProvider, type Provider } from "./oidc_provider.ts";
import {
  type IssuerOptions,
  type IssuerSettings,
  resolveOptions,
} from "./options.ts";
import type { IssuerRequest } from "./request.ts";
import type { PublicKey } from "./signing_key.ts";
import { createStorage, type Storage } from "./storage.ts";
import { FaultQueue } from "./wire_faults.ts";

export interface Issuer extends AsyncDisposable {
  /** The issuer's identifier and origin, such as "http://127.0.0.1:49152". */
  readonly url: string;
  /** Where it listens; not its `url` if another one is published. */
  readonly address: string;
  /** The `aud` of a token when none is asked for. */
  readonly audience: string;
  /** The public keys, as `jwks_uri` gives them. */
  readonly jwks: { readonly keys: PublicKey[] };
  readonly faults: IssuerFaults;
  /** What it was asked, in order: the latest 10,000. */
  readonly requests: readonly IssuerRequest[];
  /** Every token, code and secret it gave out or was sent. */
  readonly secrets: ReadonlySet<string>;
  /** Lets all codes or refresh tokens of this moment expire at once. */
  expire(what: "device_codes" | "refresh_tokens"): void;
  close(): Promise<void>;
}

/** Starts an issuer on 127.0.0.1; dispose of it to stop. */
export async function startIssuer(
  options: IssuerOptions = {},
): Promise<Issuer> {
  const settings = await resolveOptions(options);
  const storage = createStorage(settings);
  const faults = new FaultQueue<IssuerRequest, IssuerFault>();
  const requests: IssuerRequest[] = [];
  const secrets = new Set<string>();
  const closing = new AbortController();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => closing.abort());
  // The provider's own address is part of its configuration, so it comes last.
  const provided = Promise.withResolvers<RequestListener>();
  const { port, url: address } = stack.use(
    await listenOnLoopback(
      (req, res) => provided.promise.then((answer) => answer(req, res)),
      settings.port,
    ),
  );
  const url = settings.publicUrl ?? address;
  const provider = await createProvider(url, { settings, storage, port });
  const clock = { ...settings, signal: closing.signal };
  const log = { faults, requests, secrets };
  provider.use(createLayer({ ...settings, ...log, provider, clock }));
  provided.resolve(knownAs(url, provider.callback()));
  const owned = stack.move();
  return {
    url,
    address,
    audience: settings.audience,
    jwks: { keys: [settings.signingKey.publicKey] },
    faults: issuerFaults(faults),
    requests,
    secrets,
    expire: (what) =>
      storage.expire(what === "device_codes" ? "DeviceCode" : "RefreshToken"),
    close: () => owned.disposeAsync(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** By these headers the provider knows its own address, whatever it is called by. */
function knownAs(url: string, answer: RequestListener): RequestListener {
  const { protocol, host } = new URL(url);
  return (req, res) => {
    req.headers["x-forwarded-proto"] = protocol.slice(0, -1);
    req.headers["x-forwarded-host"] = host;
    answer(req, res);
  };
}

async function createProvider(
  url: string,
  { settings, storage, port }: {
    settings: IssuerSettings;
    storage: Storage;
    port: number;
  },
): Promise<Provider> {
  const { Provider, errors } = await loadProvider();
  const { InvalidTarget } = errors;
  const provider = new Provider(
    url,
    createConfiguration({ ...settings, storage, port, InvalidTarget }),
  );
  // Its errors go into the log of requests instead of onto the console.
  provider.silent = true;
  provider.proxy = true;
  return provider;
}
