import { assertEquals, assertRejects } from "@std/assert";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createRouterTransport,
  type HandlerContext,
} from "@connectrpc/connect";
import {
  AuthMetadataService,
  type GetOAuth2MetadataResponseSchema,
  type GetPublicClientConfigResponseSchema,
} from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import type { ClientConfigOverride } from "../../src/auth/client_config.ts";
import { RemoteClientConfigStore } from "../../src/client/config_store.ts";

type Metadata = MessageInitShape<typeof GetOAuth2MetadataResponseSchema>;
type PublicClient = MessageInitShape<
  typeof GetPublicClientConfigResponseSchema
>;

const METADATA: Metadata = {
  issuer: "https://acme.okta.example",
  authorizationEndpoint: "https://acme.okta.example/authorize",
  tokenEndpoint: "https://acme.okta.example/token",
  deviceAuthorizationEndpoint: "https://acme.okta.example/device",
  tokenEndpointAuthMethodsSupported: ["client_secret_post"],
};

const CLIENT: PublicClient = {
  clientId: "flyte-cli",
  redirectUri: "http://localhost:53593/callback",
  scopes: ["all", "offline_access"],
  authorizationMetadataKey: "flyte-authorization",
  audience: "https://flyte.example.com",
};

/** What a control plane answers; each may throw. */
interface Answers {
  readonly metadata?: (context: HandlerContext) => Metadata | Promise<Metadata>;
  readonly client?: () => PublicClient;
  readonly override?: ClientConfigOverride;
}

function open(
  {
    metadata = () => METADATA,
    client = () => CLIENT,
    override = {},
  }: Answers = {},
) {
  const calls = { metadata: 0, client: 0 };
  const transport = createRouterTransport((router) =>
    router.service(AuthMetadataService, {
      getOAuth2Metadata(_request, context) {
        calls.metadata++;
        return metadata(context);
      },
      getPublicClientConfig() {
        calls.client++;
        return client();
      },
    })
  );
  const store = new RemoteClientConfigStore(transport, {
    override,
    fetch: () => Promise.reject(new TypeError("Nobody is asked")),
  });
  return {
    calls,
    get: (signal = new AbortController().signal) => store.get(signal),
  };
}

function refuse(code: Code): () => never {
  return () => {
    throw new ConnectError("no", code);
  };
}

Deno.test("RemoteClientConfigStore joins what both calls publish", async () => {
  const { get } = open();
  assertEquals(await get(), {
    hasLogin: true,
    issuer: "https://acme.okta.example",
    authorizationEndpoint: "https://acme.okta.example/authorize",
    tokenEndpoint: "https://acme.okta.example/token",
    deviceAuthorizationEndpoint: "https://acme.okta.example/device",
    tokenEndpointAuthMethods: ["client_secret_post"],
    redirectUri: "http://localhost:53593/callback",
    clientId: "flyte-cli",
    scopes: ["all", "offline_access"],
    audience: "https://flyte.example.com",
    headerKey: "flyte-authorization",
  });
});

Deno.test("RemoteClientConfigStore asks once for all who ask at the same time", async () => {
  const { get, calls } = open();
  const answers = await Promise.all(Array.from({ length: 20 }, () => get()));
  assertEquals(calls, { metadata: 1, client: 1 });
  assertEquals(new Set(answers).size, 1);
});

Deno.test("RemoteClientConfigStore remembers what it was told", async () => {
  const { get, calls } = open();
  const first = await get();
  assertEquals(await get(), first);
  assertEquals(calls, { metadata: 1, client: 1 });
});

Deno.test("RemoteClientConfigStore does not remember a failure", async () => {
  let down = true;
  const { get, calls } = open({
    metadata: () => down ? refuse(Code.Unavailable)() : METADATA,
  });
  const error = await assertRejects(() => get(), ConnectError);
  assertEquals(error.code, Code.Unavailable);
  await assertRejects(() => get(), ConnectError);
  down = false;
  assertEquals((await get()).hasLogin, true);
  await get();
  assertEquals(calls.metadata, 3);
});

Deno.test("RemoteClientConfigStore gives one call up when the other fails", async () => {
  const givenUp = Promise.withResolvers<void>();
  const { get } = open({
    metadata: async ({ signal }) => {
      signal.addEventListener("abort", () => givenUp.resolve());
      await givenUp.promise;
      return METADATA;
    },
    client: refuse(Code.PermissionDenied),
  });
  const error = await assertRejects(() => get(), ConnectError);
  assertEquals(error.code, Code.PermissionDenied);
  await givenUp.promise;
});

