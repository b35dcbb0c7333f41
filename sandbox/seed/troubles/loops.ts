import type { RunStory } from "../story.ts";
import { integer, string } from "../values.ts";
import { ingestEvents } from "./tasks.ts";
import { tell } from "./telling.ts";
import { TROUBLES } from "./troubles.ts";

const HOUR = 3_600;
const SITE = "/opt/venv/lib/python3.11/site-packages/flyte";

/** The module is in neither the image nor the code: the SDK ends with 1. */
const CRASH_LOOP = tell(TROUBLES.crashLoop, {
  task: ingestEvents("v2"),
  inputs: { topic: string("orders") },
  ago: 0.5 * HOUR,
  attempts: [{
    at: 0.4,
    ending: {
      kind: "crash loop",
      earlierLaunches: [2.2, 7.6, 13.1],
      lastLaunch: 0.5 * HOUR - 3,
      lines: [
        `[flyte] WARNING Flyte runtime started for action a0 with run name ${TROUBLES.crashLoop.run.name}`,
        "[flyte] ERROR Failed to load task before execution: No module named 'confluent_kafka'",
        "Traceback (most recent call last):",
        `  File "${SITE}/_internal/runtime/entrypoints.py", line 312, in load_and_run_task`,
        "    task = await _download_and_load_task(code_bundle, resolver, resolver_args)",
        '  File "/root/ingest.py", line 4, in <module>',
        "    from confluent_kafka import Consumer",
        "ModuleNotFoundError: No module named 'confluent_kafka'",
      ],
    },
    log: [],
  }],
  before: {
    task: ingestEvents("v1"),
    seconds: 84.2,
    outputs: { o0: integer(120_443) },
  },
});

/** Native code ends the process, of which Python cannot tell. */
const SILENT = tell(TROUBLES.silentCrashLoop, {
  task: ingestEvents("v3"),
  inputs: { topic: string("clicks") },
  ago: 1.5 * HOUR,
  asked: { env: { BATCH_BYTES: "8000000000" } },
  attempts: [{
    at: 0.4,
    ending: {
      kind: "crash loop",
      lastLaunch: 1.5 * HOUR - 6,
      lines: [
        `[flyte] WARNING Flyte runtime started for action a0 with run name ${TROUBLES.silentCrashLoop.run.name}`,
        "connected to 12 partitions of clicks",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "  what():  std::bad_alloc",
      ],
    },
    log: [],
  }],
  before: {
    task: ingestEvents("v1"),
    inputs: { topic: string("orders") },
    asked: { env: { BATCH_BYTES: "8000000" } },
    seconds: 86.9,
    outputs: { o0: integer(118_201) },
  },
});

const NODE_GONE = tell(TROUBLES.nodeGone, {
  task: ingestEvents("v1"),
  inputs: { topic: string("returns") },
  ago: 0.75 * HOUR,
  attempts: [{
    at: 0.3,
    ending: { kind: "running" },
    log: [[3.3, "connected to 3 partitions of returns"]],
    unreachable: "10.0.3.17:10250",
  }],
  before: {
    inputs: { topic: string("orders") },
    seconds: 85.5,
    outputs: { o0: integer(119_870) },
  },
});

/** What runs on without getting anywhere, or seems to. */
export const LOOP_TROUBLES: readonly RunStory[] = [
  ...CRASH_LOOP,
  ...SILENT,
  ...NODE_GONE,
];
