import { assertEquals, assertRejects } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { ActionIdentifierSchema } from "../../../idl/flyteidl2/common/identifier_pb.ts";
import {
  type DataProxyService,
  TailLogsResponseSchema,
} from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { Caller } from "../../../src/client/sharing/caller.ts";
import {
  type AttemptLog,
  AttemptLogs,
} from "../../../src/client/logs/attempt_logs.ts";
import { readPattern } from "../../../src/client/logs/pattern.ts";
import type { LogQuestion } from "../../../src/client/logs/view.ts";
import { virtualClock } from "../../tools/clocks.ts";
import { texts } from "./lines.ts";

const T0 = 1_800_000_000_000;

/** A data proxy whose every log has so many lines, and that counts its calls. */
function proxyOf(lines: number, end: () => void = () => {}) {
  const asked: string[] = [];
  const all = Array.from({ length: lines }, (_, at) => ({
    message: `line ${at}`,
    timestamp: timestampFromMs(T0 + at),
  }));
  const tailLogs = async function* (
    { actionId, attempt }: AttemptLog,
  ) {
    asked.push(`${actionId.name}/${attempt}`);
    for (let at = 0; at < lines; at += 100) {
      const logs = [{ lines: all.slice(at, at + 100) }];
      yield await Promise.resolve(create(TailLogsResponseSchema, { logs }));
    }
    end();
  };
  // Of the service only this call is made.
  const proxy = { tailLogs } as unknown as Client<typeof DataProxyService>;
  const person = { name: "ada" };
  const caller = new Caller({
    credentials: () =>
      Promise.resolve({ headers: [["authorization", person.name]] }),
  });
  return { asked, person, logs: new AttemptLogs(proxy, caller) };
}

function logOf(name = "a0", its: Partial<AttemptLog> = {}): AttemptLog {
  const run = { project: "p", domain: "d", name: "r1" };
  const actionId = create(ActionIdentifierSchema, { run, name });
  return { actionId, attempt: 1, isOver: true, ...its };
}

function options() {
  const signal = new AbortController().signal;
  return { clock: virtualClock(), signal, until: 25_000 };
}

const TAIL: LogQuestion = { part: "tail", limit: 3 };
const END = ["line 1997", "line 1998", "line 1999"];

Deno.test("the end of a finished log is read once", async () => {
  const { logs, asked } = proxyOf(2000);
  for (let times = 0; times < 3; times++) {
    const { read, viewed } = await logs.read(logOf(), TAIL, options());
    assertEquals(texts(viewed.lines), END);
    assertEquals(read.count, 2000);
  }
  const { window } = await logs.readToEnd(logOf(), options());
  assertEquals(window.length, 1000);
  assertEquals(asked, ["a0/1"]);
});

Deno.test("each attempt of each action has a log of its own", async () => {
  const { logs, asked } = proxyOf(5);
  const targets = [
    logOf(),
    logOf("a0", { attempt: 2 }),
    logOf("a1"),
    logOf("a0", {
      actionId: create(ActionIdentifierSchema, {
        run: { project: "p", domain: "d", name: "r2" },
        name: "a0",
      }),
    }),
  ];
  for (const target of targets) await logs.read(target, TAIL, options());
  assertEquals(asked.length, targets.length);
});

Deno.test("the log of a running attempt is read anew each time", async () => {
  const { logs, asked } = proxyOf(5);
  const log = logOf("a0", { isOver: false });
  await logs.read(log, TAIL, options());
  await logs.read(log, TAIL, options());
  assertEquals(asked.length, 2);
});

Deno.test("a log that was running is not taken for the finished one", async () => {
  const { logs, asked } = proxyOf(5);
  await logs.read(logOf("a0", { isOver: false }), TAIL, options());
  await logs.read(logOf(), TAIL, options());
  assertEquals(asked.length, 2);
});

Deno.test("a log that broke off is read anew", async () => {
  const { logs, asked } = proxyOf(5, () => {
    throw new ConnectError("over", Code.Unavailable);
  });
  const { read } = await logs.read(logOf(), TAIL, options());
  assertEquals(read.end, "broken");
  await logs.read(logOf(), TAIL, options());
  assertEquals(asked.length, 2);
});

