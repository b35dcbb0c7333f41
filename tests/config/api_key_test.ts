import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseApiKey } from "../../src/config/api_key.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { CWD, type Machine, sourcesOf } from "./machine.ts";
import { FILE } from "./samples.ts";

/** Base64 of a text's UTF-8, as `flyte create api-key` makes it. */
function encode(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

const KEY = {
  endpoint: "flyte.example.com",
  clientId: "ci",
  clientSecret: "made-up",
  org: null,
};

Deno.test.each([
  ["flyte.example.com:ci:made-up:None", KEY],
  ["flyte.example.com:ci:made-up:", KEY],
  ["flyte.example.com:ci:made-up", KEY],
  ["flyte.example.com:ci:made-up:none", { ...KEY, org: "none" }],
  ["flyte.example.com:ci:made-up:acme", { ...KEY, org: "acme" }],
  ["https://flyte.example.com:ci:made-up:None", KEY],
  ["https://flyte.example.com/:ci:made-up:None", KEY],
  ["HTTPS://flyte.example.com:ci:made-up:None", KEY],
  ["http://flyte.example.com:ci:made-up:None", KEY],
  ["dns:///flyte.example.com:ci:made-up:None", KEY],
  ["dns://flyte.example.com:ci:made-up:None", KEY],
  ["flyte.example.com:8443:ci:made-up:None", {
    ...KEY,
    endpoint: "flyte.example.com:8443",
  }],
  ["https://flyte.example.com:8443/:ci:made-up:None", {
    ...KEY,
    endpoint: "flyte.example.com:8443",
  }],
  ["dns:///localhost:30080:ci:made-up:acme", {
    ...KEY,
    endpoint: "localhost:30080",
    org: "acme",
  }],
  ["flyte.example.com:ci:a:b:c:acme", {
    ...KEY,
    clientSecret: "a:b:c",
    org: "acme",
  }],
  ["flyte.example.com:443:ci:a:b:acme", {
    ...KEY,
    endpoint: "flyte.example.com:443",
    clientSecret: "a:b",
    org: "acme",
  }],
  // Four parts are never a port, so that a client may be a number.
  ["flyte.example.com:443:made-up:acme", {
    ...KEY,
    clientId: "443",
    org: "acme",
  }],
  ["flyte.example.com:ci::", { ...KEY, clientSecret: "" }],
  ["10.0.0.5:ci:made-up:None", { ...KEY, endpoint: "10.0.0.5" }],
  ["[::1]:ci:made-up:None", { ...KEY, endpoint: "[::1]" }],
  ["[2001:db8::7]:8443:ci:made-up:None", {
    ...KEY,
    endpoint: "[2001:db8::7]:8443",
  }],
  ["flyte.example.com:ci:mädé-üp:None", { ...KEY, clientSecret: "mädé-üp" }],
  ["flyte.example.com:ci:made-up:None\n", KEY],
])("parseApiKey() reads the key of %j", (text, expected) => {
  if (expected.clientSecret === "") {
    assertThrows(() => parseApiKey(encode(text)), SyntaxError);
  } else assertEquals(parseApiKey(encode(text)), expected);
});

const PLAIN = "flyte.example.com:ci:made->>>???-up:None";

Deno.test.each([
  ["padded", encode(`${PLAIN}é`)],
  ["unpadded", encode(`${PLAIN}é`).replace(/=+$/, "")],
  ["URL-safe", encode(PLAIN).replaceAll("+", "-").replaceAll("/", "_")],
  ["broken into lines", encode(PLAIN).replace(/.{10}/g, "$&\r\n")],
  ["with blanks around it", `  ${encode(PLAIN)}\n`],
])("parseApiKey() reads base64 that is %s", (_what, text) => {
  assertEquals(parseApiKey(text).clientSecret, "made->>>???-up");
  assertEquals(parseApiKey(text).endpoint, "flyte.example.com");
});

Deno.test.each([
  ["nothing", ""],
  ["no base64", "flyte.example.com:ci:made-up:None"],
  ["base64 that is cut", encode(PLAIN).slice(0, 5)],
  ["bytes that are no text", new Uint8Array([255, 254, 0]).toBase64()],
  ["one part", encode("made-up")],
  ["two parts", encode("flyte.example.com:made-up")],
  ["no host", encode(":ci:made-up:None")],
  ["no client", encode("flyte.example.com::made-up:None")],
  ["no secret", encode("flyte.example.com:ci::None")],
  ["a user before the host", encode("ada@flyte.example.com:ci:made-up:None")],
  ["a fragment after the host", encode("evil.example#ok:ci:made-up:None")],
  ["a query after the host", encode("evil.example?ok:ci:made-up:None")],
  ["a path after the host", encode("flyte.example.com/x:ci:made-up:None")],
  ["a blank in the host", encode("flyte example.com:ci:made-up:None")],
  ["another scheme", encode("ftp://flyte.example.com:ci:made-up:None")],
  ["a host that is no address", encode("[::zz]:ci:made-up:None")],
  ["JSON", encode('{"client_id":"ci","client_secret":"made-up"}')],
])("parseApiKey() refuses %s, without a part of it", (_what, text) => {
  const error = assertThrows(() => parseApiKey(text), SyntaxError);
  assertMatch(error.message, /^Expected an API key as Flyte gives it/);
  assertEquals(/made|evil|ada/.test(error.message), false);
  assertEquals(error.cause, undefined);
});

/** The codes and the sentences of what is wrong. */
function faultsOf(machine: Machine) {
  const env = {
    FLYTE_API_KEY: encode("flyte.example.com:ci:made-up:None"),
    ...machine.env,
  };
  const resolved = resolveConfig(sourcesOf({ ...machine, env }));
  return { ...resolved, codes: resolved.faults.map(({ code }) => code) };
}

Deno.test("an API key alone is a whole login", () => {
  const { codes, config } = faultsOf({
    env: { FLYTE_API_KEY: encode("flyte.example.com:ci:made-up:acme") },
  });
  assertEquals(codes, []);
  const source = "FLYTE_API_KEY";
  assertEquals(config.endpoint, { value: "https://flyte.example.com", source });
  assertEquals(config.authType, { value: "ClientSecret", source });
  assertEquals(config.clientId, { value: "ci", source });
  assertEquals(config.clientSecret?.source, source);
  assertEquals(config.clientSecret?.value.reveal(), "made-up");
  assertEquals(config.org, { value: "acme", source });
});

Deno.test("an API key's organization None is none", () => {
  assertEquals(faultsOf({}).config.org, null);
});

Deno.test("an API key is not overruled by what Flyte's tools write into a file", () => {
  const { codes, config, notices } = faultsOf({
    files: {
      [FILE]:
        "admin: {endpoint: 'dns:///old.example.com', authType: Pkce, clientId: me}\ntask: {org: mine, project: p}",
    },
  });
  assertEquals(codes, []);
  assertEquals(config.authType?.value, "ClientSecret");
  assertEquals(config.clientId?.value, "ci");
  assertEquals(config.endpoint?.value, "https://flyte.example.com");
  assertEquals([config.org?.value, config.project?.value], ["mine", "p"]);
  assertEquals(notices, [
    "admin.authType in ~/.flyte/config.yaml is ignored: FLYTE_API_KEY asks for ClientSecret.",
  ]);
});

Deno.test("a whole login and a token beside an API key are a conflict", () => {
  const { codes } = faultsOf({
    env: {
      ...{ FLYTE_CLIENT_ID: "other", FLYTE_CLIENT_SECRET: "made-up-too" },
      FLYTE_ACCESS_TOKEN: "made-up-as-well",
    },
  });
  assertEquals(codes, ["config_conflict"]);
});

Deno.test.each([
  ["Pkce"],
  ["DeviceFlow"],
  ["Passthrough"],
  ["ExternalCommand"],
])("an API key and FLYTE_AUTH_TYPE=%s are a conflict", (type) => {
  const { codes, faults } = faultsOf({
    env: {
      FLYTE_AUTH_TYPE: type,
      ...(type === "Passthrough" && { FLYTE_ACCESS_TOKEN: "made-up" }),
      ...(type === "ExternalCommand" && { FLYTE_COMMAND: "token" }),
    },
  });
  assertEquals(codes, ["config_conflict"]);
  assertMatch(faults[0]?.message ?? "", /FLYTE_API_KEY .*FLYTE_AUTH_TYPE asks/);
});

Deno.test.each([["ClientSecret"], ["basic"], ["client-secret"]])(
  "an API key and FLYTE_AUTH_TYPE=%s are none",
  (type) =>
    assertEquals(faultsOf({ env: { FLYTE_AUTH_TYPE: type } }).codes, []),
);

Deno.test.each([
  ["FLYTE_ACCESS_TOKEN", "made-up-too"],
  ["FLYTE_AUTH_METADATA", "cookie=made-up-too"],
  ["FLYTE_COMMAND", "token"],
  ["FLYTE_CLIENT_ID", "other"],
  ["FLYTE_CLIENT_SECRET", "made-up-too"],
])("an API key and %s are a conflict", (name, text) => {
  const { codes, faults } = faultsOf({ env: { [name]: text } });
  assertEquals(codes, ["config_conflict"]);
  assertMatch(faults[0]?.message ?? "", /FLYTE_API_KEY/);
  assertMatch(faults[0]?.message ?? "", new RegExp(name));
});

Deno.test("a whole login beside an API key takes its place, at the key's Flyte", () => {
  const { codes, config } = faultsOf({
    env: { FLYTE_CLIENT_ID: "other", FLYTE_CLIENT_SECRET: "made-up-too" },
  });
  assertEquals(codes, []);
  assertEquals(config.clientId?.value, "other");
  assertEquals(config.clientSecret?.value.reveal(), "made-up-too");
  assertEquals(config.endpoint?.value, "https://flyte.example.com");
});

Deno.test.each([
  ["evil.example"],
  ["https://flyte.example.com.evil.example"],
  ["https://flyte.example.com:8443"],
  ["http://localhost:30080"],
])("an API key of one host and the endpoint %s are a conflict", (endpoint) => {
  const { codes, faults } = faultsOf({ env: { FLYTE_ENDPOINT: endpoint } });
  assertEquals(codes, ["config_conflict"]);
  assertMatch(faults[0]?.message ?? "", /belongs to flyte\.example\.com/);
  assertMatch(faults[0]?.nextStep ?? "", /Remove FLYTE_ENDPOINT/);
});

Deno.test.each([
  ["flyte.example.com"],
  ["https://FLYTE.example.com/"],
  ["dns:///flyte.example.com:443"],
  ["https://flyte.example.com:443/prefix"],
])("an API key and its own host as %s are none", (endpoint) => {
  const { codes, config } = faultsOf({ env: { FLYTE_ENDPOINT: endpoint } });
  assertEquals(codes, []);
  assertEquals(config.endpoint?.source, "FLYTE_ENDPOINT");
});

Deno.test("an API key is not sent to a workspace's endpoint", () => {
  const { codes, config } = faultsOf({
    files: { [`${CWD}/.flyte/config.yaml`]: "admin: {endpoint: evil.example}" },
  });
  assertEquals(codes, []);
  assertEquals(config.endpoint?.value, "https://flyte.example.com");
});

Deno.test("an API key that cannot be read is told alone, without a part of it", () => {
  const { codes, faults } = faultsOf({
    env: { FLYTE_API_KEY: encode("flyte example:hunter2:hunter2") },
  });
  assertEquals(codes, ["config_invalid"]);
  assertMatch(faults[0]?.message ?? "", /^FLYTE_API_KEY cannot be used/);
  assertEquals(JSON.stringify(faults).includes("hunter2"), false);
});

const PART = fc.string({ unit: "binary", minLength: 1 })
  .map((part) => `x${part.replaceAll(/[:\ud800-\udfff]/g, "")}x`);

Deno.test("parseApiKey() reads whatever id, secret and organization there are", () => {
  const key = fc.record({
    host: fc.domain(),
    port: fc.option(fc.integer({ min: 1, max: 65535 })),
    id: PART,
    secret: fc.array(PART, { minLength: 1, maxLength: 3 }),
    org: PART,
  });
  fc.assert(
    fc.property(key, ({ host, port, id, secret, org }) => {
      const parts = [
        host,
        ...(port === null ? [] : [port]),
        id,
        ...secret,
        org,
      ];
      assertEquals(parseApiKey(encode(parts.join(":"))), {
        endpoint: port === null ? host : `${host}:${port}`,
        clientId: id,
        clientSecret: secret.join(":"),
        org,
      });
    }),
    { numRuns: 200 },
  );
});
