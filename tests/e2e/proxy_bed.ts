/**
 * Flyte and its issuer under names that only a proxy knows, so that whatever
 * works went through it.
 */
import { assertEquals } from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import {
  type ProxyOptions,
  type RecordingProxy,
  startProxy,
} from "../http/proxy.ts";
import { openTlsBed, type TlsBed } from "../http/tls_bed.ts";
import type { Spawned } from "./spawn.ts";

/** Flyte, as the proxy is asked for it. */
export const FLYTE = "flyte.test:443";

/** The issuer. */
export const LOGIN = "login.test:443";

/** A service that needs no person. */
export const CI = {
  FLYTE_CLIENT_ID: CI_CLIENT.clientId,
  FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
};

/** Flyte and its issuer behind a proxy. */
export interface ProxyBed extends TlsBed {
  readonly proxy: RecordingProxy;
  /** A home folder of the server's own. */
  readonly home: string;
  /** All that a server needs but the proxy. */
  readonly env: Readonly<Record<string, string>>;
  /** A person's way to the pages, which is not written down. */
  readonly browse: typeof fetch;
}

/** Starts it. */
export async function openProxyBed(
  options: Omit<ProxyOptions, "hosts"> = {},
): Promise<ProxyBed> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(
    await openTlsBed({ issuerUrl: "https://login.test" }),
  );
  const hosts = { [FLYTE]: bed.flyte.port, [LOGIN]: bed.login.port };
  const proxy = stack.use(await startProxy({ hosts, ...options }));
  const other = stack.use(await startProxy({ hosts }));
  const person = stack.adopt(
    Deno.createHttpClient({
      caCerts: [bed.certificates.ca],
      proxy: { url: other.origin },
    }),
    (client) => client.close(),
  );
  const home = await Deno.makeTempDir();
  stack.defer(() => Deno.remove(home, { recursive: true }));
  const caFile = `${home}/ca.pem`;
  await Deno.writeTextFile(caFile, bed.certificates.ca);
  const owned = stack.move();
  return {
    ...bed,
    proxy,
    home,
    env: {
      HOME: home,
      FLYTE_ENDPOINT: "https://flyte.test",
      FLYTE_CA_CERT: caFile,
      // Deno would ask for its own news, through the proxy as well.
      DENO_NO_UPDATE_CHECK: "1",
    },
    browse: (input, init) => fetch(input, { ...init, client: person }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** The hosts that the proxy was asked for. */
export function targetsOf({ seen }: RecordingProxy): string[] {
  return [...new Set(seen.map(({ target }) => target))].toSorted();
}

/** Logs in by a code and asks who that was. */
export async function logIn(
  server: Spawned,
  browse: typeof fetch = fetch,
): Promise<string> {
  const { data, text } = await server.call("whoami");
  assertEquals(data.status, "login_required", text);
  await approveDevice(data.verification_uri, data.user_code, { fetch: browse });
  await server.call("auth_status", { wait_seconds: 20 });
  return (await server.call("whoami")).data.status;
}