Deno.test("a failure is not kept", async () => {
  const { logs, asked } = proxyOf(0, () => {
    throw new ConnectError("no pod", Code.NotFound);
  });
  for (let times = 0; times < 2; times++) {
    await assertRejects(
      () => logs.read(logOf(), TAIL, options()),
      ConnectError,
      "no pod",
    );
  }
  assertEquals(asked.length, 2);
});

/** Questions about a log of which the last 1,000 lines of 2,000 are kept. */
const QUESTIONS: Record<string, [LogQuestion, string[], calls: number]> = {
  "its last lines": [TAIL, END, 1],
  "lines before one that is kept": [
    { part: "tail", limit: 2, before: { time: (T0 + 1500) * 1000, nth: 0 } },
    ["line 1498", "line 1499"],
    1,
  ],
  "lines before one that is kept, more than are": [
    { part: "tail", limit: 2, before: { time: (T0 + 1001) * 1000, nth: 0 } },
    ["line 999", "line 1000"],
    2,
  ],
  "lines after one that is kept": [
    { part: "head", limit: 2, after: { time: (T0 + 1500) * 1000, nth: 0 } },
    ["line 1501", "line 1502"],
    1,
  ],
  "lines after one that is not kept": [
    { part: "head", limit: 2, after: { time: (T0 + 500) * 1000, nth: 0 } },
    ["line 501", "line 502"],
    2,
  ],
  "lines since a time that is kept": [
    { part: "head", limit: 1, since: (T0 + 1700) * 1000 },
    ["line 1700"],
    1,
  ],
  "lines since a time that is not kept": [
    { part: "head", limit: 1, since: (T0 + 700) * 1000 },
    ["line 700"],
    2,
  ],
  "its first lines": [{ part: "head", limit: 1 }, ["line 0"], 2],
  "lines that match": [
    {
      part: "tail",
      limit: 2,
      grep: { pattern: readPattern("99$"), context: 0 },
    },
    ["line 1899", "line 1999"],
    2,
  ],
};

for (const [what, [question, lines, calls]] of Object.entries(QUESTIONS)) {
  Deno.test(`a log that is kept in part ${calls === 1 ? "answers" : "is read again for"} ${what}`, async () => {
    const { logs, asked } = proxyOf(2000);
    await logs.readToEnd(logOf(), options());
    const { viewed } = await logs.read(logOf(), question, options());
    assertEquals(texts(viewed.lines), lines);
    assertEquals(asked.length, calls);
  });

  Deno.test(`a log that is kept as a whole answers what one is asked: ${what}`, async () => {
    const { logs, asked } = proxyOf(900);
    await logs.readToEnd(logOf(), options());
    const { logs: fresh } = proxyOf(900);
    const kept = await logs.read(logOf(), question, options());
    const read = await fresh.read(logOf(), question, options());
    assertEquals(kept.viewed, read.viewed);
    assertEquals(asked.length, 1);
  });
}

Deno.test("of many logs those that were used last are kept", async () => {
  const { logs, asked } = proxyOf(1);
  const read = async (name: string) => {
    await logs.readToEnd(logOf(name), options());
  };
  for (let at = 0; at < 16; at++) await read(`n${at}`);
  await read("n0");
  await read("n16");
  assertEquals(asked.length, 17);
  await read("n0");
  assertEquals(asked.length, 17);
  await read("n1");
  assertEquals(asked.at(-1), "n1/1");
});

Deno.test("a log that one person has read is read anew for another", async () => {
  const { logs, asked, person } = proxyOf(5);
  await logs.read(logOf(), TAIL, options());
  person.name = "grace";
  await logs.read(logOf(), TAIL, options());
  assertEquals(asked.length, 2);
  await logs.read(logOf(), TAIL, options());
  assertEquals(asked.length, 2);
  person.name = "ada";
  await logs.readToEnd(logOf(), options());
  assertEquals(asked.length, 3);
});

Deno.test("a log during whose reading another person has logged in is not kept", async () => {
  const { logs, asked, person } = proxyOf(5, () => person.name = "grace");
  await logs.read(logOf(), TAIL, options());
  await logs.read(logOf(), TAIL, options());
  assertEquals(asked.length, 2);
});
