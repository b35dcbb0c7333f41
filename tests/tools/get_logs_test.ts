import { assert, assertEquals, assertMatch } from "@std/assert";
import { HOSTILE, SCALE, SEEDED, TROUBLES } from "../../sandbox/seed/mod.ts";
import { linesOf, logOf, LONG, openSandbox } from "./logs.ts";

const { userError } = SEEDED.runs;

Deno.test("get_logs shows the end of the root's log, with the traceback", async () => {
  await using bed = await openSandbox({});
  const answer = await bed.call("get_logs", { run: userError.name });
  const log = logOf(answer);
  assertEquals(answer.data.run, userError.name);
  assertEquals(answer.data.scope.project, userError.project);
  const { action, phase, attempt, attempts, missing, note } = log;
  assertEquals([action, phase, attempt, attempts], ["a0", "failed", 1, 1]);
  assertEquals([missing, note, log.reached_time], [null, null, null]);
  assertEquals([log.from_start, log.reached_end], [true, true]);
  assertEquals([log.older_cursor, log.newer_cursor], [null, null]);
  const lines = linesOf(log);
  assertEquals([lines.length, log.lines_read], [log.lines, log.lines]);
  assertMatch(lines[0] ?? "", /^\d\d:\d\d:\d\d\.\d{3} starting a0 /);
  const titles = lines.filter((line) => line.includes("Traceback (most"));
  assertEquals(titles.length, 1);
  assertMatch(
    answer.text,
    /^All \d+ lines of a0 in run train-bad-row, attempt 1\.\n/,
  );
});

Deno.test("get_logs finds the run by its name alone, or by its URL", async () => {
  await using bed = await openSandbox({});
  const url =
    `${bed.sandbox.endpoint}/v2/domain/development/project/flytesnacks/runs/${userError.name}`;
  const byUrl = await bed.call("get_logs", { run: url, limit: 1 });
  assertEquals(byUrl.data.scope.source, "url");
  const byName = await bed.call("get_logs", { run: userError.name, limit: 1 });
  assertEquals(linesOf(logOf(byUrl)), linesOf(logOf(byName)));
});

Deno.test("get_logs greps with context, and marks what matches", async () => {
  await using bed = await openSandbox({ everyday: false, logLines: 3000 });
  const answer = await bed.call("get_logs", {
    ...LONG,
    grep: "step [12]000 |FLOATINGPOINT",
    context: 1,
  });
  const log = logOf(answer);
  assertEquals(log.matches, 4);
  const lines = linesOf(log);
  const marked = lines.filter((line) => line.startsWith("> "));
  assertEquals(marked.length, 4);
  assertMatch(marked[0] ?? "", /step 1000 /);
  assertEquals(lines.filter((line) => line === "--").length, 2);
  assertMatch(lines[0] ?? "", /^ {2}\d.* step 999 /);
  assertMatch(answer.text, /^\d+ lines of 3015 of a0 .*; 4 match\./);
});

Deno.test("get_logs says that nothing matches", async () => {
  await using bed = await openSandbox({});
  const answer = await bed.call("get_logs", {
    run: userError.name,
    grep: "no such words",
  });
  const log = logOf(answer);
  assertEquals([log.text, log.lines, log.matches], [null, 0, 0]);
  assertEquals(log.note, "No line passes grep.");
  const both = logOf(
    await bed.call("get_logs", {
      run: userError.name,
      grep: "no such words",
      since: "2999-01-01",
    }),
  );
  assertEquals(both.note, "No line passes grep and since.");
  assertMatch(answer.text, /^No lines of a0 /);
});

Deno.test("get_logs shows lines since an age or a time", async () => {
  await using bed = await openSandbox({});
  const whole = logOf(await bed.call("get_logs", { run: userError.name }));
  const since = whole.last_time;
  const late = logOf(
    await bed.call("get_logs", { run: userError.name, since }),
  );
  assert(late.lines > 0 && late.lines < whole.lines, `${late.lines} lines`);
  assertEquals(late.first_time, since);
  const none = logOf(
    await bed.call("get_logs", { run: userError.name, since: "1s" }),
  );
  assertEquals(none.lines, 0);
  const all = logOf(
    await bed.call("get_logs", { run: userError.name, since: "30d" }),
  );
  assertEquals(all.lines, whole.lines);
});

