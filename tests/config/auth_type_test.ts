import { assertEquals, assertThrows } from "@std/assert";
import {
  AUTH_TYPES,
  type AuthType,
  parseAuthType,
} from "../../src/config/auth_type.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { HOME, sourcesOf } from "./machine.ts";

/** What flyte-sdk, its command line, flytekit and the Go client accept. */
const SPELLINGS: Readonly<Record<AuthType, readonly string[]>> = {
  Pkce: ["Pkce", "STANDARD"],
  DeviceFlow: ["DeviceFlow", "device-flow", "device_flow", "headless"],
  ClientSecret: [
    "ClientSecret",
    "client-secret",
    "client_secret",
    "app-credential",
    "app_credential",
    "BASIC",
    "CLIENT_CREDENTIALS",
  ],
  ExternalCommand: [
    "ExternalCommand",
    "external-command",
    "external_command",
    "EXTERNAL_PROCESS",
    "command",
    "custom",
  ],
  Passthrough: ["Passthrough"],
};

for (const type of AUTH_TYPES) {
  Deno.test.each(SPELLINGS[type].map((spelling) => [spelling]))(
    `parseAuthType() reads %s as ${type} in any case`,
    (spelling) => {
      assertEquals(parseAuthType(spelling), type);
      assertEquals(parseAuthType(spelling.toLowerCase()), type);
      assertEquals(parseAuthType(spelling.toUpperCase()), type);
    },
  );
}

Deno.test.each([["magic"], [""], ["constructor"], ["__proto__"], ["Pkce2"]])(
  "parseAuthType() refuses %j and names what it knows",
  (spelling) => {
    assertThrows(
      () => parseAuthType(spelling),
      RangeError,
      "Pkce, DeviceFlow, ClientSecret, ExternalCommand, Passthrough",
    );
  },
);

/** What Flyte's documents and older configurations say. */
const DOCUMENTED: readonly (readonly [string, AuthType])[] = [
  ["standard", "Pkce"],
  ["pkce", "Pkce"],
  ["basic", "ClientSecret"],
  ["client_credentials", "ClientSecret"],
  ["clientSecret", "ClientSecret"],
  ["external_process", "ExternalCommand"],
];

Deno.test.each(DOCUMENTED)(
  "resolveConfig() takes the auth type %s from a variable and from a file",
  (spelling, expected) => {
    const machines = [
      { env: { FLYTE_ADMIN_AUTHTYPE: spelling } },
      { env: { FLYTE_CREDENTIALS_AUTH_MODE: spelling } },
      {
        files: {
          [`${HOME}/.flyte/config.yaml`]: `admin: {authType: ${spelling}}`,
        },
      },
    ];
    for (const machine of machines) {
      const { config } = resolveConfig(sourcesOf(machine));
      assertEquals(config.authType?.value, expected);
    }
  },
);
