import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type CredentialIdentity,
  credentialIdentity,
  keyOf,
} from "../../../src/auth/store/credential_identity.ts";
import {
  type LoginRecord,
  newRecord,
  parseRecord,
  serializeRecord,
} from "../../../src/auth/store/login_record.ts";
import { NO_LOGIN } from "../../../src/auth/client_config.ts";
import { BROWSER_FLOW, DEVICE_FLOW, IDENTITY, recordWith } from "./records.ts";

const RECORDS: Readonly<Record<string, LoginRecord>> = {
  "nothing": newRecord(IDENTITY),
  "a token": recordWith("made-up-access-token"),
  "a token that cannot be renewed": recordWith("x", { refreshToken: null }),
  "a device login": { ...newRecord(IDENTITY), flow: DEVICE_FLOW },
  "a browser login": { ...newRecord(IDENTITY), flow: BROWSER_FLOW },
  "a login that ended": {
    ...newRecord(IDENTITY),
    ended: { flow: "made-up-flow", outcome: "denied" },
    renewingSince: 5000,
  },
};

for (const [name, record] of Object.entries(RECORDS)) {
  Deno.test(`parseRecord() reads what serializeRecord() wrote: ${name}`, () => {
    const text = serializeRecord(record);
    const again = serializeRecord(parseRecord(text));
    assertEquals(JSON.parse(again), JSON.parse(text));
  });
}

Deno.test("a record holds its secrets in the file, and shows them nowhere else", () => {
  const record = { ...recordWith("made-up-access-token"), flow: DEVICE_FLOW };
  const text = serializeRecord(record);
  const secrets = [
    ...["made-up-access-token", "made-up-refresh-token"],
    "made-up-device-code",
  ];
  for (const secret of secrets) {
    assert(text.includes(secret), secret);
    assert(!JSON.stringify(parseRecord(text)).includes(secret), secret);
    assert(!Deno.inspect(parseRecord(text)).includes(secret), secret);
  }
});

Deno.test("parseRecord() refuses anything else, and says nothing of it", () => {
  const damaged = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ version: fc.constant(1), kept: fc.anything() })
      .map((value) => JSON.stringify(value)),
    fc.nat().map((length) =>
      serializeRecord(recordWith("made-up-access-token")).slice(
        0,
        -2 - (length % 300),
      )
    ),
  );
  fc.assert(fc.property(damaged, (text) => {
    const error = assertThrows(() => parseRecord(text), SyntaxError);
    assertEquals(error.message, "It is not a login that this program wrote");
  }));
});

Deno.test("parseRecord() refuses a record of a later version", () => {
  const text = serializeRecord(newRecord(IDENTITY));
  const later = text.replace('"version": 1', '"version": 2');
  assertThrows(() => parseRecord(later), SyntaxError);
});

const CHANGES: Readonly<Record<string, Partial<CredentialIdentity>>> = {
  endpoint: { endpoint: "https://flyte.other.example" },
  issuer: { issuer: "https://other.okta.example" },
  "auth type": { authType: "Pkce" },
  "client id": { clientId: "other" },
  audience: { audience: "" },
  scopes: { scopes: ["all"] },
};

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`keyOf() tells logins apart by ${what}`, async () => {
    const other = await keyOf({ ...IDENTITY, ...change });
    assert(other !== await keyOf(IDENTITY));
  });
}

Deno.test("credentialIdentity() has origins, and scopes in order", () => {
  const identity = credentialIdentity({
    ...NO_LOGIN,
    clientId: "flyte-cli",
    scopes: ["offline_access", "all"],
    tokenEndpoint: "https://acme.okta.example/oauth2/default/v1/token",
  }, { endpoint: "https://flyte.example.com/prefix", authType: "DeviceFlow" });
  assertEquals(identity, {
    endpoint: "https://flyte.example.com",
    issuer: "https://acme.okta.example",
    authType: "DeviceFlow",
    clientId: "flyte-cli",
    audience: "",
    scopes: ["all", "offline_access"],
  });
});
