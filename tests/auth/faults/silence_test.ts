/** An issuer that takes a request and never answers: each wait has an end. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { CI_CLIENT } from "../../../sandbox/issuer/clients.ts";
import { approveAuthorization } from "../../../sandbox/issuer/person.ts";
import { freePort } from "../../free_port.ts";
import { approve } from "../../harness.ts";
import { assertTold, FAULTS, openFaultBed, refused } from "./bed.ts";
import { holdDeadlines, silence } from "./deadlines.ts";

/** What silence is told as: like any other answer that did not come. */
const NO_ANSWER = FAULTS["a connection that is dropped"];
if (!NO_ANSWER) throw new Error("There is no such fault");

/** One request to the issuer, and its bound. */
const ONE_MS = 10_000;

/** The start of a login with everything that belongs to it. */
const START_MS = 30_000;

type Options = Parameters<typeof openFaultBed>[0] & object;

/** A bed whose issuer can be silent. */
async function openSilentBed(options: Options = {}) {
  const silent = silence();
  const bed = await openFaultBed({
    ...options,
    sandbox: { ...options.sandbox, issuer: { sleep: silent.sleep } },
  });
  return { ...bed, ...silent };
}

Deno.test("a device login that the issuer does not begin is given up after 30 s, and the next call begins it", async () => {
  await using bed = await openSilentBed();
  using deadlines = holdDeadlines();
  bed.fail("device_authorization", bed.fault);
  const asked = bed.call("whoami");
  await bed.arrived;
  deadlines.runOut(START_MS);
  assertTold(await asked, NO_ANSWER);
  assertEquals((await bed.call("whoami")).data.status, "login_required");
  assertEquals(bed.asked("device_authorization"), 2);
});

Deno.test("a poll without an answer is given up after 10 s, and the same code goes on", async () => {
  await using bed = await openSilentBed();
  using deadlines = holdDeadlines();
  bed.fail("token", bed.fault);
  const asked = await bed.call("whoami");
  await bed.arrived;
  deadlines.runOut(ONE_MS);
  await approve(asked);
  const status = await bed.call("auth_status", { wait_seconds: 25 });
  assertEquals(status.data.logged_in, true, status.text);
  assertEquals(bed.asked("device_authorization"), 1);
});

Deno.test("a browser's code whose exchange has no answer is kept after 10 s for another try", async () => {
  const redirectUri = `http://localhost:${freePort()}/callback`;
  await using bed = await openSilentBed({
    env: { FLYTE_AUTH_TYPE: "Pkce" },
    sandbox: { client: { redirectUri } },
  });
  using deadlines = holdDeadlines();
  const { data } = await bed.call("whoami");
  const address = await approveAuthorization(data.authorization_url);
  bed.fail("token", bed.fault);
  const loading = fetch(address);
  await bed.arrived;
  deadlines.runOut(ONE_MS);
  assertStringIncludes(await (await loading).text(), "Load this page again");
  assertStringIncludes(
    await (await fetch(address)).text(),
    "You are logged in",
  );
});

Deno.test("a renewal without an answer is given up after 10 s, and the token is kept", async () => {
  await using bed = await openSilentBed();
  await bed.logIn();
  await bed.call("list_projects");
  using deadlines = holdDeadlines();
  bed.fail("token", bed.fault);
  const call = refused(bed);
  await bed.arrived;
  deadlines.runOut(ONE_MS);
  assertTold(await call, NO_ANSWER);
  assertEquals((await refused(bed)).isError, false);
  assertEquals(bed.asked("device_authorization"), 1);
});

Deno.test("ClientSecret without an answer is given up after 10 s, and works at the next call", async () => {
  await using bed = await openSilentBed({
    env: {
      FLYTE_CLIENT_ID: CI_CLIENT.clientId,
      FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
      FLYTE_SCOPES: "all",
    },
  });
  using deadlines = holdDeadlines();
  bed.fail("token", bed.fault);
  const call = bed.call("list_projects");
  await bed.arrived;
  deadlines.runOut(ONE_MS);
  assertTold(await call, NO_ANSWER);
  assertEquals((await bed.call("list_projects")).isError, false);
});

for (const leg of ["discovery", "revocation"] as const) {
  Deno.test(`a logout ends after 10 s, and says that nothing was revoked, without an answer of ${leg}`, async () => {
    await using bed = await openSilentBed();
    await bed.logIn();
    using deadlines = holdDeadlines();
    bed.fail(leg, bed.fault);
    const out = bed.call("logout");
    await bed.arrived;
    deadlines.runOut(ONE_MS);
    const { data } = await out;
    assertEquals([data.logged_out, data.revoked], [true, false]);
    assertEquals((await bed.call("whoami")).data.status, "login_required");
  });
}
