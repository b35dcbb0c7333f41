/** A log is read in one pass that ends in time, tells how far it is, and can be cancelled. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { SCALE } from "../../sandbox/seed/mod.ts";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { connectServer, fastClock, openTestBed, toCalled } from "../harness.ts";
import { serveFlyte } from "./beds.ts";
import { patientClock } from "./clocks.ts";

const ROOT = { run: { project: "p", domain: "d", name: "r1" }, name: "a0" };
const ARGS = { run: "r1", project: "p", domain: "d" };
const T0 = Date.UTC(2026, 10, 22, 18);

/** What a log stream does. */
type Stream = (context: HandlerContext) => AsyncGenerator<{
  logs: {
    lines: {
      message: string;
      timestamp?: ReturnType<typeof timestampFromMs>;
    }[];
  }[];
}>;

/** A Flyte with one run, whose log is this stream; it counts the calls. */
async function serveLog(
  stream: Stream,
  { phase = ActionPhase.FAILED, startKnown = false, attemptCount = 1 } = {},
) {
  const calls: number[] = [];
  const container = {
    containerName: "c",
    ...(startKnown && {
      process: { containerStartTime: timestampFromMs(T0) },
    }),
  };
  const attempts = Array.from({ length: attemptCount }, (_, at) => ({
    attempt: at + 1,
    phase,
    logContext: {
      primaryPodName: "pod",
      pods: [{
        podName: "pod",
        primaryContainerName: "c",
        containers: [container],
      }],
    },
  }));
  const flyte = await serveFlyte((router) => {
    router.service(RunService, {
      getRunDetails: () => ({
        details: {
          action: {
            id: ROOT,
            status: { phase, attempts: attemptCount },
            attempts,
          },
        },
      }),
    });
    router.service(DataProxyService, {
      async *tailLogs({ attempt }, context) {
        calls.push(attempt);
        yield* stream(context);
      },
    });
  });
  return { ...flyte, calls };
}

function batch(from: number, count: number, text = "line") {
  const lines = Array.from({ length: count }, (_, at) => ({
    message: `${text} ${from + at}`,
    timestamp: timestampFromMs(T0 + from + at),
  }));
  return { logs: [{ lines }] };
}

async function until({ signal }: HandlerContext): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve());
  await promise;
}

Deno.test("get_logs takes what there is after 25 seconds, and says how far it came", async () => {
  const clock = patientClock();
  await using flyte = await serveLog(async function* (context) {
    clock.advance(2000);
    yield batch(0, 200);
    await until(context);
  });
  await using server = await connectServer(flyte.url, { clock });
  const result = await server.client.callTool(
    { name: "get_logs", arguments: ARGS },
    // What was sent has been read: now time may be over.
    { onprogress: () => clock.runOut() },
  );
  const { data, text, isError } = toCalled(result);
  const [log] = data.logs;
  assertEquals(isError, false, text);
  assertEquals([log.reached_end, log.lines_read], [false, 200]);
  assertEquals(log.reached_time, "2026-11-22T18:00:00.199Z");
  assertMatch(log.note, /^Flyte gives logs from their beginning alone/);
  assertMatch(log.text, /line 199 \w+-data>>$/);
  const [wait = 0] = clock.waits;
  assert(wait > 20_000 && wait <= 25_000, `${wait} ms`);
});

Deno.test("get_logs keeps what came before the stream broke off, and says so", async () => {
  await using flyte = await serveLog(async function* () {
    yield batch(0, 5);
    throw new ConnectError("over", Code.Unavailable);
  });
  await using server = await connectServer(flyte.url);
  const { data, text } = await server.call("get_logs", ARGS);
  const [log] = data.logs;
  assertEquals([log.lines, log.reached_end], [5, false]);
  assertMatch(log.note, /^The stream broke off/);
  assert(text.startsWith("The last 5 lines that could be read of a0"), text);
});

Deno.test("get_logs says that only the last thousand lines are there where the start is not known", async () => {
  for (const startKnown of [true, false]) {
    await using flyte = await serveLog(async function* () {
      for (let at = 0; at < 1000; at += 100) yield batch(at, 100);
    }, { startKnown });
    await using server = await connectServer(flyte.url);
    const { data } = await server.call("get_logs", ARGS);
    const [log] = data.logs;
    assertEquals([log.lines_read, log.from_start], [1000, startKnown]);
    assertEquals(log.note === null, startKnown);
  }
});

