import { assertEquals, assertRejects } from "@std/assert";
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
} from "@connectrpc/connect";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { IdentifierSchema } from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import {
  type TailLogsRequest,
  TailLogsResponseSchema,
} from "../../../idl/flyteidl2/app/app_logs_payload_pb.ts";
import { AppLogsService } from "../../../idl/flyteidl2/app/app_logs_service_pb.ts";
import { abortable } from "../../../src/auth/single_flight.ts";
import { readAppLogs } from "../../../src/client/logs/app_logs.ts";
import { virtualClock } from "../../tools/clocks.ts";

type Message = MessageInitShape<typeof TailLogsResponseSchema>;

const APP = create(IdentifierSchema, {
  ...{ org: "acme", project: "p", domain: "d", name: "chat" },
});

/** What a server sends; `pause` takes time of the test's clock. */
type Script = (
  pause: (ms: number) => Promise<void>,
) => AsyncGenerator<Message>;

/** Reads from a server that plays this script, with what it was asked. */
async function read(
  script: Script,
  { signal = new AbortController().signal, ms = 15_000 } = {},
) {
  const clock = virtualClock();
  const asked: TailLogsRequest[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(AppLogsService, {
      async *tailLogs(request, { signal }) {
        asked.push(request);
        const messages = script((ms) => clock.sleep(ms, signal));
        for (;;) {
          const next = await abortable(messages.next(), signal);
          if (next.done) return;
          yield create(TailLogsResponseSchema, next.value);
        }
      },
    });
  });
  const client = createClient(AppLogsService, transport);
  const until = clock.now() + ms;
  const log = await readAppLogs(client, APP, { clock, signal, until });
  return { ...log, asked, took: clock.now() };
}

function replicas(...names: string[]): Message {
  const value = { replicas: names.map((name) => ({ appId: APP, name })) };
  return { resp: { case: "replicas", value } };
}

/** Lines of a replica with their times, a millisecond apart. */
function lines(replica: string, texts: readonly string[], from = 0): Message {
  const structuredLines = texts.map((message, at) => ({
    message,
    timestamp: timestampFromMs(1_800_000_000_000 + from + at),
  }));
  const logs = [{ replicaId: { name: replica }, structuredLines }];
  return { resp: { case: "batches", value: { logs } } };
}

/** Never resolves, like a replica that has nothing to say. */
function silence(): Promise<never> {
  return Promise.withResolvers<never>().promise;
}

/** The texts of each replica. */
function textsOf({ logs }: Awaited<ReturnType<typeof read>>) {
  return Object.fromEntries(
    logs.map(({ replica, read }) => [
      replica,
      read.window.map(({ text }) => text),
    ]),
  );
}

Deno.test("readAppLogs() tells the lines of replicas apart", async () => {
  const log = await read(async function* () {
    yield replicas("a", "b", "quiet");
    yield lines("a", ["one", "two"], 10);
    yield lines("b", ["uno"], 0);
    yield lines("a", ["three"], 20);
    await silence();
  });
  assertEquals(log.replicas, ["a", "b", "quiet"]);
  assertEquals(textsOf(log), { a: ["one", "two", "three"], b: ["uno"] });
  assertEquals(log.end, "now");
  assertEquals(log.asked.map(({ target }) => target.case), ["appId"]);
  assertEquals(log.asked[0]?.target.value, APP);
});

Deno.test("readAppLogs() reads lines without times, and lines without a replica", async () => {
  const log = await read(async function* () {
    const logs = [{ replicaId: { name: "a" }, lines: ["bare"] }];
    yield { resp: { case: "batches", value: { logs } } };
    yield {
      resp: {
        case: "logLines",
        value: { structuredLines: [{ message: "m", shortPodName: "pod-7" }] },
      },
    };
    yield { resp: { case: "logLines", value: { lines: ["nobody's"] } } };
    yield {};
  });
  assertEquals(textsOf(log), {
    "a": ["bare"],
    "pod-7": ["m"],
    "": ["nobody's"],
  });
  assertEquals(log.replicas, ["a", "pod-7"]);
  assertEquals(log.end, "end");
});

Deno.test("readAppLogs() keeps the logs of a few replicas, and the names of all", async () => {
  const names = Array.from({ length: 30 }, (_, at) => `r${at}`);
  const log = await read(async function* () {
    yield replicas(...names);
    for (const name of names) yield lines(name, ["here"]);
    await silence();
  });
  assertEquals(log.replicas, names);
  assertEquals(log.logs.map(({ replica }) => replica), names.slice(0, 8));
});

Deno.test("readAppLogs() cleans lines as those of runs are", async () => {
  const log = await read(async function* () {
    yield lines("a", ["\x1b[31mred\x1b[0m\u202e", " 10%\r 90%\r100%"]);
  });
  assertEquals(textsOf(log), { a: ["red", "100%"] });
});

Deno.test("readAppLogs() waits five seconds for replicas that say nothing", async () => {
  const log = await read(async function* () {
    yield replicas("a");
    await silence();
  });
  assertEquals([log.replicas, log.logs, log.end], [["a"], [], "now"]);
  assertEquals(log.took, 5000);
});

Deno.test("readAppLogs() ends with an app that never stops printing", async () => {
  const log = await read(async function* (pause) {
    yield replicas("a");
    for (let at = 0;; at++) {
      yield lines("a", [`line ${at}`], at);
      await pause(200);
    }
  });
  assertEquals(log.end, "now");
  assertEquals(log.took <= 3500, true, `${log.took} ms`);
});

Deno.test("readAppLogs() takes what there is when time is over", async () => {
  const log = await read(async function* (pause) {
    for (let at = 0;; at += 100) {
      yield lines("a", Array.from({ length: 100 }, (_, nth) => `${at + nth}`));
      await pause(700);
    }
  }, { ms: 2000 });
  assertEquals(log.end, "late");
  assertEquals(log.took, 2000);
  assertEquals(log.logs[0]?.read.count, 300);
});

Deno.test("readAppLogs() takes what there is when the stream breaks off", async () => {
  const log = await read(async function* () {
    yield lines("a", ["last words"]);
    throw new ConnectError("gone", Code.Unavailable);
  });
  assertEquals([textsOf(log), log.end], [{ a: ["last words"] }, "broken"]);
});

for (const code of [Code.NotFound, Code.PermissionDenied, Code.Unimplemented]) {
  Deno.test(`readAppLogs() fails with ${Code[code]} before any line`, async () => {
    const error = await assertRejects(() =>
      // deno-lint-ignore require-yield
      read(async function* () {
        throw new ConnectError("no", code);
      }), ConnectError);
    assertEquals(error.code, code);
  });
}

Deno.test("readAppLogs() ends with its caller", async () => {
  const caller = new AbortController();
  const begun = Promise.withResolvers<void>();
  const reading = read(async function* () {
    yield replicas("a");
    begun.resolve();
    await silence();
  }, { signal: caller.signal });
  await begun.promise;
  const reason = new Error("Cancelled");
  caller.abort(reason);
  assertEquals(await assertRejects(() => reading), reason);
});
