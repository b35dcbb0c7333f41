/** One login for a whole session: calls and streams have the same tokens. */
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { ConnectError } from "@connectrpc/connect";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { LoginRequired } from "../../src/auth/login.ts";
import { systemClock } from "../../src/clock.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { openFlyte } from "../../src/open.ts";
import { testMachine, testSources } from "../harness.ts";

const signal = AbortSignal.timeout(60_000);

/** A session before a locked Flyte, with a call and a stream to make. */
async function openSession() {
  const stack = new AsyncDisposableStack();
  const { endpoint, ingress, issuer } = stack.use(
    await startSandbox({
      auth: "device",
      issuer: { interval: 0.05, enforceInterval: false },
    }),
  );
  const sources = testSources({ FLYTE_ENDPOINT: endpoint });
  const { session, clients } = openFlyte(resolveConfig(sources), {
    fetch: stack.use(createFetch({ caCert: null })),
    clock: systemClock,
    newRequestId: () => crypto.randomUUID(),
    ...testMachine(),
  });
  const authenticator = stack.use(session.authenticator);
  return {
    authenticator,
    ingress,
    requests: issuer?.requests ?? [],
    call: () => clients.projects.listProjects({}, { signal }),
    stream: () => firstOf(clients.runs.watchActions({ runId }, { signal })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const runId = SEEDED.runs.userError;

async function firstOf<T>(stream: AsyncIterable<T>): Promise<T | undefined> {
  for await (const message of stream) return message;
  return undefined;
}

/** The login that a refused call asks for. */
async function askedFor(call: Promise<unknown>) {
  const { cause } = await assertRejects(() => call, ConnectError);
  assertInstanceOf(cause, LoginRequired);
  return cause.login;
}

Deno.test("a call and a stream that are refused together ask for the same login", async () => {
  await using session = await openSession();
  const [one, other] = await Promise.all([
    askedFor(session.call()),
    askedFor(session.stream()),
  ]);
  assertEquals(one, other);
  const started = session.requests
    .filter(({ endpoint }) => endpoint === "device_authorization");
  assertEquals(started.length, 1);
});

Deno.test("a call and a stream that are refused together share one refresh", async () => {
  await using session = await openSession();
  const login = await askedFor(session.call());
  if (login.method !== "device") throw new TypeError("Not a device login");
  await approveDevice(login.verificationUri, login.userCode);
  await session.authenticator.settled(10_000, signal);
  await session.call();
  const refuse = { kind: "refuse", refusal: "connect_401" } as const;
  session.ingress.faults.next("ListProjects", refuse);
  session.ingress.faults.next("WatchActions", refuse);
  await Promise.all([session.call(), session.stream()]);
  assertEquals(session.ingress.faults.pending, 0);
  const refreshes = session.requests
    .filter(({ grant }) => grant === "refresh_token");
  assertEquals(refreshes.map(({ status }) => status), [200]);
});