Deno.test("get_logs asks Flyte once for a finished log, whatever is asked of it", async () => {
  await using flyte = await serveLog(async function* () {
    yield batch(0, 90);
  });
  await using server = await connectServer(flyte.url);
  for (
    const args of [
      {},
      { part: "head", limit: 2 },
      { grep: "line 4\\d" },
      { since: "2026-11-22T18:00:00.050Z" },
    ]
  ) {
    const { data, text } = await server.call("get_logs", { ...ARGS, ...args });
    assert(data.logs[0].lines > 0, text);
  }
  assertEquals(flyte.calls, [1]);
});

Deno.test("get_logs asks Flyte each time for the log of a running action", async () => {
  await using flyte = await serveLog(async function* () {
    yield batch(0, 3);
  }, { phase: ActionPhase.RUNNING });
  await using server = await connectServer(flyte.url);
  await server.call("get_logs", ARGS);
  await server.call("get_logs", ARGS);
  assertEquals(flyte.calls, [1, 1]);
});

Deno.test("get_logs takes an earlier attempt of a running action for over", async () => {
  await using flyte = await serveLog(async function* () {
    yield batch(0, 3);
  }, { phase: ActionPhase.RUNNING, attemptCount: 2 });
  await using server = await connectServer(flyte.url);
  const ask = async (attempt: number) => {
    const { data } = await server.call("get_logs", { ...ARGS, attempt });
    return data.logs[0].newer_cursor;
  };
  assertEquals([await ask(1), await ask(1)], [null, null]);
  assertEquals(typeof await ask(2), "string");
  assertEquals(flyte.calls, [1, 2]);
});

Deno.test("get_logs tells a host that asks how far it is", async () => {
  const clock = patientClock();
  await using flyte = await serveLog(async function* () {
    for (let at = 0; at < 300; at += 100) {
      clock.advance(1500);
      yield batch(at, 100);
    }
  });
  await using server = await connectServer(flyte.url, { clock });
  const told: string[] = [];
  await server.client.callTool({ name: "get_logs", arguments: ARGS }, {
    onprogress: ({ message = "" }) => told.push(message),
  });
  assertEquals(told[0], "100 lines of a0 read, up to 2026-11-22T18:00:00.099Z");
});

Deno.test("cancelling get_logs ends the stream that it reads", async () => {
  const begun = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  await using flyte = await serveLog(async function* (context) {
    yield batch(0, 1);
    begun.resolve();
    await until(context);
    left.resolve();
  });
  await using server = await connectServer(flyte.url);
  const cancel = new AbortController();
  const call = server.client.callTool({ name: "get_logs", arguments: ARGS }, {
    signal: cancel.signal,
  });
  await begun.promise;
  cancel.abort();
  await assertRejects(() => call);
  await left.promise;
  assertEquals(server.reports, []);
});

Deno.test("get_logs fits lines of any length and script into a result", async () => {
  for (
    const text of ["日本語".repeat(3000), '"\\'.repeat(5000), "x".repeat(9000)]
  ) {
    await using flyte = await serveLog(async function* () {
      for (let at = 0; at < 30; at++) yield batch(at, 1, text);
    });
    await using server = await connectServer(flyte.url);
    const { data, isError, text: said } = await server.call("get_logs", ARGS);
    assertEquals(isError, false, said);
    const [log] = data.logs;
    const bytes = new TextEncoder().encode(JSON.stringify(data)).length;
    assert(bytes <= RESULT_BYTES.usual, `${bytes} bytes`);
    assert(log.lines > 0 && log.lines < 30, `${log.lines} lines`);
    assert(log.older_cursor !== null);
  }
});

Deno.test("get_logs reads the end of 200,000 lines in one go", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, logLines: 200_000 } },
    // The machine may be busy; deadlines are ten times as far away.
    clock: fastClock(0.1),
  });
  const { data, text } = await bed.call("get_logs", {
    run: SCALE.longLog.name,
    project: SCALE.project,
    grep: `${SCALE.line(123_456).replaceAll(".", "\\.")}$`,
    context: 1,
  });
  const [log] = data.logs;
  assertEquals(log.lines_read, 200_015, text);
  assertEquals([log.matches, log.lines, log.reached_end], [1, 3, true]);
});
