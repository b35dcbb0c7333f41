import { assertEquals, assertRejects } from "@std/assert";
import { CLI_CLIENT } from "../../sandbox/issuer/clients.ts";
import {
  type Issuer as TestIssuer,
  startIssuer,
} from "../../sandbox/issuer/mod.ts";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import { generateSigningKey } from "../../sandbox/issuer/signing_key.ts";
import { NO_LOGIN } from "../../src/auth/client_config.ts";
import { pollForToken } from "../../src/auth/device_poll.ts";
import { Issuer } from "../../src/auth/issuer.ts";
import { OAuthError } from "../../src/auth/issuer_answer.ts";
import type { Clock } from "../../src/clock.ts";
import { createFetch } from "../../src/http/fetch.ts";

const signingKey = await generateSigningKey();

/** A clock whose sleeps take no time and are written down, in seconds. */
function recordingClock(
  random = () => 0,
): Clock & { readonly slept: number[] } {
  let now = 1_000_000;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    random,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms / 1000);
      now += ms;
      return Promise.resolve();
    },
  };
}

/** Starts a device login at a real issuer, ready to be polled. */
async function begin(
  options: {
    interval?: number | null;
    expiresIn?: number;
    random?: () => number;
  } = {},
) {
  const stack = new AsyncDisposableStack();
  const peer: TestIssuer = stack.use(
    await startIssuer({
      signingKey,
      enforceInterval: false,
      interval: options.interval === undefined ? 5 : options.interval,
    }),
  );
  const fetch = stack.use(createFetch({ caCert: null }));
  const issuer = new Issuer({
    ...NO_LOGIN,
    clientId: CLI_CLIENT.clientId,
    issuer: peer.url,
    tokenEndpoint: `${peer.url}/token`,
    deviceAuthorizationEndpoint: `${peer.url}/device/auth`,
    scopes: ["all", "offline_access"],
  }, fetch);
  const device = await issuer.startDevice(AbortSignal.timeout(5000));
  const clock = recordingClock(options.random);
  const expiresAt = clock.now() + (options.expiresIn ?? 600) * 1000;
  const poll = (signal = AbortSignal.timeout(10_000)) =>
    pollForToken(issuer, {
      ...{ ...device, isResumed: false },
      ...{ expiresAt, clock, signal },
    });
  return {
    peer,
    device,
    clock,
    poll,
    approve: () => approveDevice(device.verificationUri, device.userCode),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

Deno.test("pollForToken() waits the interval, then gets the token", async () => {
  await using login = await begin({ interval: 7 });
  await login.approve();
  const result = await login.poll();
  assertEquals(typeof result, "object");
  assertEquals(login.clock.slept, [7]);
});

Deno.test("pollForToken() waits 5 s when the issuer names no interval", async () => {
  await using login = await begin({ interval: null });
  await login.approve();
  await login.poll();
  assertEquals(login.clock.slept, [5]);
});

Deno.test.each([[86_400], [1e308]])(
  "pollForToken() waits a minute at most, though the issuer says %d s",
  async (interval) => {
    await using login = await begin({ interval });
    await login.approve();
    assertEquals(typeof await login.poll(), "object");
    assertEquals(login.clock.slept, [60]);
  },
);

Deno.test("pollForToken() goes on while the person has not decided", async () => {
  await using login = await begin();
  await login.approve();
  login.peer.faults.next("token", {
    kind: "error",
    error: "authorization_pending",
  }, { times: 2 });
  await login.poll();
  assertEquals(login.clock.slept, [5, 5, 5]);
});

Deno.test("pollForToken() spreads its pauses, and asks no sooner than it may", async () => {
  const draws = [0, 0.5, 1];
  const random = () => draws.shift() ?? 0;
  await using login = await begin({ interval: 10, random });
  await login.approve();
  const pending = { kind: "error", error: "authorization_pending" } as const;
  login.peer.faults.next("token", pending, { times: 2 });
  await login.poll();
  assertEquals(login.clock.slept, [10, 11, 12]);
});

Deno.test("pollForToken() adds 5 s at each slow_down, for good", async () => {
  await using login = await begin();
  await login.approve();
  const { faults } = login.peer;
  faults.next("token", { kind: "error", error: "slow_down" }, { times: 2 });
  faults.next("token", { kind: "error", error: "authorization_pending" });
  await login.poll();
  assertEquals(login.clock.slept, [5, 10, 15, 15]);
});

Deno.test("pollForToken() honours Retry-After of an overloaded issuer", async () => {
  await using login = await begin();
  await login.approve();
  login.peer.faults.next("token", {
    kind: "status",
    status: 429,
    retryAfter: 40,
  });
  await login.poll();
  assertEquals(login.clock.slept, [5, 40]);
});

Deno.test("pollForToken() backs off while the issuer is down, then goes on", async () => {
  await using login = await begin();
  await login.approve();
  const { faults } = login.peer;
  faults.next("token", { kind: "status", status: 503 });
  faults.next("token", { kind: "drop" });
  faults.next("token", { kind: "not_json", body: "<h1>Oops</h1>" });
  const result = await login.poll();
  assertEquals(typeof result, "object");
  assertEquals(login.clock.slept, [5, 10, 20, 30]);
});

Deno.test("pollForToken() returns to the interval after an outage", async () => {
  await using login = await begin();
  await login.approve();
  const { faults } = login.peer;
  faults.next("token", { kind: "status", status: 503 });
  faults.next("token", { kind: "error", error: "authorization_pending" });
  await login.poll();
  assertEquals(login.clock.slept, [5, 10, 5]);
});

Deno.test("pollForToken() ends at the expiry by the wall clock", async () => {
  await using login = await begin({ expiresIn: 12 });
  assertEquals(await login.poll(), "expired");
  assertEquals(login.clock.slept, [5, 5, 2]);
});

Deno.test("pollForToken() ends when the issuer says that the code expired", async () => {
  await using login = await begin();
  login.peer.faults.next("token", { kind: "error", error: "expired_token" });
  assertEquals(await login.poll(), "expired");
});

Deno.test("pollForToken() tells a denial", async () => {
  await using login = await begin();
  await approveDevice(login.device.verificationUri, login.device.userCode, {
    deny: true,
  });
  assertEquals(await login.poll(), "denied");
});

Deno.test("pollForToken() gives up at an error that will not pass", async () => {
  await using login = await begin();
  login.peer.faults.next("token", { kind: "error", error: "invalid_client" });
  const error = await assertRejects(() => login.poll(), OAuthError);
  assertEquals(error.error, "invalid_client");
});

Deno.test("pollForToken() ends with the signal's reason", async () => {
  await using login = await begin();
  const signal = AbortSignal.abort(new Error("Given up"));
  await assertRejects(() => login.poll(signal), Error, "Given up");
});
