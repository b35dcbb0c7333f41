/** Faults while it is found out how to log in: by Flyte, or by FLYTE_ISSUER. */
import { assert, assertEquals } from "@std/assert";
import { CLI_CLIENT } from "../../../sandbox/issuer/clients.ts";
import { startSandbox } from "../../../sandbox/mod.ts";
import { discover } from "../../../src/auth/discovery.ts";
import { createFetch } from "../../../src/http/fetch.ts";
import { connectServer } from "../../harness.ts";
import { assertTold, FAULTS, openFaultBed } from "./bed.ts";
import { impatientClock } from "../../tools/clocks.ts";
import { AT_FLYTE, LONGEST_PAUSE_MS } from "./flyte.ts";

for (const rpc of ["GetOAuth2Metadata", "GetPublicClientConfig"]) {
  for (const [what, { fault, code, attempts }] of Object.entries(AT_FLYTE)) {
    Deno.test(`AuthMetadata that meets ${what} at ${rpc} is told, and the next call logs in`, async () => {
      const clock = impatientClock();
      await using bed = await openFaultBed({ clock });
      const { faults, requests } = bed.sandbox.ingress;
      faults.next(rpc, fault, { times: attempts });
      const { data, text } = await bed.call("whoami");
      assertEquals(
        [data.error?.code, data.error?.fix_by],
        [code, "retry"],
        text,
      );
      const asked = requests.filter(({ path }) => path.includes(rpc));
      assertEquals(asked.length, attempts);
      clock.advance(LONGEST_PAUSE_MS);
      await bed.logIn();
      assertEquals((await bed.call("whoami")).data.identity, "known");
      bed.assertNoSecrets();
    });
  }
}

/** An issuer has its document in two places; without a path they are tried once each. */
const PLACES = 2;

for (const [what, known] of Object.entries(FAULTS)) {
  const { kind } = known.fault;
  // What answers with something else has no document: that is told as such.
  if (kind === "not_json") continue;
  const isHttp = kind === "status";

  Deno.test(`FLYTE_ISSUER whose document meets ${what} is told as such, and the next call logs in`, async () => {
    await using bed = await openFaultBed();
    const { issuer } = bed.sandbox;
    await using flyte = await startSandbox({ auth: "open", seeded: false });
    // Flyte wants a token, and publishes no login.
    flyte.ingress.faults.next("ProjectService", {
      ...{ kind: "refuse", refusal: "connect_401" },
    }, { times: 2 });
    await using server = await connectServer(flyte.endpoint, {
      env: {
        FLYTE_ISSUER: issuer?.url ?? "",
        FLYTE_CLIENT_ID: CLI_CLIENT.clientId,
        FLYTE_SCOPES: "all,offline_access",
      },
    });
    bed.fail("discovery", known.fault, { times: isHttp ? PLACES : 1 });
    assertTold(await server.call("list_projects"), known);
    assertEquals(bed.asked("discovery"), isHttp ? PLACES : 1);
    const { data, text } = await server.call("list_projects");
    assertEquals(data.status, "login_required", text);
  });
}

Deno.test("FLYTE_ISSUER is found in its second place while the first is down", async () => {
  await using bed = await openFaultBed();
  const { issuer } = bed.sandbox;
  assert(issuer);
  bed.fail("discovery", { kind: "status", status: 503 });
  using fetch = createFetch({ caCert: null });
  const { signal } = new AbortController();
  const found = await discover(issuer.url, { fetch, signal });
  assertEquals(found?.tokenEndpoint, `${issuer.url}/token`);
  assertEquals(bed.asked("discovery"), PLACES);
});
