import type { ChildStory, Failure, RunStory, Seconds } from "../story.ts";
import { file, integer, string } from "../values.ts";
import {
  dailyReport,
  loadRegion,
  loadRegions,
  mergePart,
  mergeParts,
} from "./tasks.ts";
import { frame, tell } from "./telling.ts";
import { actionName } from "../random_names.ts";
import { TROUBLES } from "./troubles.ts";

const DAY = "2026-11-20";

const NO_TABLE = 'relation "orders_eu" does not exist';

const noTable: Failure = {
  message: NO_TABLE,
  raised: {
    exception: "UndefinedTable",
    frames: [
      frame("reports.py", 33, [
        "load_region",
        "rows = read_table(region, day)",
      ]),
      frame("tables.py", 12, ["read_table", "cursor.execute(query)"]),
    ],
  },
};

/** An exception passed on from a child, level by level. */
function passedOn(child: string, code: readonly [string, string]): Failure {
  return {
    message: NO_TABLE,
    raised: {
      exception: "UndefinedTable",
      frames: [frame("reports.py", 51, code)],
      child,
    },
  };
}

function region(name: string, at: Seconds): ChildStory {
  return {
    kind: "task",
    label: `load ${name}`,
    group: "regions",
    task: loadRegion("v2"),
    inputs: { region: string(name), day: string(DAY) },
    outputs: { o0: integer(40_113) },
    attempts: [{
      at,
      ending: { kind: "succeeded", at: at + 12.4 },
      log: [[at + 3, `loading ${name}`]],
    }],
  };
}

const FAILED_REGION: ChildStory = {
  kind: "task",
  label: "load eu",
  group: "regions",
  task: loadRegion("v2"),
  inputs: { region: string("eu"), day: string(DAY) },
  attempts: [
    { at: 9.1, ending: { kind: "restarted" } },
    {
      at: 16.4,
      ending: { kind: "failed", at: 22.9, error: noTable },
      log: [[19.5, "loading eu"]],
    },
  ],
};

const UPSTREAM = tell(TROUBLES.upstream, {
  task: dailyReport("v2"),
  inputs: { day: string(DAY) },
  attempts: [{
    at: 0.3,
    ending: {
      kind: "failed",
      at: 24.6,
      error: passedOn("load regions", [
        "daily",
        "rows = await load_regions(day)",
      ]),
    },
    log: [[3.1, `report of ${DAY}`]],
  }],
  children: [{
    kind: "task",
    label: "load regions",
    task: loadRegions("v2"),
    inputs: { day: string(DAY) },
    attempts: [{
      at: 4.2,
      ending: {
        kind: "failed",
        at: 23.8,
        error: passedOn("load eu", [
          "load_regions",
          "counts = await asyncio.gather(*loads)",
        ]),
      },
      log: [[7.3, "3 regions"]],
    }],
    children: [region("us", 8.7), FAILED_REGION, region("asia", 9.4)],
  }],
  before: {
    task: dailyReport("v1"),
    inputs: { day: string("2026-11-19") },
    seconds: 41.7,
    outputs: { o0: file("s3://example-reports/daily/2026-11-19.pdf") },
  },
});

function part(index: number, attempt: Partial<ChildStory & { kind: "task" }>) {
  return {
    kind: "task",
    label: `part ${index}`,
    group: "parts",
    task: mergePart("v1"),
    inputs: { part: integer(index) },
    attempts: [{ at: 4 + index, ending: { kind: "running" } }],
    ...attempt,
  } satisfies ChildStory;
}

const done = {
  outputs: { o0: integer(10) },
  attempts: [{ at: 4.1, ending: { kind: "succeeded", at: 19.5 } }],
} as const;

const ABORTED = tell(TROUBLES.aborted, {
  task: mergeParts("v1"),
  inputs: { parts: integer(3) },
  aborted: "started twice, see daily-report",
  attempts: [{ at: 0.3, ending: { kind: "aborted", at: 31.5 } }],
  children: [
    part(0, done),
    ...[1, 2].map((index) =>
      part(index, {
        attempts: [{
          at: 4.2 + index,
          ending: { kind: "aborted", at: 31.525 },
        }],
      })
    ),
  ],
  before: { seconds: 58.3, outputs: { o0: integer(30) } },
});

const ABORTED_PART = actionName(TROUBLES.childAborted.run, "part 2");

const CHILD_ABORTED = tell(TROUBLES.childAborted, {
  task: mergeParts("v1"),
  inputs: { parts: integer(3) },
  ago: 10_800,
  attempts: [{
    at: 0.3,
    ending: {
      kind: "failed",
      at: 27.9,
      error: {
        message:
          `Action ${ABORTED_PART} was aborted, aborting current Action a0`,
        raised: {
          exception: "flyte.errors.ActionAbortedError",
          frames: [
            frame("merge.py", 19, [
              "merge_parts",
              "rows = await asyncio.gather(*parts)",
            ]),
          ],
        },
      },
    },
    log: [[3.2, "3 parts"]],
  }],
  children: [
    part(0, done),
    part(1, done),
    part(2, {
      attempts: [{ at: 4.6, ending: { kind: "aborted", at: 26.8 } }],
      abortReason: "part 2 is in the archive already",
    }),
  ],
  before: { seconds: 57.8, outputs: { o0: integer(30) } },
});

/** What goes wrong below the root. */
export const TREE_TROUBLES: readonly RunStory[] = [
  ...UPSTREAM,
  ...ABORTED,
  ...CHILD_ABORTED,
];
