import { createServer, type Server } from "node:http";
import { assertEquals } from "@std/assert";
import type { IssuerOptions } from "../../../sandbox/plane/auth/issuer.ts";
import { readRecorded } from "./replay/recorded.ts";
import { Replay } from "./replay/replay.ts";
import { servePlane } from "./replay/served_plane.ts";

const START_MS = Date.parse("2026-11-22T18:35:58Z");

/** The issuer of the recording, with more in its document than Flyte passes on. */
function documentOf(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    response_types_supported: ["code"],
    scopes_supported: ["openid", "all", "offline_access"],
    token_endpoint_auth_methods_supported: ["client_secret_basic", "none"],
    jwks_uri: `${issuer}/jwks`,
    code_challenge_methods_supported: ["S256"],
    grant_types_supported: [
      "authorization_code",
      "refresh_token",
      "client_credentials",
      "urn:ietf:params:oauth:grant-type:device_code",
    ],
    device_authorization_endpoint: `${issuer}/device`,
    revocation_endpoint: `${issuer}/revoke`,
    registration_endpoint: `${issuer}/register`,
  };
}

/** A stub issuer that knows one document, counts who asks for it, and can go away. */
class StubIssuer implements AsyncDisposable {
  requests = 0;
  url = "";
  readonly #server: Server;

  constructor() {
    this.#server = createServer((_request, response) => {
      this.requests++;
      response.writeHead(200, {
        "content-type": "application/json",
        connection: "close",
      });
      response.end(JSON.stringify(documentOf(this.url)));
    });
  }

  async listen(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.listen(0, "127.0.0.1", resolve);
    await promise;
    const address = this.#server.address();
    const port = typeof address === "object" ? address?.port : 0;
    this.url = `http://127.0.0.1:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }
}

function optionsOf(url: string): IssuerOptions {
  return {
    url,
    client: {
      clientId: "flyte-cli",
      redirectUri: "http://localhost:53593/callback",
      scopes: ["all", "offline_access"],
      audience: "https://flyte.example.com",
    },
  };
}

/** Sleeps of a second are over at once and counted; deadlines never come. */
function createSleeps() {
  const slept: number[] = [];
  const sleep = (ms: number, signal: AbortSignal) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => reject(signal.reason));
    if (ms === 1_000) {
      slept.push(ms);
      resolve();
    }
    return promise;
  };
  return { slept, sleep };
}

Deno.test("plane answers as recorded with an issuer that is up, then gone", async () => {
  const { sleep } = createSleeps();
  await using issuer = new StubIssuer();
  await issuer.listen();
  await using served = await servePlane({
    now: () => START_MS,
    sleep,
    issuer: optionsOf(issuer.url),
  });
  const replay = replayOn(served.client);
  for (const exchange of readRecorded("identity-with-idp")) {
    if (exchange.case.includes("gone")) await issuer[Symbol.asyncDispose]();
    await replay.exchange(exchange);
  }
  assertEquals(issuer.requests, 1);
});

Deno.test("plane answers as recorded with an issuer that is gone", async () => {
  const { slept, sleep } = createSleeps();
  const issuer = new StubIssuer();
  await issuer.listen();
  await issuer[Symbol.asyncDispose]();
  await using served = await servePlane({
    now: () => START_MS,
    sleep,
    issuer: optionsOf(issuer.url),
  });
  const replay = replayOn(served.client);
  const [first, ...others] = readRecorded("identity-idp-gone");
  if (first) await replay.exchange(first);
  assertEquals(slept, [1_000, 1_000, 1_000, 1_000]);
  for (const exchange of others) await replay.exchange(exchange);
});

function replayOn(client: ConstructorParameters<typeof Replay>[0]["client"]) {
  const clock = {
    now: () => START_MS,
    sleep: () => Promise.resolve(),
    advance() {},
  };
  return new Replay({ client, clock, putObject() {} });
}
