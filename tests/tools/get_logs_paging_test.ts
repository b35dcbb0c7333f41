/** Pages of a log, both ways, each as large as a result may be. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { SCALE, SEEDED, TROUBLES } from "../../sandbox/seed/mod.ts";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { linesOf, logOf, LONG, openSandbox } from "./logs.ts";

Deno.test("get_logs shows the last lines of a long log, and pages both ways", async () => {
  await using bed = await openSandbox({ everyday: false, logLines: 2000 });
  const ask = async (args: Record<string, unknown>) =>
    logOf(await bed.call("get_logs", { ...LONG, limit: 50, ...args }));
  const end = await ask({});
  assertEquals([end.lines, end.lines_read], [50, 2015]);
  assertEquals(end.newer_cursor, null);
  const older = await ask({ cursor: end.older_cursor });
  assertEquals(older.lines, 50);
  assert(older.last_time < end.first_time);
  const again = await ask({ cursor: older.newer_cursor });
  assertEquals(linesOf(again), linesOf(end));
  const back = await ask({ cursor: again.older_cursor });
  assertEquals(linesOf(back), linesOf(older));
});

Deno.test("get_logs pages through a whole log, each line once", async () => {
  await using bed = await openSandbox({ everyday: false, logLines: 300 });
  for (const part of ["head", "tail"]) {
    const pages: string[][] = [];
    let cursor: string | null = null;
    do {
      const log: Record<string, string | null> & { text: string } = logOf(
        await bed.call("get_logs", {
          ...LONG,
          part,
          limit: 71,
          ...(cursor && { cursor }),
        }),
      );
      pages.push(linesOf(log));
      cursor = log[part === "head" ? "newer_cursor" : "older_cursor"] ?? null;
    } while (cursor !== null);
    const lines = (part === "head" ? pages : pages.toReversed()).flat();
    const steps = lines.flatMap((line) => /step (\d+) /.exec(line)?.[1] ?? []);
    assertEquals(steps, Array.from({ length: 300 }, (_, at) => String(at)));
  }
});

Deno.test("get_logs shows the first lines, and reads no further", async () => {
  await using bed = await openSandbox({ everyday: false, logLines: 5000 });
  const answer = await bed.call("get_logs", {
    ...LONG,
    part: "head",
    limit: 3,
  });
  const log = logOf(answer);
  const lines = linesOf(log);
  assertEquals(lines.length, 3);
  assertMatch(lines[2] ?? "", new RegExp(`${SCALE.line(0)}$`));
  assert(log.lines_read < 200, `${log.lines_read} lines were read`);
  assertEquals([log.reached_end, log.older_cursor], [false, null]);
  assertMatch(answer.text, /^The first 3 lines of a0 /);
});

Deno.test("get_logs pages one of the logs of all that failed", async () => {
  await using bed = await openSandbox({ everyday: false, troubles: true });
  const { run, cause } = TROUBLES.upstream;
  const args = { run: run.name, project: run.project, action: "failed" };
  const { data } = await bed.call("get_logs", { ...args, limit: 2 });
  const [first] = data.logs;
  const page = await bed.call("get_logs", {
    ...args,
    limit: 2,
    cursor: first.older_cursor,
  });
  const log = logOf(page);
  assertEquals([log.action, log.attempt], [cause.name, first.attempt]);
  assert(log.last_time <= first.first_time);
});

Deno.test("get_logs shows what a running action has written so far, and goes on from there", async () => {
  await using bed = await openSandbox({});
  const args = { run: SEEDED.runs.running.name };
  const first = logOf(await bed.call("get_logs", args));
  assertEquals([first.phase, first.reached_end], ["running", true]);
  assert(first.lines > 0);
  assert(first.newer_cursor);
  const next = logOf(
    await bed.call("get_logs", { ...args, cursor: first.newer_cursor }),
  );
  assertEquals([next.lines, next.text], [0, null]);
  assert(next.newer_cursor);
});

Deno.test("get_logs refuses a cursor that was given for other arguments", async () => {
  await using bed = await openSandbox({ everyday: false, logLines: 200 });
  const { older_cursor: cursor } = logOf(
    await bed.call("get_logs", { ...LONG, limit: 5 }),
  );
  const { data } = await bed.call("get_logs", { ...LONG, grep: "a", cursor });
  assertEquals(data.error.code, "invalid_argument");
});

Deno.test("get_logs puts as many lines into a result as fit", async () => {
  await using bed = await openSandbox({ everyday: false, logLines: 2000 });
  const answer = await bed.call("get_logs", { ...LONG, limit: 1000 });
  const log = logOf(answer);
  const { length } = new TextEncoder().encode(JSON.stringify(answer.data));
  assert(length <= RESULT_BYTES.usual, `${length} bytes`);
  assert(length > RESULT_BYTES.usual - 2500, `${length} bytes`);
  assert(log.lines < 1000);
  assertMatch(linesOf(log).at(-1) ?? "", /Flyte runtime completed/);
  const head = logOf(
    await bed.call("get_logs", { ...LONG, limit: 1000, part: "head" }),
  );
  assertMatch(linesOf(head)[0] ?? "", /starting a0/);
  const next = logOf(
    await bed.call("get_logs", {
      ...LONG,
      limit: 1000,
      part: "head",
      cursor: head.newer_cursor,
    }),
  );
  const last = /step (\d+)/.exec(linesOf(head).at(-1) ?? "")?.[1];
  const first = /step (\d+)/.exec(linesOf(next)[0] ?? "")?.[1];
  assertEquals(Number(first), Number(last) + 1);
});
