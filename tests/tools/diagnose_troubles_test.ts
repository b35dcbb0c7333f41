/** Every trouble that is seeded, against what is known of it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createIngress } from "../../sandbox/ingress.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createIdleCluster } from "../../sandbox/plane/kubernetes/idle_cluster.ts";
import { createPlane, type Plane } from "../../sandbox/plane/mod.ts";
import { seed, TROUBLES } from "../../sandbox/seed/mod.ts";
import type { TroubleKind } from "../../sandbox/seed/troubles/troubles.ts";
import { systemClock } from "../../src/clock.ts";
import type { TroubleClass } from "../../src/client/diagnosis/trouble.ts";
import { jsonBytes } from "../../src/tools/budget.ts";
import { type Called, connectServer, type TestServer } from "../harness.ts";

/** What each kind of trouble is called. */
const CLASSES: Readonly<Record<TroubleKind, TroubleClass>> = {
  "user exception": "user_exception",
  "out of memory": "out_of_memory",
  "image pull": "image_pull",
  "bad container config": "container_config",
  "missing secret": "missing_secret",
  "missing outputs": "missing_outputs",
  "evicted": "evicted",
  "unschedulable": "unschedulable",
  "quota": "quota",
  "preemption": "preempted",
  "timeout": "timeout",
  "cache": "cache",
  "input type": "input_type",
  // The class is that of the action in which it began.
  "upstream failure": "user_exception",
  "aborted": "aborted",
  "crash loop": "crash_loop",
  "never enqueued": "not_enqueued",
  "condition timed out": "condition_timed_out",
  "waiting for people": "waiting_for_people",
  "log unreachable": "node_unreachable",
};

/** One seeded plane for all tests: they only read. */
let seeded: Promise<Plane> | undefined;

function troubles(): Promise<Plane> {
  return seeded ??= Promise.try(async () => {
    const cluster = createIdleCluster();
    const plane = createPlane({ ...systemClock, kubernetes: cluster.connect });
    const seeds = { everyday: false, troubles: true };
    await seed({ ...plane, ...cluster }, Date.now(), seeds);
    return plane;
  });
}

async function openTroubles(): Promise<TestServer> {
  const stack = new AsyncDisposableStack();
  const ingress = createIngress({ plane: (await troubles()).handle });
  const { url } = stack.use(await listenOnLoopback(ingress, 0));
  const server = stack.use(
    await connectServer(url, { env: { FLYTE_PROJECT: "troubles" } }),
  );
  return { ...server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function diagnose(run: string): Promise<Called> {
  await using server = await openTroubles();
  return await server.call("diagnose_run", { run });
}

/** Whether the action to blame is one below the root. */
function isBelow(name: string): boolean {
  return name !== "a0";
}

for (
  const [name, words] of [
    ["userException", /^Read the innermost frame/],
    ["tracebackInMessage", /^Read the innermost frame/],
    ["podGone", /^The log is gone, and the traceback with it/],
  ] as const
) {
  Deno.test(`diagnose_run proposes to read a traceback that there is: ${name}`, async () => {
    const { data } = await diagnose(TROUBLES[name].run.name);
    assertMatch(data.next_steps[0], words);
  });
}

for (const [name, trouble] of Object.entries(TROUBLES)) {
  Deno.test(`diagnose_run names class, cause and changes of ${name}`, async () => {
    const { data, text, isError } = await diagnose(trouble.run.name);
    assertEquals(isError, false, text);
    assertEquals(data.class, CLASSES[trouble.kind], data.verdict);
    assertEquals(data.cause.action, trouble.cause.name);
    assertEquals(data.cause.path[0], "a0");
    assertEquals(data.cause.path.at(-1), trouble.cause.name);
    assertEquals(data.cause.path.length > 1, isBelow(trouble.cause.name));
    const { run, changed } = data.since_last_success;
    assertEquals(run, trouble.lastSuccess.name);
    assertEquals(
      changed.map(({ what }: { what: string }) => what).sort(),
      [...trouble.changed].sort(),
    );
    assert(data.evidence.length > 0, text);
    assert(data.next_steps.length > 0);
    assert(text.startsWith(data.verdict), text);
    assert(jsonBytes(data) < 20_000, String(jsonBytes(data)));
  });
}
