import { overQuota, pullDenied, secretDenied } from "../kubernetes_words.ts";
import type { RunStory } from "../story.ts";
import { boolean, file, float, integer, string } from "../values.ts";
import {
  backfillDay,
  exportReport,
  postSummary,
  scoreOrders,
} from "./tasks.ts";
import { podOf, tell } from "./telling.ts";
import { TROUBLES } from "./troubles.ts";

const IMAGE_PULL = tell(TROUBLES.imagePull, {
  task: scoreOrders("v5", "v5-gpu"),
  inputs: { model: string("orders-7") },
  attempts: [{
    at: 0.3,
    ending: {
      kind: "image pull failed",
      at: 184.6,
      why: pullDenied("ghcr.io/example/serving:v5-gpu"),
    },
  }],
  before: {
    task: scoreOrders("v4"),
    seconds: 22.8,
    outputs: { o0: float(0.91) },
  },
});

const BAD_CONFIG = tell(TROUBLES.badConfig, {
  task: exportReport("v2"),
  inputs: { quarter: string("2026Q3") },
  ago: 10_800,
  attempts: [{
    at: 0.3,
    ending: {
      kind: "config error",
      at: 2.1,
      why: 'secret "export-credentials" not found',
    },
  }],
  before: {
    task: exportReport("v1"),
    seconds: 17.2,
    outputs: { o0: file("s3://example-reports/2026Q3.pdf") },
  },
});

const RUN_AS_ROOT = tell(TROUBLES.runAsRoot, {
  task: exportReport("v3"),
  inputs: { quarter: string("2026Q3") },
  attempts: [{
    at: 0.3,
    ending: {
      kind: "config error",
      at: 2.3,
      why: "container has runAsNonRoot and image will run as root " +
        `(pod: "${podOf(TROUBLES.runAsRoot)}_flyte", container: ${
          podOf(TROUBLES.runAsRoot)
        })`,
    },
  }],
  before: {
    task: exportReport("v1"),
    seconds: 16.8,
    outputs: { o0: file("s3://example-reports/2026Q2.pdf") },
  },
});

const MISSING_SECRET = tell(TROUBLES.missingSecret, {
  task: postSummary("v2"),
  inputs: { channel: string("orders") },
  attempts: [{
    at: 0.3,
    ending: {
      kind: "denied",
      at: 0.4,
      why: secretDenied("chat-token", "CHAT_TOKEN"),
    },
  }],
  before: {
    task: postSummary("v1"),
    seconds: 6.4,
    outputs: { o0: boolean(true) },
  },
});

const QUOTA = tell(TROUBLES.quota, {
  task: backfillDay("v1"),
  inputs: { day: string("2026-11-18") },
  attempts: [
    { at: 0.3, ending: { kind: "denied, restarted" } },
    { at: 0.6, ending: { kind: "denied, restarted" } },
    {
      at: 0.9,
      ending: {
        kind: "denied",
        at: 1.2,
        why: overQuota(podOf(TROUBLES.quota, 3), {
          requested: "requests.cpu=8",
          used: "requests.cpu=60",
          limited: "requests.cpu=64",
        }),
      },
    },
  ],
  before: {
    inputs: { day: string("2026-11-17") },
    seconds: 244.5,
    outputs: { o0: integer(9_120_443) },
  },
});

/** What keeps a container from being started. */
export const LAUNCH_TROUBLES: readonly RunStory[] = [
  ...IMAGE_PULL,
  ...BAD_CONFIG,
  ...RUN_AS_ROOT,
  ...MISSING_SECRET,
  ...QUOTA,
];
