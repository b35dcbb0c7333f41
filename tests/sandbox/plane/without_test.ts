import { assertEquals } from "@std/assert";
import { createIdleCluster } from "../../../sandbox/plane/kubernetes/idle_cluster.ts";
import type { PlaneOptions } from "../../../sandbox/plane/mod.ts";
import { servePlane } from "./replay/served_plane.ts";
import { createTestClock } from "./replay/test_clock.ts";

const START_MS = Date.parse("2026-03-01T12:00:00Z");
const SIGNAL = "/flyteidl2.workflow.RunService/SignalEvent";
const LIST_RUNS = "/flyteidl2.workflow.RunService/ListRuns";
const LIST_APPS = "/flyteidl2.app.AppService/List";
const LIST_SECRETS = "/flyteidl2.secret.SecretService/ListSecrets";

/** What a plane answers a call of these paths. */
async function statuses(
  options: Partial<PlaneOptions>,
  paths: readonly string[],
): Promise<string[]> {
  const clock = createTestClock(START_MS);
  await using served = await servePlane({ ...clock, ...options });
  const found = [];
  for (const path of paths) {
    const { status, headers } = await served.client.send({
      method: "POST",
      path,
      headers: { "content-type": "application/json" },
      body: new TextEncoder().encode("{}"),
    });
    found.push(`${status} ${headers["content-type"]}`);
  }
  return found;
}

const MISSING = "404 text/plain; charset=utf-8";
const THERE = "200 application/json";

Deno.test("createPlane() answers 404 where it is told that nothing is mounted", async () => {
  const kubernetes = createIdleCluster().connect;
  const without = [SIGNAL, "/flyteidl2.app.AppService/"];
  assertEquals(
    await statuses({ kubernetes, without }, [SIGNAL, LIST_APPS, LIST_RUNS]),
    [MISSING, MISSING, THERE],
  );
});

Deno.test("createPlane() mounts apps and secrets with a cluster alone", async () => {
  const kubernetes = createIdleCluster().connect;
  const paths = [LIST_APPS, LIST_SECRETS];
  assertEquals(await statuses({ kubernetes }, paths), [THERE, THERE]);
  assertEquals(await statuses({}, paths), [MISSING, MISSING]);
});
