/**
 * Secrets and apps as a whole manager with Kubernetes behind it was recorded
 * answering. Its exchanges are without a number, but these follow one another.
 */
import { Buffer } from "node:buffer";
import { createIdleCluster } from "../../../sandbox/plane/kubernetes/idle_cluster.ts";
import type { AppKey } from "../../../sandbox/plane/kubernetes/knative.ts";
import { type Exchange, readRecorded } from "./replay/recorded.ts";
import { Replay } from "./replay/replay.ts";
import { servePlane } from "./replay/served_plane.ts";
import { createTestClock } from "./replay/test_clock.ts";

const START_MS = Date.parse("2026-11-22T18:18:21Z");
const CACHE_MS = 30_000;

/** The streams of this file end differently: with an empty message once they are closed. */
function numbered(exchange: Exchange): Exchange {
  const { response = {} } = exchange;
  // This one was no drop: the client gave up waiting for headers.
  if (response.connection) {
    return { ...exchange, response: { end: "no answer" } };
  }
  if (!response.stream) return exchange;
  const stream = response.stream.filter(({ message }) => message !== null);
  const isOver = stream.some((entry) => entry.end_of_stream !== undefined);
  const end = isOver ? "end of stream" : "still open";
  return { ...exchange, response: { ...response, stream, end } };
}

/** Tokens tell which version of the cluster they are of, and ours has but one. */
function unversioned(exchange: Exchange): Exchange {
  const text = JSON.stringify(exchange).replaceAll(
    /"token":"(eyJ[\w-]+)"/g,
    (_, token: string) => {
      const place = JSON.parse(Buffer.from(token, "base64url").toString());
      const ours = JSON.stringify({ ...place, rv: 1 });
      return `"token":"${Buffer.from(ours).toString("base64url")}"`;
    },
  );
  return JSON.parse(text);
}

function exchangesOf(...services: string[]): Exchange[] {
  return readRecorded("kubernetes")
    .filter(({ rpc = "" }) => services.some((name) => rpc.includes(name)))
    .map((exchange) => unversioned(numbered(exchange)));
}

async function serve() {
  const clock = createTestClock(START_MS);
  const cluster = createIdleCluster();
  const served = await servePlane({ ...clock, kubernetes: cluster.connect });
  const { client, plane } = served;
  const replay = new Replay({ client, clock, putObject: plane.putObject });
  return {
    clock,
    cluster,
    replay,
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

Deno.test("plane answers for secrets as recorded", async () => {
  await using world = await serve();
  const exchanges = exchangesOf("SecretService");
  if (exchanges.length < 30) throw new Error("The recording is not whole");
  for (const exchange of exchanges) await replayed(world.replay, exchange);
});

Deno.test("plane answers for apps as recorded", async () => {
  await using world = await serve();
  const exchanges = exchangesOf("AppService", "AppLogsService");
  if (exchanges.length < 40) throw new Error("The recording is not whole");
  for (const exchange of exchanges) {
    if (exchange.case === "AppService Get active") settle(world);
    await replayed(world.replay, exchange);
  }
});

/** What Knative was seen doing between two exchanges; what Get remembers is old by then. */
function settle(
  { cluster, clock }: Awaited<ReturnType<typeof serve>>,
): void {
  const { apps } = cluster;
  const all = apps.list({ project: "", domain: "" }, { limit: 0, token: "" });
  const failed = {
    kind: "failed",
    why: "Unable to fetch image: 401 Unauthorized",
  } as const;
  for (const service of all.items) {
    const key: AppKey = service;
    const state = key.name === "badweb" ? failed : { kind: "ready" } as const;
    apps.update(key, { state }, clock.now() * 1_000);
  }
  clock.advance(CACHE_MS);
}

async function replayed(replay: Replay, exchange: Exchange): Promise<void> {
  try {
    await replay.exchange(exchange);
  } catch (cause) {
    throw new Error(`Not as recorded: ${exchange.case}: ${cause}`, { cause });
  }
}
