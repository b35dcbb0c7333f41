import { evictedFor, outOfMemory } from "../kubernetes_words.ts";
import type { RunStory } from "../story.ts";
import { file, integer, list, string } from "../values.ts";
import { countRows, dropDuplicates, joinCustomers } from "./tasks.ts";
import { podOf, tell } from "./telling.ts";
import { TROUBLES } from "./troubles.ts";

const OUT_OF_MEMORY = tell(TROUBLES.outOfMemory, {
  task: joinCustomers("v3"),
  inputs: { years: list([2022, 2023, 2024, 2025, 2026].map(integer)) },
  attempts: [
    { at: 0.3, ending: { kind: "restarted" } },
    {
      at: 71.9,
      ending: {
        kind: "failed",
        at: 141.2,
        error: { message: outOfMemory(podOf(TROUBLES.outOfMemory, 2)) },
      },
      log: [
        [75.1, "joining 5 years"],
        [98.3, "2022: 18204113 rows, 0.9 GiB"],
        [113.0, "2023: 21880942 rows, 2.1 GiB"],
        [139.7, "2024: 26103377 rows, 3.8 GiB"],
      ],
    },
  ],
  before: {
    inputs: { years: list([integer(2026)]) },
    seconds: 51.3,
    outputs: { o0: file("s3://example-features/customers/2026.parquet") },
  },
});

const MISSING_OUTPUTS = tell(TROUBLES.missingOutputs, {
  task: countRows("v2"),
  inputs: { table: string("orders") },
  attempts: [{
    at: 0.3,
    ending: { kind: "no outputs", at: 14.8 },
    log: [[3.2, "counting orders"], [12.9, "184203 rows"]],
  }],
  before: {
    task: countRows("v1"),
    seconds: 13.1,
    outputs: { o0: integer(184_203) },
  },
});

const EVICTED = tell(TROUBLES.evicted, {
  task: dropDuplicates("v2"),
  inputs: { table: string("orders") },
  attempts: [{
    at: 0.3,
    ending: {
      kind: "failed",
      at: 318.4,
      error: {
        message: evictedFor(podOf(TROUBLES.evicted), {
          used: "94Gi",
          threshold: "10Gi",
          available: "8Gi",
        }),
      },
    },
    log: [
      [3.3, "spilling to /tmp/spill"],
      [301.5, "spilled 93 GiB"],
    ],
  }],
  before: {
    task: dropDuplicates("v1"),
    seconds: 402.7,
    outputs: { o0: integer(1_204) },
  },
});

/** What goes wrong while a pod runs. */
export const POD_TROUBLES: readonly RunStory[] = [
  ...OUT_OF_MEMORY,
  ...MISSING_OUTPUTS,
  ...EVICTED,
];
