import { assert, assertEquals, assertRejects } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import {
  type Spec,
  SpecSchema,
  Status_DeploymentStatus,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import { AppLogsService } from "../../../idl/flyteidl2/app/app_logs_service_pb.ts";
import type { TailLogsResponse } from "../../../idl/flyteidl2/app/app_logs_payload_pb.ts";
import { AppService } from "../../../idl/flyteidl2/app/app_service_pb.ts";
import { createWorld, START_MS, type World } from "./world.ts";

const START = START_MS * 1_000;
const APP = { project: "flytesnacks", domain: "development", name: "web" };
const CACHED_MS = 30_000;

function spec(image: string): Spec {
  return create(SpecSchema, {
    appPayload: { case: "container", value: { image } },
  });
}

function clients({ plane: { transport } }: World) {
  return {
    apps: createClient(AppService, transport),
    logs: createClient(AppLogsService, transport),
  };
}

async function statusOf(world: World): Promise<string[]> {
  const { app } = await clients(world).apps.get({
    identifier: { case: "appId", value: APP },
  });
  return (app?.status?.conditions ?? [])
    .map((one) => Status_DeploymentStatus[one.deploymentStatus]);
}

/** Two pods of the app, with these lines. */
function addPods(
  { cluster: { apps, pods } }: World,
  { running }: { running: boolean },
) {
  const names = ["web-1", "web-2"];
  for (const name of names) {
    const lines = [{ time: START, message: `hello from ${name}` }];
    pods.add({ namespace: "flyte", name, lines, running });
  }
  apps.update(APP, { state: { kind: "ready" }, pods: names }, START);
}

Deno.test("AppService.Get shows for half a minute what it has shown before", async () => {
  await using world = createWorld();
  world.cluster.apps.deploy(APP, spec("web:1"), START);
  assertEquals(await statusOf(world), []);
  world.cluster.apps.update(APP, { state: { kind: "ready" } }, START);
  assertEquals(await statusOf(world), []);
  world.clock.advance(CACHED_MS);
  assertEquals(await statusOf(world), ["ACTIVE", "ACTIVE", "ACTIVE"]);
});

Deno.test("AppService.List shows how apps do now", async () => {
  await using world = createWorld();
  world.cluster.apps.deploy(APP, spec("web:1"), START);
  await statusOf(world);
  world.cluster.apps.update(APP, { state: { kind: "ready" } }, START);
  const { apps } = await clients(world).apps.list({});
  assertEquals(apps[0]?.status?.conditions.length, 3);
});

Deno.test("AppService.Watch tells of an app of the same name in another project", async () => {
  await using world = createWorld();
  world.cluster.apps.deploy(APP, spec("web:1"), START);
  const stop = new AbortController();
  const stream = clients(world).apps.watch(
    { target: { case: "appId", value: APP } },
    { signal: stop.signal },
  )[Symbol.asyncIterator]();
  assertEquals((await stream.next()).value?.event.case, "createEvent");
  const other = { ...APP, project: "ml-prod" };
  world.cluster.apps.deploy(other, spec("web:1"), START);
  const { value } = await stream.next();
  assert(value?.event.case === "createEvent");
  assertEquals(value.event.value.app?.metadata?.id?.project, "ml-prod");
  world.cluster.apps.remove(APP);
  assertEquals((await stream.next()).value?.event.case, "deleteEvent");
  stop.abort();
  await stream.next().catch(() => {});
});

Deno.test("AppLogsService.TailLogs names the replicas, then sends the lines of each", async () => {
  await using world = createWorld();
  world.cluster.apps.deploy(APP, spec("web:1"), START);
  addPods(world, { running: false });
  const messages: TailLogsResponse["resp"][] = [];
  const target = { case: "appId", value: APP } as const;
  for await (const { resp } of clients(world).logs.tailLogs({ target })) {
    messages.push(resp);
  }
  const [first, ...others] = messages;
  assert(first?.case === "replicas");
  assertEquals(
    first.value.replicas.map(({ name }) => name),
    ["web-1", "web-2"],
  );
  const lines = others.flatMap((resp) =>
    resp.case === "batches"
      ? resp.value.logs.map((log) => [
        log.replicaId?.name,
        log.structuredLines[0]?.message,
      ])
      : []
  );
  assertEquals(lines.toSorted(), [
    ["web-1", "hello from web-1"],
    ["web-2", "hello from web-2"],
  ]);
});

Deno.test("AppLogsService.TailLogs follows a replica that runs", async () => {
  await using world = createWorld();
  world.cluster.apps.deploy(APP, spec("web:1"), START);
  addPods(world, { running: true });
  const replica = { appId: APP, name: "web-1" };
  const stream = clients(world).logs.tailLogs({
    target: { case: "replicaId", value: replica },
  })[Symbol.asyncIterator]();
  await stream.next();
  await stream.next();
  const pod = world.cluster.pods.get("flyte", "web-1");
  pod?.write({ time: START + 1, message: "later" });
  const { value } = await stream.next();
  assert(value?.resp.case === "batches");
  assertEquals(value.resp.value.logs[0]?.structuredLines[0]?.message, "later");
  pod?.finish();
  assertEquals((await stream.next()).done, true);
});

Deno.test("AppLogsService.TailLogs has room for a hundred readers", async () => {
  await using world = createWorld();
  world.cluster.apps.deploy(APP, spec("web:1"), START);
  addPods(world, { running: true });
  const { logs } = clients(world);
  const target = { case: "appId", value: APP } as const;
  const stop = new AbortController();
  const readers = Array.from(
    { length: 100 },
    () =>
      logs.tailLogs({ target }, { signal: stop.signal })[
        Symbol.asyncIterator
      ](),
  );
  for (const reader of readers) await reader.next();
  const next = () => logs.tailLogs({ target })[Symbol.asyncIterator]().next();
  const error = await assertRejects(next, ConnectError);
  assertEquals(error.code, Code.ResourceExhausted);
  stop.abort();
  await Promise.allSettled(readers.map((reader) => reader.next()));
});

Deno.test("AppLogsService.TailLogs ends with not_found when a replica is gone", async () => {
  await using world = createWorld();
  world.cluster.apps.deploy(APP, spec("web:1"), START);
  addPods(world, { running: true });
  world.cluster.pods.remove("flyte", "web-2");
  const target = { case: "appId", value: APP } as const;
  const read = async () => {
    for await (const { resp } of clients(world).logs.tailLogs({ target })) {
      assert(resp.case);
    }
  };
  const error = await assertRejects(
    read,
    ConnectError,
    "pod web-2 not found in namespace flyte",
  );
  assertEquals(error.code, Code.NotFound);
});