Deno.test("get_logs shows the logs of all that failed, where it began first", async () => {
  await using bed = await openSandbox({ everyday: false, troubles: true });
  const { run, cause } = TROUBLES.upstream;
  const { data, text } = await bed.call("get_logs", {
    run: run.name,
    project: run.project,
    action: "failed",
  });
  const actions = data.logs.map((log: { action: string }) => log.action);
  assertEquals(actions.length, 3);
  assertEquals([actions[0], actions[2]], [cause.name, "a0"]);
  for (const log of data.logs) {
    assertEquals([log.phase, log.reached_end], ["failed", true]);
    assert(linesOf(log).some((line) => line.includes("Traceback")), text);
  }
  assertEquals(data.actions_left_out, 0);
  assertMatch(text, /^The logs of 3 actions of run daily-report that failed\./);
});

Deno.test("get_logs of all that failed says where no log is left", async () => {
  await using bed = await openSandbox({ everyday: false, actions: 500 });
  const { data, text } = await bed.call("get_logs", {
    ...{ run: SCALE.wide.name, project: SCALE.project, action: "failed" },
  });
  assert(data.logs.length > 1, text);
  assertMatch(text, /None of them could be had: `missing` says why\.\n/);
});

Deno.test("get_logs of a run in which nothing failed says so", async () => {
  await using bed = await openSandbox({});
  const { data, text, isError } = await bed.call("get_logs", {
    run: SEEDED.runs.fanOut.name,
    action: "failed",
  });
  assertEquals([isError, data.logs], [false, []]);
  assertMatch(text, /^No action of run train-fan-out has failed/);
});

for (
  const [what, args, code] of [
    ["no run", {}, "invalid_argument"],
    ["a limit of none", { run: "r", limit: 0 }, "invalid_argument"],
    ["a limit over a thousand", { run: "r", limit: 1001 }, "invalid_argument"],
    ["an unknown part", { run: "r", part: "middle" }, "invalid_argument"],
    ["a malformed pattern", { run: "r", grep: "(a" }, "invalid_argument"],
    [
      "a pattern with look-ahead",
      { run: "r", grep: "(?=a)" },
      "invalid_argument",
    ],
    ["a malformed time", { run: "r", since: "lately" }, "invalid_argument"],
    [
      "a cursor of something else",
      { run: "r", cursor: "x" },
      "invalid_argument",
    ],
    ["a run that is not there", { run: "nope" }, "not_found"],
    [
      "an action that is not there",
      { run: userError.name, action: "nope" },
      "not_found",
    ],
    [
      "an attempt that is not there",
      { run: userError.name, attempt: 7 },
      "invalid_argument",
    ],
    [
      "an attempt of all that failed",
      { run: userError.name, action: "failed", attempt: 1 },
      "invalid_argument",
    ],
  ] as const
) {
  Deno.test(`get_logs refuses ${what}`, async () => {
    await using bed = await openSandbox({});
    const { data, isError, text } = await bed.call("get_logs", args);
    assertEquals([isError, data.error.code], [true, code], text);
    assert(data.error.next_step.length > 0);
  });
}

Deno.test("get_logs fences what a hostile run prints", async () => {
  await using bed = await openSandbox({ everyday: false, hostile: true });
  const { run } = HOSTILE.actions.child;
  const answer = await bed.call("get_logs", {
    run: run.name,
    project: HOSTILE.project,
    action: "failed",
  });
  assertEquals(answer.data.logs.length, 2);
  for (const log of answer.data.logs) {
    const lines = linesOf(log);
    const mark = HOSTILE.markOf("error message");
    assert(lines.some((line) => line.includes(mark)), log.text);
    for (const line of lines) assertMatch(line, /^\d\d:\d\d:\d\d\.\d{3}( |$)/);
    for (const { url } of log.log_links) assertMatch(url, /^(http|<<data-)/);
  }
  const [sentence = ""] = answer.text.split("\n{");
  assert(!sentence.includes("HOSTILE"), sentence);
});
