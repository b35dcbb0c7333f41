/** A browser login that nobody finishes ends by itself. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { type Clock, systemClock } from "../../src/clock.ts";
import { freePort } from "../free_port.ts";
import { openTestBed } from "../harness.ts";

/** A clock whose sleeps of minutes end when the test says so. */
function clockOfMinutes(): Clock & { readonly pass: () => void } {
  const passed = Promise.withResolvers<void>();
  return {
    pass: passed.resolve,
    now: systemClock.now,
    sleep: (ms, signal) =>
      ms < 60_000 ? systemClock.sleep(ms, signal) : passed.promise,
  };
}

Deno.test("a browser login that nobody finishes expires, and its port is free again", async () => {
  const port = freePort();
  const clock = clockOfMinutes();
  await using bed = await openTestBed({
    clock,
    env: { FLYTE_AUTH_TYPE: "Pkce" },
    sandbox: { client: { redirectUri: `http://localhost:${port}/callback` } },
  });
  const { data: asked } = await bed.call("whoami");
  const stray = await fetch(`http://127.0.0.1:${port}/favicon.ico`);
  assertEquals([stray.status, await stray.text()], [404, "Not found\n"]);
  clock.pass();
  const { data: status } = await bed.call("auth_status", { wait_seconds: 5 });
  assertEquals(status.error.code, "login_expired");
  // The next login starts when the one before has let go of its port.
  const { data: again } = await bed.call("login", { method: "device" });
  assertNotEquals(again.method, asked.method);
  using listener = Deno.listen({ hostname: "127.0.0.1", port });
  assert(listener);
});
