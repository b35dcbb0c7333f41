import { assertEquals } from "@std/assert";
import {
  LastTraceback,
  type Traceback,
} from "../../../src/client/logs/tracebacks.ts";
import { cleanLines } from "../../../src/client/logs/clean.ts";
import { Numbering } from "../../../src/client/logs/log_line.ts";
import { readRecorded } from "../../sandbox/plane/replay/recorded.ts";

const TITLE = "Traceback (most recent call last):";

/** The last traceback of a log whose lines are printed at once. */
function find(...lines: string[]): Traceback | null {
  return findTimed(lines.map((line) => [line, 0]));
}

/** The same, with the time of each line in milliseconds. */
function findTimed(lines: readonly (readonly [string, number])[]) {
  const last = new LastTraceback();
  const numbering = new Numbering();
  for (const [text, ms] of lines) last.add(numbering.add(text, ms * 1000 + 1));
  return last.traceback;
}

function frame(name: string): string[] {
  return [`  File "/root/${name}.py", line 3, in ${name}`, `    ${name}()`];
}

Deno.test("a log without a traceback has none", () => {
  assertEquals(find("reading", "ValueError: not raised", "done"), null);
});

Deno.test("a traceback ends with what was raised", () => {
  const found = find(
    "reading",
    TITLE,
    ...frame("main"),
    "ValueError: bad input",
    "[flyte] ERROR Task failed",
  );
  assertEquals(found?.lines, [
    TITLE,
    ...frame("main"),
    "ValueError: bad input",
  ]);
  assertEquals(found?.exception, "ValueError: bad input");
  assertEquals(found?.number, 2);
});

Deno.test("the last of several tracebacks counts", () => {
  const of = (name: string) => [TITLE, ...frame(name), `${name}Error: no`];
  const found = find(...of("first"), "going on", ...of("second"), "[x] over");
  assertEquals(found?.lines, of("second"));
});

Deno.test("a traceback is found whatever comes after it", () => {
  const after = Array.from({ length: 5000 }, (_, at) => `cleaning up ${at}`);
  const found = find(TITLE, ...frame("main"), "KeyError: 'a'", "[x]", ...after);
  assertEquals(found?.exception, "KeyError: 'a'");
  assertEquals(found?.lines.length, 4);
});

for (
  const between of [
    "The above exception was the direct cause of the following exception:",
    "During handling of the above exception, another exception occurred:",
  ]
) {
  Deno.test(`a traceback has the exceptions before it: ${between}`, () => {
    const log = [
      TITLE,
      ...frame("column"),
      "IndexError: list index out of range",
      "",
      between,
      "",
      TITLE,
      ...frame("clean"),
      "KeyError: 'amount'",
    ];
    const found = find("before", ...log, "2026-11-22 18:00:00 INFO bye");
    assertEquals(found?.lines, log);
    assertEquals(found?.exception, "KeyError: 'amount'");
  });
}

Deno.test("what was raised may be told in several lines, empty ones among them", () => {
  const message = [
    "flyte.errors.TypeError: Cannot convert literal scalar {",
    "  primitive {",
    '    string_value: "many"',
    "  }",
    "}",
    "",
    " to <class 'int'>",
  ];
  const found = find(TITLE, ...frame("load"), ...message, "[flyte] ERROR over");
  assertEquals(found?.lines.slice(3), message);
  assertEquals(found?.exception, message[0]);
});

Deno.test("what is printed later does not belong to what was raised", () => {
  const found = findTimed([
    [TITLE, 0],
    ["ValueError: bad", 1],
    ["retrying in a second", 500],
  ]);
  assertEquals(found?.lines, [TITLE, "ValueError: bad"]);
});

for (
  const next of [
    "[flyte] WARNING Flyte runtime completed",
    "2026-11-22 18:16:48 INFO next",
    "18:16:48 next",
    "ERROR next",
  ]
) {
  Deno.test(`a traceback ends before the entry "${next}"`, () => {
    const found = find(TITLE, "ValueError: bad", next, "more of it");
    assertEquals(found?.lines, [TITLE, "ValueError: bad"]);
  });
}

Deno.test("a traceback in one line is one", () => {
  const line = `${TITLE} ValueError: bad input`;
  const found = find("step 2", line, "starting a0 again");
  assertEquals(found?.exception, "ValueError: bad input");
  assertEquals(found?.lines[0], line);
});

