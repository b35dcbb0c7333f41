import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { CatalogCacheStatus } from "../../../idl/flyteidl2/core/catalog_pb.ts";
import { NAMESPACE } from "../../plane/kubernetes/attempt.ts";
import { insufficient } from "../kubernetes_words.ts";
import { PEOPLE } from "../people.ts";
import type { RunStory } from "../story.ts";
import { file, float, integer, string } from "../values.ts";
import { cleanOrders, crawlSites, embedTexts, trainRanker } from "./tasks.ts";
import { tell } from "./telling.ts";
import { CACHE_OWNER, TROUBLES } from "./troubles.ts";

const MINUTE = 60;
const HOUR = 3_600;
const CORPUS = { corpus: string("s3://example-datasets/reviews/2026") };

const UNSCHEDULABLE = tell(TROUBLES.unschedulable, {
  task: trainRanker("v4", "96"),
  inputs: { epochs: integer(20) },
  ago: 40 * MINUTE,
  attempts: [{
    at: 0.3,
    ending: { kind: "unschedulable", why: insufficient("cpu") },
  }],
  before: {
    task: trainRanker("v3", "8"),
    seconds: 911.2,
    outputs: { o0: float(0.74) },
  },
});

const PREEMPTED = tell(TROUBLES.preempted, {
  task: trainRanker("v3", "8"),
  inputs: { epochs: integer(40) },
  ago: 100 * MINUTE,
  attempts: [{
    at: 0.3,
    ending: {
      kind: "preempted",
      when: 22 * MINUTE + 4.2,
      by: "8c1f6a52-0d7e-4b90-9a3c-5f2e71d0b6aa on node node-2",
      why: insufficient("cpu"),
    },
  }],
  before: {
    inputs: { epochs: integer(20) },
    seconds: 903.6,
    outputs: { o0: float(0.73) },
  },
});

/** The time was over by the account of whoever executed it. */
const TIMED_OUT = tell(TROUBLES.timedOut, {
  task: crawlSites("v1"),
  inputs: { depth: integer(9) },
  attempts: [{
    at: 0.3,
    ending: {
      kind: "timed out",
      at: 1_800.3,
      error: { message: "task timed out after 1800s" },
    },
    log: [
      [3.2, "crawling to depth 9"],
      [1_650.4, "depth 6: 48210 pages, 91822 waiting"],
    ],
  }],
  before: {
    inputs: { depth: integer(3) },
    seconds: 217.8,
    outputs: { o0: integer(2_201) },
  },
});

/** On pods the limit of the task is written down and not enforced. */
const OVERDUE = tell(TROUBLES.overdue, {
  task: crawlSites("v1"),
  inputs: { depth: integer(12) },
  ago: 3.5 * HOUR,
  attempts: [{
    at: 0.3,
    ending: { kind: "running" },
    log: [
      [3.2, "crawling to depth 12"],
      [9_844.1, "depth 8: 210044 pages, 804113 waiting"],
    ],
  }],
  before: {
    inputs: { depth: integer(3) },
    seconds: 221.3,
    outputs: { o0: integer(2_198) },
  },
});

const WAITS_FOR_CACHE = tell(TROUBLES.waitsForCache, {
  task: embedTexts("v2"),
  inputs: CORPUS,
  ago: 12 * MINUTE,
  attempts: [{
    at: 0.3,
    ending: {
      kind: "waiting for cache",
      owner: `${NAMESPACE}/${CACHE_OWNER.name}-a0`,
    },
  }],
  before: {
    task: embedTexts("v1"),
    seconds: 612.2,
    outputs: { o0: file("s3://example-search/reviews/v1.npy") },
  },
});

const OWNER: RunStory = {
  run: CACHE_OWNER,
  ago: 14 * MINUTE,
  source: RunSource.CLI,
  startedBy: PEOPLE.grace,
  root: {
    task: embedTexts("v2"),
    inputs: CORPUS,
    attempts: [{
      at: 0.3,
      ending: { kind: "running" },
      log: [[3.4, "embedding 1204113 texts"], [800.2, "61 % done"]],
    }],
  },
};

const CACHE_NOT_WRITTEN = tell(TROUBLES.cacheNotWritten, {
  task: embedTexts("v2"),
  inputs: { corpus: string("s3://example-datasets/reviews/2025") },
  ago: 4 * HOUR,
  outputs: { o0: file("s3://example-search/reviews/2025.npy") },
  attempts: [{
    at: 0.3,
    ending: {
      kind: "succeeded",
      at: 588.1,
      cacheStatus: CatalogCacheStatus.CACHE_PUT_FAILURE,
    },
    log: [[3.4, "embedding 980210 texts"]],
  }],
  before: {
    task: embedTexts("v1"),
    seconds: 590.4,
    outputs: { o0: file("s3://example-search/reviews/v1.npy") },
  },
});

const NEVER_ENQUEUED = tell(TROUBLES.neverEnqueued, {
  task: cleanOrders("v1"),
  inputs: { path: string("s3://example-datasets/orders/2026-11.csv") },
  ago: 20 * MINUTE,
  attempts: [],
  before: { seconds: 47.1, outputs: { o0: integer(182_417) } },
});

/** What does not come to an end, or came to it by waiting. */
export const WAITING_TROUBLES: readonly RunStory[] = [
  ...UNSCHEDULABLE,
  ...PREEMPTED,
  ...TIMED_OUT,
  ...OVERDUE,
  OWNER,
  ...WAITS_FOR_CACHE,
  ...CACHE_NOT_WRITTEN,
  ...NEVER_ENQUEUED,
];
