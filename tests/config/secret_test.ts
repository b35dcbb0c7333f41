import { assertEquals } from "@std/assert";
import { inspect } from "node:util";
import { parseCommandLine } from "../../src/config/flags.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { Secret } from "../../src/config/secret.ts";
import { HOME, type Machine, sourcesOf } from "./machine.ts";
import { type Random, randomFrom } from "./random.ts";

/** Everything that may turn a value into text by accident. */
function printed(value: unknown): string {
  return [
    String(value),
    `${value}`,
    JSON.stringify(value),
    Deno.inspect(value, { depth: 20, showHidden: true, getters: true }),
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    inspect(value, { depth: 20, customInspect: false }),
    Deno.inspect(new Error("Failed", { cause: value }), { depth: 20 }),
  ].join("\n");
}

Deno.test("Secret tells its value only to who asks", () => {
  for (const secret of [new Secret("hunter2"), new Secret(() => "hunter2")]) {
    assertEquals(secret.reveal(), "hunter2");
    assertEquals(printed(secret).includes("hunter2"), false);
    assertEquals(printed({ deep: [{ secret }] }).includes("hunter2"), false);
    assertEquals(Object.keys({ ...secret }), []);
  }
});

type Way = (secret: string, random: Random) => Machine;

/** Ways in which a secret gets into a configuration, in order or not. */
const WAYS: [Way, ...Way[]] = [
  (secret) => ({ env: { FLYTE_CLIENT_SECRET: secret } }),
  (secret) => ({ env: { FLYTE_ACCESS_TOKEN: secret } }),
  (secret) => ({ env: { FLYTE_ACCESS_TOKEN: `Bearer ${secret} ${secret}` } }),
  (secret) => ({ env: { FLYTE_ACCESS_TOKEN: `${secret}\u0007` } }),
  (secret) => ({ env: { FLYTE_AUTH_METADATA: secret } }),
  (secret) => ({ env: { FLYTE_AUTH_METADATA: `cookie=${secret}` } }),
  (secret) => ({ env: { FLYTE_AUTH_METADATA: `{"cookie":"${secret}"` } }),
  (secret) => ({ env: { FLYTE_AUTH_METADATA: `{"${secret} x":"y"}` } }),
  (secret) => ({
    env: { FLYTE_ADMIN_CLIENTSECRETENVVAR: "CI", CI: secret },
  }),
  (secret) => ({
    env: { FLYTE_ADMIN_CLIENTSECRETLOCATION: "/run/s" },
    files: { "/run/s": secret },
  }),
  (secret) => ({
    env: { FLYTE_CA_CERT: "/run/ca" },
    files: { "/run/ca": secret },
  }),
  (secret, { pick }) => ({
    env: {
      [pick(["FLYTE_ENDPOINT", "FLYTE_MCP_ENDPOINT", "FLYTE_ADMIN_ENDPOINT"])]:
        pick([
          `https://ada:${secret}@flyte.example.com`,
          `${secret}@flyte.example.com`,
          `https://flyte.example.com/?token=${secret}`,
          `flyte.example.com#${secret}`,
          `flyte example?${secret}`,
        ]),
    },
  }),
  (secret, { pick }) => ({
    files: {
      [`${HOME}/.flyte/config.yaml`]: pick([
        `admin: {clientSecret: ${secret}`,
        `admin: {endpoint: {clientSecret: ${secret}}}`,
        `admin:\n  authType: [{secret: ${secret}}]\n`,
        `admin: *${secret}`,
        `- ${secret}`,
        secret,
      ]),
    },
  }),
];

Deno.test("resolveConfig() prints no secret, whatever is wrong", () => {
  const random = randomFrom(20260801);
  for (let round = 0; round < 500; round++) {
    const secret = `zq${random.below(2 ** 31).toString(36)}qz`;
    const machine = Array.from({ length: 1 + random.below(4) }).reduce<Machine>(
      (all) => {
        const added = random.pick(WAYS)(secret, random);
        return {
          env: { ...all.env, ...added.env },
          files: { ...all.files, ...added.files },
        };
      },
      { env: random.pick([{}, { FLYTE_AUTH_TYPE: "basic" }]) },
    );
    const { faults } = parseCommandLine(
      random.pick([[], ["--client-secret", secret], [`--token=${secret}`]]),
    );
    const resolved = resolveConfig(sourcesOf(machine), faults);
    assertEquals(
      printed(resolved).includes(secret),
      false,
      JSON.stringify(machine),
    );
  }
});
