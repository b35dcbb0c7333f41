import { assertEquals, assertMatch } from "@std/assert";
import { headersOf } from "../../src/config/credentials.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { HOME, type Machine, sourcesOf } from "./machine.ts";

const FLYTE = { FLYTE_ENDPOINT: "flyte.example.com" };
const FILE = `${HOME}/.flyte/config.yaml`;

function resolve(machine: Machine) {
  return resolveConfig(sourcesOf({
    ...machine,
    env: { ...FLYTE, ...machine.env },
  }));
}

/** The secret and its source, as a test compares them. */
function secretOf(machine: Machine) {
  const { clientSecret } = resolve(machine).config;
  return clientSecret && [clientSecret.value.reveal(), clientSecret.source];
}

Deno.test("resolveConfig() finds the client secret in the best place", () => {
  const env: Record<string, string> = {
    FLYTE_MCP_CLIENT_SECRET: "first",
    FLYTE_CLIENT_SECRET: "second",
    FLYTE_ADMIN_CLIENTSECRETENVVAR: "CI_SECRET",
    CI_SECRET: "third",
    FLYTE_ADMIN_CLIENTSECRETLOCATION: "/run/secret",
    FILE_SECRET: "fifth",
  };
  const files = {
    "/run/secret": "fourth\n",
    "/run/other": "sixth",
    [FILE]:
      "admin: {clientSecretEnvVar: FILE_SECRET, clientSecretLocation: /run/other}",
  };
  assertEquals(secretOf({ env, files }), ["first", "FLYTE_MCP_CLIENT_SECRET"]);
  delete env.FLYTE_MCP_CLIENT_SECRET;
  assertEquals(secretOf({ env, files }), ["second", "FLYTE_CLIENT_SECRET"]);
  delete env.FLYTE_CLIENT_SECRET;
  assertEquals(secretOf({ env, files }), ["third", "CI_SECRET"]);
  delete env.FLYTE_ADMIN_CLIENTSECRETENVVAR;
  assertEquals(secretOf({ env, files })?.[0], "fourth");
  delete env.FLYTE_ADMIN_CLIENTSECRETLOCATION;
  assertEquals(secretOf({ env, files }), ["fifth", "FILE_SECRET"]);
});

Deno.test("resolveConfig() reads a mounted secret again at each use", () => {
  const files: Record<string, string> = { [`${HOME}/secret`]: "old\n" };
  const { config } = resolve({
    env: { FLYTE_ADMIN_CLIENTSECRETLOCATION: "~/secret" },
    files,
  });
  assertEquals(config.clientSecret?.value.reveal(), "old");
  files[`${HOME}/secret`] = "new\n";
  assertEquals(config.clientSecret?.value.reveal(), "new");
});

Deno.test.each([
  [{ FLYTE_ADMIN_CLIENTSECRETENVVAR: "CI_SECRET" }, /CI_SECRET/],
  [{ FLYTE_ADMIN_CLIENTSECRETLOCATION: "/run/none" }, /\/run\/none/],
  [{ FLYTE_CA_CERT: "/etc/none.pem" }, /\/etc\/none\.pem/],
])("resolveConfig() reports %j that leads nowhere", (env, named) => {
  const [fault, ...more] = resolve({ env }).faults;
  assertEquals(more, []);
  assertEquals(fault?.code, "config_invalid");
  assertMatch(fault?.message ?? "", named);
  assertMatch(fault?.message ?? "", new RegExp(Object.keys(env)[0] ?? ""));
});

Deno.test("resolveConfig() reads the private CA from its file", () => {
  const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const { config, faults } = resolve({
    env: { FLYTE_ADMIN_CACERTFILEPATH: "ca.pem" },
    files: { "/work/training/models/ca.pem": pem },
  });
  assertEquals(faults, []);
  assertEquals(config.caCert?.value, pem);
});

