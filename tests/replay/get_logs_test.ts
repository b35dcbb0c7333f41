import { assert, assertEquals, assertMatch } from "@std/assert";
import { connectServer, fastClock } from "../harness.ts";
import { recorded, serveRecorded } from "./replay_server.ts";

const RECORDED = recorded("kubernetes", "runs-read");
const SCOPE = { project: "flytesnacks", domain: "development" };

/** Asks for a log of the recorded cluster, with pauses cut short. */
async function getLogs(args: Record<string, unknown>) {
  await using flyte = await serveRecorded(RECORDED);
  await using server = await connectServer(flyte.url, { clock: fastClock(20) });
  const answer = await server.call("get_logs", { ...SCOPE, ...args });
  return { ...answer, log: answer.data.logs?.[0] };
}

/** Recorded logs that are there, with what they hold. */
const THERE = [
  [
    "a finished pod",
    { run: "flaky2" },
    { phase: "succeeded", attempt: 2, lines: 5, says: "step 2 of flaky2" },
  ],
  [
    "a task of the real SDK",
    { run: "realsq3" },
    { phase: "succeeded", attempt: 1, lines: 4, says: "squaring 5" },
  ],
  [
    "a root whose child raised",
    { run: "realboom3" },
    { phase: "failed", attempt: 1, says: "flyte.errors.RuntimeUserError: bad" },
  ],
  [
    "a child that raised",
    { run: "realboom3", action: "9uafncm6hwwhxswalmfsjajc" },
    { phase: "failed", attempt: 2, says: "ValueError: bad input: oops" },
  ],
  [
    "a container that exits by itself",
    { run: "exfail10" },
    { phase: "running", attempt: 1, says: "ValueError: bad input" },
  ],
] as const;

for (const [what, args, known] of THERE) {
  Deno.test(`get_logs shows the recorded log of ${what}`, async () => {
    const { log, text, isError } = await getLogs(args);
    assertEquals(isError, false, text);
    const { says, ...facts } = known;
    for (const [key, value] of Object.entries(facts)) {
      assertEquals(log[key], value, key);
    }
    assert(log.text.includes(says), log.text);
    assertEquals([log.missing, log.from_start], [null, true]);
    assertMatch(log.text, /^<<data-\w{8} \d\d:\d\d:\d\d\.\d{3} starting a0 /);
  });
}

/** Recorded logs that are not there, with why. */
const MISSING = [
  [
    "of an attempt that was restarted",
    { run: "flaky2", attempt: 1 },
    "pod_replaced",
  ],
  [
    "of a child that was restarted",
    { run: "realboom3", action: "9uafncm6hwwhxswalmfsjajc", attempt: 1 },
    "pod_replaced",
  ],
  ["of an image that cannot be pulled", { run: "pull1" }, "never_started"],
  ["of outputs from the cache", { run: "cacheda2" }, "from_cache"],
] as const;

for (const [what, args, reason] of MISSING) {
  Deno.test(`get_logs says why there is no recorded log ${what}`, async () => {
    const { log, text, isError } = await getLogs(args);
    assertEquals(isError, false, text);
    assertEquals(log.missing.reason, reason);
    assertEquals([log.text, log.lines], [null, 0]);
    assert(text.includes(log.missing.message), text);
  });
}

Deno.test("get_logs of a recorded attempt that does not exist is refused", async () => {
  const { data } = await getLogs({ run: "flaky2", attempt: 9 });
  assertEquals(data.error.code, "invalid_argument");
  assertEquals(data.error.next_step, "It has the attempts 1, 2.");
});

Deno.test("get_logs of a recorded run that does not exist is not_found", async () => {
  const { data } = await getLogs({ run: "nope" });
  assertEquals(data.error.code, "not_found");
});

Deno.test("get_logs finds what matches in a recorded log", async () => {
  const { log } = await getLogs({
    run: "flaky2",
    grep: "^step \\d",
    context: 0,
  });
  assertEquals([log.matches, log.lines, log.lines_read], [3, 3, 5]);
});
