import { assertEquals, assertRejects } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type TailLogsResponse,
  TailLogsResponseSchema,
} from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { abortable } from "../../../src/auth/single_flight.ts";
import type { Clock } from "../../../src/clock.ts";
import { ON_QUEUE } from "../../../src/client/admission/admit.ts";
import { type LogRead, Pass } from "../../../src/client/logs/pass.ts";
import {
  readLog,
  type ReadOptions,
} from "../../../src/client/logs/read_log.ts";
import { View } from "../../../src/client/logs/view.ts";
import { steppedClock, virtualClock } from "../../tools/clocks.ts";

/** A message of so many lines. */
function message(count: number, from = 0): TailLogsResponse {
  const lines = Array.from({ length: count }, (_, at) => ({
    message: `line ${from + at}`,
    timestamp: timestampFromMs(1_800_000_000_000 + from + at),
  }));
  return create(TailLogsResponseSchema, { logs: [{ lines }] });
}

/** What a server does: messages, and time between them. */
type Script = (
  pause: (ms: number) => Promise<void>,
) => AsyncGenerator<TailLogsResponse>;

interface Reading extends LogRead {
  /** How long it took, in milliseconds. */
  readonly took: number;
  /** Whether the stream was let go of. */
  readonly left: boolean;
}

/** Reads what a server sends that plays this script. */
async function read(
  script: Script,
  options: Partial<ReadOptions> & { pass?: Pass } = {},
): Promise<Reading> {
  const clock: Clock = virtualClock();
  const { pass = new Pass(null), ...rest } = options;
  let stream = new AbortController().signal;
  const open = async function* (signal: AbortSignal) {
    stream = signal;
    const messages = script((ms) => clock.sleep(ms, signal));
    try {
      for (;;) {
        const next = await abortable(messages.next(), signal);
        if (next.done) return;
        yield next.value;
      }
    } catch (error) {
      // Connect says so when its caller has gone.
      if (signal.aborted) throw new ConnectError("canceled", Code.Canceled);
      throw error;
    }
  };
  const log = await readLog(open, pass, {
    clock,
    signal: new AbortController().signal,
    until: 25_000,
    follows: false,
    ...rest,
  });
  return { ...log, took: clock.now(), left: stream.aborted };
}

/** Resolves never, like a stream that has nothing more to say. */
function silence(): Promise<never> {
  return Promise.withResolvers<never>().promise;
}

Deno.test("readLog() reads to the end of a log", async () => {
  const log = await read(async function* () {
    yield message(100);
    yield message(20, 100);
  });
  assertEquals([log.count, log.end, log.isWhole], [120, "end", true]);
  assertEquals(log.reached.time, 1_800_000_000_119_000);
});

Deno.test("readLog() reads a log that is empty", async () => {
  const log = await read(async function* () {});
  assertEquals([log.count, log.end, log.isWhole], [0, "end", true]);
});

Deno.test("readLog() reads each chunk of a message", async () => {
  const chunks = [message(2), message(3, 2)].flatMap(({ logs }) => logs);
  const log = await read(async function* () {
    yield create(TailLogsResponseSchema, { logs: chunks });
  });
  assertEquals(log.window.map(({ text }) => text).at(-1), "line 4");
});

Deno.test("readLog() takes what there is when time is over", async () => {
  const log = await read(async function* (pause) {
    for (let at = 0;; at += 100) {
      yield message(100, at);
      await pause(1000);
    }
  });
  assertEquals([log.end, log.took, log.isWhole], ["late", 25_000, false]);
  assertEquals(log.count, 2500);
  assertEquals(log.left, true);
});

Deno.test("readLog() does not wait longer for a stream that stalls", async () => {
  const log = await read(async function* () {
    yield message(3);
    await silence();
  });
  assertEquals([log.end, log.took, log.count], ["late", 25_000, 3]);
});

Deno.test("readLog() takes what a running container has written so far", async () => {
  const log = await read(async function* () {
    yield message(100);
    yield message(3, 100);
    await silence();
  }, { follows: true });
  assertEquals([log.end, log.count], ["now", 103]);
  assertEquals(log.took, 1000);
  assertEquals(log.isWhole, false);
});

