/**
 * All ways to the network are one, so that a private CA, a proxy and the rule
 * on redirects count for each of them.
 */
import { assertEquals } from "@std/assert";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import { type Sandbox, startSandbox } from "../../sandbox/mod.ts";
import { LoginRequired } from "../../src/auth/login.ts";
import { systemClock } from "../../src/clock.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { openFlyte } from "../../src/open.ts";
import { testMachine, testSources } from "../harness.ts";

/** What Flyte and its issuer were asked by others than the person. */
function askedOf({ endpoint, ingress, issuer }: Sandbox): string[] {
  const { url = "", requests = [] } = issuer ?? {};
  const own = requests.filter(({ endpoint }) =>
    ["device_authorization", "token", "revocation"].includes(endpoint)
  );
  return [
    ...ingress.requests.map(({ path }) => `${endpoint}${path}`),
    ...own.map(({ path }) => `${url}${path}`),
  ];
}

Deno.test("Flyte, its issuer's document, tokens and revocation are asked through one fetch", async () => {
  await using sandbox = await startSandbox({
    auth: "device",
    seeded: false,
    issuer: { interval: 0.05, enforceInterval: false },
  });
  using network = createFetch({ caCert: null });
  const asked: string[] = [];
  const sources = testSources({ FLYTE_ENDPOINT: sandbox.endpoint });
  const { session, clients } = openFlyte(resolveConfig(sources), {
    fetch: (url, init) => {
      asked.push(url);
      return network(url, init);
    },
    clock: systemClock,
    newRequestId: () => "made-up",
    ...testMachine(),
  });
  await using authenticator = session.authenticator;
  const signal = AbortSignal.timeout(30_000);
  const list = () => clients.projects.listProjects({}, { signal });
  const { cause } = await list().then(() => ({ cause: null }), (e) => e);
  if (!(cause instanceof LoginRequired) || cause.login.method !== "device") {
    throw new TypeError("No device login was asked for");
  }
  await approveDevice(cause.login.verificationUri, cause.login.userCode);
  await authenticator.settled(10_000, signal);
  await list();
  assertEquals((await authenticator.logout(signal)).revoked, true);
  const documents = asked.filter((url) => url.includes("/.well-known/"));
  const others = asked.filter((url) => !url.includes("/.well-known/"));
  assertEquals(others.toSorted(), askedOf(sandbox).toSorted());
  assertEquals(documents.map((url) => new URL(url).origin), [
    sandbox.issuer?.url ?? "",
  ]);
});