Deno.test("resolveConfig() takes what the credentials are for the auth type", () => {
  const secret = resolve({
    env: { FLYTE_CLIENT_SECRET: "made-up", FLYTE_CLIENT_ID: "ci" },
  });
  assertEquals(secret.faults, []);
  assertEquals(secret.config.authType?.value, "ClientSecret");
  const token = resolve({ env: { FLYTE_ACCESS_TOKEN: "Bearer made-up" } });
  assertEquals(token.faults, []);
  assertEquals(token.config.authType?.value, "Passthrough");
  assertEquals(token.config.accessToken?.value.reveal(), "made-up");
  const device = resolve({
    env: { FLYTE_ACCESS_TOKEN: "made-up", FLYTE_AUTH_TYPE: "device-flow" },
  });
  assertEquals(device.config.authType?.value, "DeviceFlow");
});

Deno.test.each([
  ['{"Authorization":"Bearer made-up","Cookie":"a=b, c"}', [
    ["authorization", "Bearer made-up"],
    ["cookie", "a=b, c"],
  ]],
  ["Authorization=Bearer made-up, X-Team=ml", [
    ["authorization", "Bearer made-up"],
    ["x-team", "ml"],
  ]],
])("headersOf() reads %j", (text, expected) => {
  const { config, faults } = resolve({ env: { FLYTE_AUTH_METADATA: text } });
  assertEquals(faults, []);
  const setting = config.authMetadata;
  assertEquals<unknown>(setting && headersOf(setting), expected);
});

Deno.test.each([
  [{ FLYTE_AUTH_TYPE: "ClientSecret", FLYTE_CLIENT_ID: "ci" }, /client secret/],
  [{ FLYTE_CLIENT_SECRET: "made-up" }, /client id/],
  [{ FLYTE_AUTH_TYPE: "passthrough" }, /token/],
])("resolveConfig() says what %j lacks", (env, lacking) => {
  const [fault, ...more] = resolve({ env }).faults;
  assertEquals(more, []);
  assertEquals(fault?.code, "config_invalid");
  assertMatch(fault?.message ?? "", lacking);
});

const CREDENTIALS: [Record<string, string>, string][] = [
  [{ FLYTE_CLIENT_SECRET: "made-up", FLYTE_CLIENT_ID: "ci" }, "CLIENT_SECRET"],
  [{ FLYTE_ACCESS_TOKEN: "made-up" }, "ACCESS_TOKEN"],
  [{ FLYTE_AUTH_METADATA: "authorization=made-up" }, "AUTH_METADATA"],
];

Deno.test.each(CREDENTIALS)(
  "resolveConfig() keeps %j off plain http but to this machine",
  (env, source) => {
    const codes = (endpoint: string) =>
      resolve({ env: { ...env, FLYTE_ENDPOINT: endpoint } }).faults
        .map(({ code }) => code);
    assertEquals(codes("http://flyte.example.com"), ["config_conflict"]);
    assertEquals(codes("http://127.0.0.1.example.com"), ["config_conflict"]);
    assertEquals(codes("http://localhost:30080"), []);
    assertEquals(codes("http://[::1]:30080"), []);
    const { faults } = resolve({
      env: { ...env, FLYTE_ENDPOINT: "10.0.0.5", FLYTE_INSECURE: "true" },
    });
    assertEquals(faults.map(({ code }) => code), ["config_conflict"]);
    assertMatch(faults[0]?.message ?? "", new RegExp(`FLYTE_${source}`));
  },
);

Deno.test("resolveConfig() lets plain http be where nothing is sent", () => {
  const { faults } = resolve({
    env: { FLYTE_ENDPOINT: "http://flyte.example.com" },
  });
  assertEquals(faults, []);
});

Deno.test("resolveConfig() keeps logins in memory, and nowhere else", () => {
  const codes = (store: string) =>
    resolve({ env: { FLYTE_MCP_TOKEN_STORE: store } }).faults
      .map(({ code }) => code);
  assertEquals(codes("memory"), []);
  assertEquals(codes("file"), ["config_invalid"]);
});

Deno.test("resolveConfig() reports two different logins as a conflict", () => {
  const { faults } = resolve({
    env: {
      FLYTE_CLIENT_ID: "ci",
      FLYTE_CLIENT_SECRET: "made-up",
      FLYTE_ACCESS_TOKEN: "made-up-too",
    },
  });
  assertEquals(faults.map(({ code }) => code), ["config_conflict"]);
});