Deno.test("readLog() waits for more where a message was full", async () => {
  const log = await read(async function* (pause) {
    yield message(100);
    await pause(2500);
    yield message(50, 100);
    await silence();
  }, { follows: true });
  assertEquals([log.end, log.count, log.took], ["now", 150, 3500]);
});

Deno.test("readLog() does not follow a container that writes on", async () => {
  const log = await read(async function* (pause) {
    for (let at = 0;; at++) {
      yield message(1, at);
      await pause(700);
    }
  }, { follows: true });
  assertEquals([log.end, log.took], ["now", 3000]);
  assertEquals(log.count, 5);
});

Deno.test("readLog() begins to follow anew after a message that was full", async () => {
  const log = await read(async function* (pause) {
    yield message(5);
    for (let at = 0; at < 8; at++) {
      await pause(500);
      yield message(100, 5 + at * 100);
    }
    yield message(5, 805);
    await pause(500);
    yield message(5, 810);
    await silence();
  }, { follows: true });
  assertEquals([log.end, log.count, log.took], ["now", 815, 5500]);
});

Deno.test("readLog() waits five seconds for a running container that has written nothing", async () => {
  const log = await read(async function* () {
    await silence();
    yield message(1);
  }, { follows: true });
  assertEquals([log.end, log.took, log.count], ["now", 5000, 0]);
});

Deno.test("readLog() does not take the wait for a turn for silence", async () => {
  const clock = steppedClock();
  const queue = Promise.withResolvers<void>();
  const { signal } = new AbortController();
  let isOver = false;
  const reading = readLog(
    async function* (signal, values) {
      const tell = values.get(ON_QUEUE);
      tell(true);
      await queue.promise;
      tell(false);
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(signal.reason));
      yield await promise;
    },
    new Pass(null),
    { clock, signal, until: 25_000, follows: true },
  ).finally(() => isOver = true);
  await clock.advance(10_000);
  queue.resolve();
  await clock.advance(4_999);
  assertEquals(isOver, false);
  await clock.advance(1);
  assertEquals((await reading).end, "now");
});

Deno.test("readLog() ends with a running container whose stream ends", async () => {
  const log = await read(async function* () {
    yield message(5);
  }, { follows: true });
  assertEquals([log.end, log.took], ["end", 0]);
});

Deno.test("readLog() lets go of the stream when a page is full", async () => {
  const pass = new Pass(new View({ part: "head", limit: 10 }));
  let sent = 0;
  const log = await read(async function* () {
    for (;; sent++) yield message(100, sent * 100);
  }, { pass });
  assertEquals([log.end, log.left], ["found", true]);
  assertEquals(sent, 0);
});

Deno.test("readLog() keeps what came before the stream broke off", async () => {
  const log = await read(async function* () {
    yield message(7);
    throw new ConnectError("gone", Code.Unavailable);
  });
  assertEquals([log.end, log.count, log.isWhole], ["broken", 7, false]);
});

Deno.test("readLog() fails with what the stream fails with before any line", async () => {
  const reading = read(async function* () {
    yield await Promise.reject(new ConnectError("no pod", Code.NotFound));
  });
  await assertRejects(() => reading, ConnectError, "no pod");
});

Deno.test("readLog() does not take a defect for a stream that broke off", async () => {
  const reading = read(async function* () {
    yield message(1);
    throw new RangeError("Not a matter of the network");
  });
  await assertRejects(() => reading, RangeError);
});

Deno.test("readLog() ends when its caller gives up, and so does the stream", async () => {
  const caller = new AbortController();
  const reason = new RangeError("Gave up");
  const reading = read(async function* () {
    yield message(1);
    caller.abort(reason);
    await silence();
  }, { signal: caller.signal });
  await assertRejects(() => reading, RangeError, "Gave up");
});

Deno.test("readLog() tells how far it is about once a second", async () => {
  const told: number[] = [];
  await read(async function* (pause) {
    for (let at = 0; at < 30; at++) {
      yield message(100, at * 100);
      await pause(100);
    }
  }, { onProgress: ({ count }) => told.push(count) });
  assertEquals(told, [1100, 2100]);
});
