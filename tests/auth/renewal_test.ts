import { assert, assertEquals, assertRejects } from "@std/assert";
import { CLI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { startIssuer } from "../../sandbox/issuer/mod.ts";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import { generateSigningKey } from "../../sandbox/issuer/signing_key.ts";
import { NO_LOGIN } from "../../src/auth/client_config.ts";
import { Issuer } from "../../src/auth/issuer.ts";
import { type Renewed, renewKept } from "../../src/auth/refresh.ts";
import {
  type LoginRecord,
  newRecord,
} from "../../src/auth/store/login_record.ts";
import { toToken } from "../../src/auth/token.ts";
import { systemClock } from "../../src/clock.ts";
import { ToolError } from "../../src/errors.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { IDENTITY, recordWith } from "./store/records.ts";

const signingKey = await generateSigningKey();

/** A real issuer, a login at it, and what is written while it is renewed. */
async function openBed() {
  const stack = new AsyncDisposableStack();
  const issuer = stack.use(
    await startIssuer({ signingKey, interval: 0.05, enforceInterval: false }),
  );
  const fetch = stack.use(createFetch({ caCert: null }));
  const config = {
    ...NO_LOGIN,
    ...{ hasLogin: true, issuer: issuer.url, clientId: CLI_CLIENT.clientId },
    tokenEndpoint: `${issuer.url}/token`,
    deviceAuthorizationEndpoint: `${issuer.url}/device/auth`,
    scopes: ["all", "offline_access"],
  };
  const signal = AbortSignal.timeout(20_000);
  const client = new Issuer(config, fetch);
  const device = await client.startDevice(signal);
  await approveDevice(device.verificationUri, device.userCode);
  const response = await client.pollDevice(device.deviceCode, { signal });
  const token = toToken(response, { now: Date.now() });
  const record: LoginRecord = {
    ...newRecord(IDENTITY),
    kept: { token, method: "device" },
  };
  const written: LoginRecord[] = [];
  const renew = (from: LoginRecord | null, previous = from?.kept ?? null) =>
    renewKept({
      record: from,
      write: (next) => {
        written.push(next);
        return Promise.resolve();
      },
    }, {
      ...{ identity: IDENTITY, config, fetch, clock: systemClock, signal },
      ...{ previous, secret: null },
    });
  return {
    ...{ issuer, record, written, renew },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function tokenIn({ kept }: Renewed | LoginRecord): string | undefined {
  return kept?.token.accessToken.reveal();
}

Deno.test("renewKept() says beforehand that it renews, and keeps the new token before anybody gets it", async () => {
  await using bed = await openBed();
  const renewed = await bed.renew(bed.record);
  assertEquals(bed.written.length, 2);
  const [before, after] = bed.written;
  assert(before && after);
  assert(before.renewingSince !== null);
  assertEquals(tokenIn(before), tokenIn(bed.record));
  assertEquals(after.renewingSince, null);
  assertEquals(tokenIn(after), tokenIn(renewed));
  assert(tokenIn(after) !== tokenIn(bed.record));
});

Deno.test("renewKept() takes the token that another process has got, and asks nobody", async () => {
  await using bed = await openBed();
  const { kept } = recordWith("made-up-token-of-before");
  const before = bed.issuer.requests.length;
  const renewed = await bed.renew(bed.record, kept);
  assertEquals(tokenIn(renewed), tokenIn(bed.record));
  assertEquals(bed.issuer.requests.length, before);
});

Deno.test("renewKept() renews another process's token when that is over as well", async () => {
  await using bed = await openBed();
  const { kept } = bed.record;
  assert(kept);
  const over = { ...kept, token: { ...kept.token, expiresAt: 1000 } };
  const older = recordWith("made-up-token-of-before").kept;
  const renewed = await bed.renew({ ...bed.record, kept: over }, older);
  assert(tokenIn(renewed) !== tokenIn(bed.record));
});

Deno.test("a renewal that was cut off before its request left costs nothing", async () => {
  await using bed = await openBed();
  const renewed = await bed.renew({ ...bed.record, renewingSince: 1000 });
  assert(renewed.kept);
  assertEquals(renewed.note, null);
});

Deno.test("a renewal that was cut off after its request costs one login, which says so", async () => {
  await using bed = await openBed();
  await bed.renew(bed.record);
  const renewed = await bed.renew({ ...bed.record, renewingSince: 1000 });
  assertEquals(renewed.kept, null);
  assert(renewed.note?.includes("in the middle of renewing"));
  assertEquals(bed.written.at(-1)?.kept, null);
});

Deno.test("invalid_grant forgets the token, and says nothing of a cut", async () => {
  await using bed = await openBed();
  bed.issuer.expire("refresh_tokens");
  assertEquals(await bed.renew(bed.record), { kept: null, note: null });
  assertEquals(bed.written.at(-1)?.kept, null);
});

for (
  const error of ["invalid_client", "unauthorized_client", "invalid_scope"]
) {
  Deno.test(`a refusal other than invalid_grant asks for a login, and forgets nothing: ${error}`, async () => {
    await using bed = await openBed();
    bed.issuer.faults.next("token", { kind: "error", error });
    assertEquals(await bed.renew(bed.record), { kept: null, note: null });
    const last = bed.written.at(-1);
    assert(last);
    assertEquals(tokenIn(last), tokenIn(bed.record));
    assertEquals(last.renewingSince, null);
  });
}

Deno.test("an issuer that is down loses nothing, and is not taken for a cut", async () => {
  await using bed = await openBed();
  bed.issuer.faults.next("token", { kind: "status", status: 503 });
  const error = await assertRejects(() => bed.renew(bed.record), ToolError);
  assertEquals(error.code, "unavailable");
  const last = bed.written.at(-1);
  assert(last);
  assertEquals(tokenIn(last), tokenIn(bed.record));
  assertEquals(last.renewingSince, null);
});

Deno.test("a network that is cut loses nothing, and is remembered as a cut", async () => {
  await using bed = await openBed();
  bed.issuer.faults.next("token", { kind: "drop" });
  const error = await assertRejects(() => bed.renew(bed.record), ToolError);
  assertEquals(error.code, "unavailable");
  const last = bed.written.at(-1);
  assert(last);
  assertEquals(tokenIn(last), tokenIn(bed.record));
  assert(last.renewingSince !== null);
});

Deno.test("a token that cannot be renewed asks for a login", async () => {
  await using bed = await openBed();
  const record = recordWith("made-up-token", { refreshToken: null });
  assertEquals(await bed.renew(record), { kept: null, note: null });
  assertEquals(bed.written, []);
});

Deno.test("a login that another process has ended is not renewed", async () => {
  await using bed = await openBed();
  const loggedOut = newRecord(IDENTITY);
  const renewed = await bed.renew(loggedOut, bed.record.kept);
  assertEquals(renewed, { kept: null, note: null });
});
