/** What diagnoses need of a log, of runs that go wrong in every way. */
import { assertEquals, assertMatch } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { ActionIdentifierSchema } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { DataProxyService } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { createIdleCluster } from "../../../sandbox/plane/kubernetes/idle_cluster.ts";
import { createPlane, type Plane } from "../../../sandbox/plane/mod.ts";
import { SCALE, seed, TROUBLES } from "../../../sandbox/seed/mod.ts";
import type { ActionKey } from "../../../sandbox/plane/workflow/actions.ts";
import { Caller } from "../../../src/client/sharing/caller.ts";
import { AttemptLogs } from "../../../src/client/logs/attempt_logs.ts";
import { endOfLog } from "../../../src/client/logs/end_of_log.ts";
import { systemClock } from "../../../src/clock.ts";

const LOG_LINES = 3000;

let seeded: Promise<Plane> | undefined;

/** One plane for all tests of this file, which only read it. */
function plane(): Promise<Plane> {
  return seeded ??= Promise.try(async () => {
    const cluster = createIdleCluster();
    const plane = createPlane({ ...systemClock, kubernetes: cluster.connect });
    const seeds = { everyday: false, troubles: true, logLines: LOG_LINES };
    await seed({ ...plane, ...cluster }, Date.now(), seeds);
    return plane;
  });
}

async function endOf({ run, name }: ActionKey, attempt = 1, lines = 5) {
  const { transport } = await plane();
  const nobody = new Caller({ credentials: () => Promise.resolve(null) });
  const proxy = createClient(DataProxyService, transport);
  const logs = new AttemptLogs(proxy, nobody);
  const actionId = create(ActionIdentifierSchema, { run, name });
  const read = await logs.readToEnd({ actionId, attempt, isOver: true }, {
    clock: systemClock,
    signal: new AbortController().signal,
    until: Date.now() + 25_000,
  });
  return endOfLog(read, { lines });
}

Deno.test("endOfLog() has the whole traceback with the exception before it", async () => {
  const { traceback, isComplete } = await endOf(TROUBLES.userException.cause);
  assertEquals(traceback?.exception, "KeyError: 'amount'");
  assertEquals(isComplete, true);
  const titles = traceback?.lines.filter((line) =>
    line.startsWith("Traceback")
  );
  assertEquals(titles?.length, 2);
  assertEquals(
    traceback?.lines.includes("IndexError: list index out of range"),
    true,
  );
  assertEquals(traceback?.lines.at(-1), "KeyError: 'amount'");
});

Deno.test("endOfLog() has the last lines, as many as were asked for", async () => {
  const { lines } = await endOf(TROUBLES.userException.cause, 1, 2);
  assertEquals(lines.length, 2);
  assertMatch(
    lines[1]?.text ?? "",
    /^\[flyte\] WARNING Flyte runtime completed/,
  );
});

Deno.test("endOfLog() has the last launch of a crash loop", async () => {
  const { traceback } = await endOf(TROUBLES.crashLoop.cause);
  assertEquals(
    traceback?.exception,
    "ModuleNotFoundError: No module named 'confluent_kafka'",
  );
  const { traceback: earlier } = await endOf(TROUBLES.wrongType.cause);
  assertMatch(
    earlier?.exception ?? "",
    /TypeTransformerFailedError: Error converting input 'rows':$/,
  );
  assertEquals(earlier?.lines.at(-1), " to <class 'int'>");
});

Deno.test("endOfLog() of a container that died without a traceback has none", async () => {
  const { traceback, lines } = await endOf(TROUBLES.silentCrashLoop.cause);
  assertEquals(traceback, null);
  assertEquals(lines.at(-1)?.text, "  what():  std::bad_alloc");
});

Deno.test("endOfLog() of a long log has its end", async () => {
  const { traceback, lines } = await endOf({ run: SCALE.longLog, name: "a0" });
  assertEquals(traceback?.exception, "FloatingPointError: loss is nan");
  assertEquals((lines.at(-1)?.number ?? 0) > LOG_LINES, true);
});
