/**
 * A config file that is rewritten to name another Flyte, which publishes the
 * login of the first: the running server stays where it was logged in, and a
 * new one brings no token. The SDK's transport keeps a kill timer running
 * after close(), so this file's sanitizers are off.
 */
import { assert, assertEquals } from "@std/assert";
import { createIngress } from "../../sandbox/ingress.ts";
import { CLI_CLIENT, REDIRECT_URI } from "../../sandbox/issuer/clients.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createPlane } from "../../sandbox/plane/mod.ts";
import { systemClock } from "../../src/clock.ts";
import { approve } from "../harness.ts";
import {
  assertActsAs,
  assertGrants,
  assertNothingLeaked,
  makeFolder,
  startFlow,
  startLocked,
  waitForLogin,
} from "./flow_bed.ts";

Deno.test.sanitizer({ ops: false, resources: false });

/** A home whose config file names this Flyte. */
function configFor(endpoint: string): string {
  return `admin:\n  endpoint: ${endpoint}\n`;
}

Deno.test("a config file that changes under a server takes no token to another Flyte", async () => {
  await using sandbox = await startLocked();
  const { issuer } = sandbox;
  assert(issuer);
  const client = {
    clientId: CLI_CLIENT.clientId,
    redirectUri: REDIRECT_URI,
    scopes: ["all", "offline_access"],
    audience: issuer.audience,
  };
  await using plane = createPlane({
    ...systemClock,
    issuer: { url: issuer.url, client },
  });
  const copycat = createIngress({ plane: plane.handle, issuer });
  await using other = await listenOnLoopback(copycat, 0);
  const file = ".flyte/config.yaml";
  await using home = await makeFolder({ [file]: configFor(sandbox.endpoint) });
  const options = { env: { HOME: home.path }, cwd: home.path };
  {
    await using flow = await startFlow("", options);
    await approve(await flow.call("whoami"));
    await waitForLogin(flow);
    await assertActsAs(flow, "sandbox-ada");
    await home.write(file, configFor(other.url));
    await assertActsAs(flow, "sandbox-ada");
    assertEquals(copycat.requests, []);
    assertNothingLeaked(flow, sandbox);
  }
  await using flow = await startFlow("", options);
  const asked = await flow.call("list_projects");
  assertEquals(asked.data.status, "login_required", asked.text);
  assertEquals(asked.data.endpoint, other.url);
  assert(copycat.requests.length > 0);
  assertEquals(copycat.requests.filter(({ token }) => token), []);
  assertGrants(sandbox, "device_code");
});