Deno.test("RemoteClientConfigStore fails for all who waited for the same answer", async () => {
  const { get, calls } = open({ metadata: refuse(Code.Unavailable) });
  const settled = await Promise.allSettled([get(), get(), get()]);
  assertEquals(settled.map(({ status }) => status), Array(3).fill("rejected"));
  assertEquals(calls.metadata, 1);
});

Deno.test("RemoteClientConfigStore knows no login where the metadata is unimplemented", async () => {
  const { get, calls } = open({ metadata: refuse(Code.Unimplemented) });
  const config = await get();
  assertEquals(config.hasLogin, false);
  assertEquals(config.issuer, null);
  assertEquals(config.clientId, "flyte-cli");
  assertEquals(config.headerKey, "flyte-authorization");
  await get();
  assertEquals(calls.metadata, 1);
});

Deno.test("RemoteClientConfigStore does without a public client", async () => {
  const { get } = open({ client: refuse(Code.Unimplemented) });
  const config = await get();
  assertEquals(config.hasLogin, true);
  assertEquals(config.clientId, null);
  assertEquals(config.scopes, []);
  assertEquals(config.headerKey, "authorization");
});

for (const code of [Code.Unavailable, Code.Internal, Code.PermissionDenied]) {
  Deno.test(`RemoteClientConfigStore does not take ${Code[code]} for no login`, async () => {
    for (
      const answers of [{ metadata: refuse(code) }, { client: refuse(code) }]
    ) {
      const error = await assertRejects(
        () => open(answers).get(),
        ConnectError,
      );
      assertEquals(error.code, code);
    }
  });
}

Deno.test("RemoteClientConfigStore takes empty text for nothing", async () => {
  const { get } = open({ metadata: () => ({}), client: () => ({}) });
  assertEquals(await get(), {
    hasLogin: true,
    issuer: null,
    authorizationEndpoint: null,
    tokenEndpoint: null,
    deviceAuthorizationEndpoint: null,
    tokenEndpointAuthMethods: [],
    redirectUri: null,
    clientId: null,
    scopes: [],
    audience: null,
    headerKey: "authorization",
  });
});

for (
  const [published, used] of [
    ["", "authorization"],
    ["  ", "authorization"],
    ["Authorization", "authorization"],
    ["Flyte-Authorization", "flyte-authorization"],
    [" FLYTE-AUTHORIZATION ", "flyte-authorization"],
  ] as const
) {
  Deno.test(`RemoteClientConfigStore sends tokens under "${used}" for "${published}"`, async () => {
    const client = { ...CLIENT, authorizationMetadataKey: published };
    assertEquals((await open({ client: () => client }).get()).headerKey, used);
  });
}

Deno.test("RemoteClientConfigStore lays local settings over what is published", async () => {
  const override = { clientId: "mine", audience: "https://mine.example" };
  const config = await open({ override }).get();
  assertEquals(config.clientId, "mine");
  assertEquals(config.audience, "https://mine.example");
  assertEquals(config.scopes, ["all", "offline_access"]);
  const scoped = await open({ override: { scopes: [] } }).get();
  assertEquals(scoped.scopes, []);
  assertEquals(scoped.clientId, "flyte-cli");
});

Deno.test("RemoteClientConfigStore keeps the published header beside any local setting", async () => {
  const settings = [
    { clientId: "mine" },
    { scopes: ["openid"], audience: "https://mine.example" },
    { tokenEndpoint: "https://mine.example/token" },
  ];
  for (const override of settings) {
    assertEquals(
      (await open({ override }).get()).headerKey,
      "flyte-authorization",
    );
  }
});

Deno.test("RemoteClientConfigStore goes on for others when one gives up", async () => {
  const answer = Promise.withResolvers<Metadata>();
  const { get, calls } = open({ metadata: () => answer.promise });
  const impatient = new AbortController();
  const one = get(impatient.signal);
  const other = get();
  impatient.abort(new RangeError("Gave up"));
  await assertRejects(() => one, RangeError, "Gave up");
  answer.resolve(METADATA);
  assertEquals((await other).clientId, "flyte-cli");
  assertEquals(calls.metadata, 1);
});
