import { assertEquals, assertThrows } from "@std/assert";
import {
  AUTH_TYPES,
  type AuthType,
  parseAuthType,
} from "../../src/config/auth_type.ts";

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