Deno.test("a traceback whose process was killed is what there is of it", () => {
  const found = find("step 1", TITLE, ...frame("main"));
  assertEquals(found?.lines, [TITLE, ...frame("main")]);
  assertEquals(found?.exception, null);
});

Deno.test("a traceback after the text of a logger begins with that text", () => {
  const found = find(
    `2026-11-22 ERROR root: ${TITLE}`,
    ...frame("main"),
    "ValueError: bad",
  );
  assertEquals(found?.lines.length, 4);
  assertEquals(found?.exception, "ValueError: bad");
});

Deno.test("a traceback of one of several processes is told from the others", () => {
  const found = find(
    `[rank0]: ${TITLE}`,
    `[rank0]: ${frame("main")[0]}`,
    "[rank1]: waiting",
    `[rank0]: ${frame("main")[1]}`,
    "[rank0]: RuntimeError: NCCL error",
    "[rank1]: leaving",
  );
  assertEquals(found?.lines, [
    `[rank0]: ${TITLE}`,
    ...frame("main"),
    "RuntimeError: NCCL error",
  ]);
  assertEquals(found?.exception, "RuntimeError: NCCL error");
});

Deno.test("a group of exceptions is one traceback", () => {
  const log = [
    `  + Exception Group ${TITLE}`,
    '  |   File "/root/main.py", line 9, in main',
    "  |     raise ExceptionGroup('shards', errors)",
    "  | ExceptionGroup: shards (2 sub-exceptions)",
    "  +-+---------------- 1 ----------------",
    `    | ${TITLE}`,
    '    |   File "/root/main.py", line 4, in shard',
    "    | ValueError: shard 1",
    "    +---------------- 2 ----------------",
    "    | ValueError: shard 2",
    "    +------------------------------------",
  ];
  const found = find("before", ...log, "[flyte] ERROR over");
  assertEquals(found?.lines.slice(0, log.length), log);
  assertEquals(found?.exception, "ExceptionGroup: shards (2 sub-exceptions)");
});

Deno.test("of a very long traceback the middle is left out", () => {
  const frames = Array.from({ length: 600 }, (_, at) => `  frame ${at}`);
  const found = find(TITLE, ...frames, "RecursionError: too deep");
  assertEquals(found?.lines.length, 401);
  assertEquals(found?.lines[0], TITLE);
  assertEquals(found?.lines[200], "[… 202 lines left out …]");
  assertEquals(found?.lines.at(-1), "RecursionError: too deep");
});

/** Lines of the logs that were recorded, by the case. */
function recordedLogs(): Map<string, [string, number][]> {
  const logs = new Map<string, [string, number][]>();
  for (const { case: name, rpc, response } of readRecorded("kubernetes")) {
    if (!rpc?.includes("DataProxyService/TailLogs")) continue;
    const lines = (response?.stream ?? []).flatMap(({ message }) => {
      // Recorded are JSON texts of the IDL's messages.
      // deno-lint-ignore no-explicit-any
      const chunks = (message as any)?.logs ?? [];
      // deno-lint-ignore no-explicit-any
      return chunks.flatMap((chunk: any) => chunk.lines);
    });
    logs.set(
      name,
      lines.map((line) => [line.message ?? "", Date.parse(line.timestamp)]),
    );
  }
  return logs;
}

for (
  const [name, exception, first, last] of [
    [
      "SDK run whose child raises (retries=1): logs of the child, attempt 2",
      "ValueError: bad input: oops",
      TITLE,
      "ValueError: bad input: oops",
    ],
    [
      "SDK run whose child raises (retries=1): logs of the root, attempt 1",
      "flyte.errors.RuntimeUserError: bad input: oops",
      TITLE,
      "flyte.errors.RuntimeUserError: bad input: oops",
    ],
    [
      "container that exits with 1: logs",
      "ValueError: bad input",
      `${TITLE} ValueError: bad input`,
      `${TITLE} ValueError: bad input`,
    ],
    ["TailLogs finished pod", undefined, undefined, undefined],
  ] as const
) {
  Deno.test(`the last traceback of what was recorded: ${name}`, () => {
    const log = recordedLogs().get(name) ?? [];
    assertEquals(log.length > 0, true);
    const lines = log.flatMap(([message, ms]) =>
      cleanLines(message).map((text) => [text, ms] as const)
    );
    const found = findTimed(lines);
    assertEquals(found?.exception, exception);
    assertEquals(found?.lines[0], first);
    assertEquals(found?.lines.at(-1), last);
  });
}
