/**
 * What a control plane may name as its issuer before anything secret is sent
 * there: https, on this machine only for a Flyte on this machine, and only who
 * is pinned where somebody is.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { AuthMetadataService } from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { connectServer } from "../harness.ts";
import { serveFlyte } from "../tools/beds.ts";
import { type Network, openNetwork } from "./network.ts";

const FLYTE = "https://flyte.example.com";
const ISSUER = "https://issuer.example.com";
const SECRET = CI_CLIENT.secret ?? "";
const CI = {
  FLYTE_CLIENT_ID: CI_CLIENT.clientId,
  FLYTE_CLIENT_SECRET: SECRET,
};

/** What a Flyte publishes of its login. */
interface Published {
  readonly issuer?: string;
  readonly tokenEndpoint?: string;
  readonly deviceAuthorizationEndpoint?: string;
  readonly authorizationEndpoint?: string;
}

/** A Flyte far away that publishes this, before a network that remembers. */
async function openFar(published: Published) {
  const stack = new AsyncDisposableStack();
  const flyte = stack.use(
    await serveFlyte((router) =>
      router.service(AuthMetadataService, {
        getOAuth2Metadata: () => published,
        getPublicClientConfig: () => ({
          clientId: "flyte-cli",
          redirectUri: "http://localhost:53593/callback",
        }),
      })
    ),
  );
  const sandbox = stack.use(
    await startSandbox({ auth: "device", seeded: false }),
  );
  const network = stack.use(
    openNetwork({ [FLYTE]: flyte.url, [ISSUER]: sandbox.issuer?.url }),
  );
  return {
    ...network,
    flyteUrl: flyte.url,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The hosts that were called, each once. */
function hostsOf({ sent }: Pick<Network, "sent">): string[] {
  return [...new Set(sent.map(({ url }) => url.host))];
}

Deno.test("the client secret goes to the issuer that Flyte publishes, and nowhere else", async () => {
  await using far = await openFar({ tokenEndpoint: `${ISSUER}/token` });
  await using server = await connectServer(FLYTE, {
    env: { ...CI, FLYTE_MCP_TRUSTED_ISSUERS: "issuer.example.com" },
    fetch: far.fetch,
  });
  await server.call("list_projects");
  const encoded = new URLSearchParams({ "": SECRET }).toString().slice(1);
  const basic = btoa(`${CI_CLIENT.clientId}:${encoded}`);
  assertEquals(far.carried("issuer.example.com", basic), true);
  for (const text of [basic, SECRET]) {
    assertEquals(far.carried("flyte.example.com", text), false);
  }
  assertEquals(hostsOf(far), ["flyte.example.com", "issuer.example.com"]);
});

/** What a pin of `issuer.example.com` keeps away. */
const STRANGERS = [
  `${FLYTE}/oauth2/token`,
  "https://evil.example/token",
  "https://issuer.example.com.evil.example/token",
  "https://evil.issuer.example.com/token",
  "https://issuer.example.com:8443/token",
  "https://issuer.example.com./token",
  "https://іssuer.example.com/token",
];

for (const tokenEndpoint of STRANGERS) {
  const name = new URL(tokenEndpoint).host;
  Deno.test(`${name} as token endpoint gets no secret where another issuer is pinned`, async () => {
    await using far = await openFar({ tokenEndpoint });
    await using server = await connectServer(FLYTE, {
      env: { ...CI, FLYTE_MCP_TRUSTED_ISSUERS: "https://issuer.example.com/" },
      fetch: far.fetch,
    });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.error.code, "grant_not_allowed", text);
    assertMatch(text, /FLYTE_MCP_TRUSTED_ISSUERS allows issuer\.example\.com/);
    assertMatch(text, /Nothing was sent there/);
    assertEquals(hostsOf(far), ["flyte.example.com"]);
    assertEquals(
      far.sent.filter(({ headers }) => headers.has("authorization")),
      [],
    );
  });
}

for (
  const key of [
    "tokenEndpoint",
    "deviceAuthorizationEndpoint",
    "authorizationEndpoint",
  ] as const
) {
  Deno.test(`a person is not sent to an unpinned ${key}`, async () => {
    await using far = await openFar({
      tokenEndpoint: `${ISSUER}/token`,
      deviceAuthorizationEndpoint: `${ISSUER}/device/auth`,
      authorizationEndpoint: `${ISSUER}/auth`,
      [key]: "https://evil.example/here",
    });
    await using server = await connectServer(FLYTE, {
      env: { FLYTE_MCP_TRUSTED_ISSUERS: "issuer.example.com" },
      fetch: far.fetch,
    });
    for (const args of [{}, { method: "browser" }]) {
      const { data, text } = await server.call("login", args);
      assertEquals(data.error.code, "grant_not_allowed", text);
    }
    assertEquals(hostsOf(far), ["flyte.example.com"]);
  });
}

for (
  const tokenEndpoint of [
    "http://issuer.example.com/token",
    "https://issuer.example.com@evil.example/token",
    "https://user:made-up@issuer.example.com/token",
    "ftp://issuer.example.com/token",
    "javascript:alert(1)",
    "/token",
  ]
) {
  Deno.test(`no secret goes to a token endpoint such as ${tokenEndpoint}`, async () => {
    await using far = await openFar({ tokenEndpoint });
    await using server = await connectServer(FLYTE, {
      env: CI,
      fetch: far.fetch,
    });
    const { data, text } = await server.call("list_projects");
    assertEquals(data.error.code, "grant_not_allowed", text);
    assertEquals(hostsOf(far), ["flyte.example.com"]);
  });
}

Deno.test("a Flyte far away cannot have ports of this machine called", async () => {
  const called: (string | undefined)[] = [];
  await using local = await listenOnLoopback((request, response) => {
    called.push(request.url);
    response.end("{}");
  }, 0);
  for (
    const published of [
      { tokenEndpoint: `${local.url}/token` },
      {
        tokenEndpoint: `${ISSUER}/token`,
        deviceAuthorizationEndpoint: `${local.url}/device`,
      },
      // It would be asked how to revoke a token.
      { tokenEndpoint: `${ISSUER}/token`, issuer: local.url },
    ]
  ) {
    await using far = await openFar(published);
    for (const env of [CI, {}]) {
      const options = { env, fetch: far.fetch };
      await using server = await connectServer(FLYTE, options);
      const { data, text } = await server.call("login");
      assertEquals(data.error.code, "grant_not_allowed", text);
      assertMatch(text, /is not safe/);
    }
    assertEquals(hostsOf(far), ["flyte.example.com"]);
  }
  assertEquals(called, []);
});

Deno.test("no token goes to a Flyte by plain http, unless it is on this machine", async () => {
  const plain = "http://flyte.example.com";
  await using far = await openFar({
    tokenEndpoint: `${ISSUER}/token`,
    deviceAuthorizationEndpoint: `${ISSUER}/device/auth`,
  });
  using network = openNetwork({ [plain]: far.flyteUrl });
  await using service = await connectServer(plain, {
    env: CI,
    fetch: network.fetch,
  });
  const configured = await service.call("list_projects");
  assertEquals(configured.data.error.code, "config_conflict");
  assertEquals(network.sent, []);
  await using person = await connectServer(plain, { fetch: network.fetch });
  const { data, text } = await person.call("login");
  assertEquals(data.error.code, "grant_not_allowed", text);
  assertMatch(text, /in clear text/);
  assertEquals(hostsOf(network), ["flyte.example.com"]);
});
