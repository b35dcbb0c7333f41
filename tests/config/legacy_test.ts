/** What the names of flytekit mean, for environments that have them still. */
import { assertEquals } from "@std/assert";
import { type Config, resolveConfig } from "../../src/config/mod.ts";
import { sourcesOf } from "./machine.ts";
import { revealed } from "./samples.ts";

type Env = Readonly<Record<string, string>>;

/** A configuration from these variables, which must be one without faults. */
function resolve(env: Env): Config {
  const { config, faults, notices } = resolveConfig(sourcesOf({
    env: { FLYTE_PLATFORM_URL: "dns:///flyte.example.com", ...env },
  }));
  assertEquals([faults, notices], [[], []]);
  return config;
}

const CI = {
  FLYTE_CREDENTIALS_CLIENT_ID: "ci",
  FLYTE_CREDENTIALS_CLIENT_SECRET: "made-up",
};

const MODES: [string, Env, Config["authType"]][] = [
  ["basic", CI, {
    value: "ClientSecret",
    source: "FLYTE_CREDENTIALS_AUTH_MODE",
  }],
  ["BASIC", CI, {
    value: "ClientSecret",
    source: "FLYTE_CREDENTIALS_AUTH_MODE",
  }],
  ["standard", {}, { value: "Pkce", source: "FLYTE_CREDENTIALS_AUTH_MODE" }],
  ["external_process", { FLYTE_CREDENTIALS_COMMAND: "token" }, {
    value: "ExternalCommand",
    source: "FLYTE_CREDENTIALS_AUTH_MODE",
  }],
];

Deno.test.each(MODES)(
  "FLYTE_CREDENTIALS_AUTH_MODE=%s is what it was",
  (mode, env, expected) => {
    const config = resolve({ FLYTE_CREDENTIALS_AUTH_MODE: mode, ...env });
    assertEquals(config.authType, expected);
  },
);

Deno.test("FLYTE_CREDENTIALS_CLIENT_ID and _SECRET are the service's own login", () => {
  const { authType, clientId, clientSecret } = resolve(CI);
  assertEquals(authType?.value, "ClientSecret");
  assertEquals(clientId?.value, "ci");
  assertEquals(revealed(clientSecret), "made-up");
});

Deno.test("FLYTE_CREDENTIALS_SCOPE is one scope, and beats the lists", () => {
  const { scopes } = resolve({
    FLYTE_CREDENTIALS_SCOPE: "flyte-ci",
    FLYTE_CREDENTIALS_OAUTH_SCOPES: "openid,profile",
    FLYTE_CREDENTIALS_SCOPES: "openid",
  });
  assertEquals(scopes, {
    value: ["flyte-ci"],
    source: "FLYTE_CREDENTIALS_SCOPE",
  });
});

Deno.test.each([
  ["FLYTE_CREDENTIALS_OAUTH_SCOPES"],
  ["FLYTE_CREDENTIALS_SCOPES"],
])("%s is a list", (source) => {
  const { scopes } = resolve({ [source]: "openid,offline" });
  assertEquals(scopes, { value: ["openid", "offline"], source });
});

Deno.test("FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY is a header's name in lower case", () => {
  const { authHeader } = resolve({
    FLYTE_CREDENTIALS_AUTHORIZATION_METADATA_KEY: "Flyte-Authorization",
  });
  assertEquals(authHeader?.value, "flyte-authorization");
});

Deno.test.each([["True", true], ["1", true], ["False", false], ["off", false]])(
  "FLYTE_PLATFORM_AUTH=%s says whether to log in first: %s",
  (text, expected) => {
    const { authFirst } = resolve({ FLYTE_PLATFORM_AUTH: text });
    assertEquals(authFirst?.value, expected);
  },
);

Deno.test("FLYTE_CREDENTIALS_REDIRECT_URI is kept to the letter", () => {
  const address = "http://LOCALHOST:12345/callback/";
  const { redirectUri } = resolve({ FLYTE_CREDENTIALS_REDIRECT_URI: address });
  assertEquals(redirectUri?.value, address);
});

Deno.test("FLYTE_PLATFORM_URL and _INSECURE say where Flyte is", () => {
  const { endpoint } = resolve({
    FLYTE_PLATFORM_URL: "dns:///localhost:30080",
    FLYTE_PLATFORM_INSECURE: "true",
  });
  assertEquals(endpoint, {
    value: "http://localhost:30080",
    source: "FLYTE_PLATFORM_URL",
  });
});

Deno.test("FLYTE_PLATFORM_HTTP_URL says where the login is described", () => {
  const { authEndpoint } = resolve({
    FLYTE_PLATFORM_HTTP_URL: "https://admin.example.com",
  });
  assertEquals(authEndpoint?.value, "https://admin.example.com");
});

Deno.test.each([
  ["FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR", "CI_SECRET", "CI_SECRET"],
  [
    "FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION",
    "/run/secret",
    "FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION",
  ],
])(
  "%s finds the secret and makes it a service's login",
  (name, target, source) => {
    const { config, faults } = resolveConfig(sourcesOf({
      env: {
        FLYTE_PLATFORM_URL: "flyte.example.com",
        FLYTE_CREDENTIALS_CLIENT_ID: "ci",
        CI_SECRET: " made-up\n",
        [name]: target,
      },
      files: { "/run/secret": "made-up\n" },
    }));
    assertEquals(faults, []);
    assertEquals(config.authType, { value: "ClientSecret", source });
    assertEquals(revealed(config.clientSecret), "made-up");
  },
);
