/**
 * Answers of tools, for the documentation: the tools themselves are called,
 * over the sandbox's everyday data at a fixed time, so they are the same each
 * time.
 */
import type { Clock } from "../../src/clock.ts";
import { createIngress } from "../../sandbox/ingress.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createIdleCluster } from "../../sandbox/plane/kubernetes/idle_cluster.ts";
import { createPlane } from "../../sandbox/plane/mod.ts";
import { seed } from "../../sandbox/seed/mod.ts";
import { systemClock } from "../../src/clock.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { connectServer } from "../../tests/harness.ts";

/** A call of a tool, with what it answered. */
export interface Example {
  readonly args: Readonly<Record<string, unknown>>;
  readonly answer: unknown;
}

/** What the tools are called with; logins have a page of their own. */
const CALLS: Readonly<Record<string, Record<string, unknown>>> = {
  compare_runs: { run: "train-bad-row" },
  diagnose_run: { run: "train-bad-row" },
  get_action: { run: "train-bad-row" },
  get_app: { app: "embeddings" },
  get_logs: { run: "train-bad-row", limit: 5 },
  get_project: { project: "flytesnacks" },
  get_run: { run: "train-bad-row" },
  get_run_io: { run: "train-fan-out" },
  get_task: { task: "training.train_model" },
  get_trigger: { project: "ml-prod", domain: "production", trigger: "nightly" },
  list_actions: { run: "train-fan-out" },
  list_apps: { limit: 2 },
  list_conditions: {},
  list_projects: { limit: 2 },
  list_runs: { phases: ["failed"], limit: 2 },
  list_secrets: { limit: 2 },
  list_tasks: { limit: 2 },
  list_triggers: { project: "ml-prod", domain: "production", limit: 2 },
  wait_for_run: { run: "train-bad-row" },
  whoami: {},
};

/** When the examples were made, as they tell it. */
const NOW = Date.parse("2026-11-02T09:00:00Z");

const CLOCK: Clock = { ...systemClock, now: () => NOW };

const ENDPOINT = "https://flyte.example.com";

/** Longer texts and lists are cut, for an example shows the form. */
const MAX_TEXT = 160;
const MAX_ENTRIES = 2;

/** The examples by tool. */
export async function makeExamples(): Promise<Map<string, Example>> {
  await using stack = new AsyncDisposableStack();
  const cluster = createIdleCluster();
  const plane = stack.use(
    createPlane({
      ...CLOCK,
      kubernetes: cluster.connect,
      // It would name the port of this moment.
      without: ["/flyteidl2.cluster.ClusterService/SelectCluster"],
    }),
  );
  await seed({ ...plane, ...cluster }, NOW);
  const ingress = createIngress({ plane: plane.handle });
  const { url } = stack.use(await listenOnLoopback(ingress, 0));
  const direct = stack.use(createFetch({ caCert: null }));
  const server = stack.use(
    await connectServer(ENDPOINT, {
      env: { FLYTE_PROJECT: "flytesnacks" },
      clock: CLOCK,
      fetch: (address, init) => direct(address.replace(ENDPOINT, url), init),
    }),
  );
  const examples = new Map<string, Example>();
  for (const [tool, args] of Object.entries(CALLS)) {
    const { data, isError, text } = await server.call(tool, args);
    if (isError) throw new Error(`${tool}: ${text}`);
    examples.set(tool, { args, answer: shorten(data) });
  }
  return examples;
}

function shorten(value: unknown): unknown {
  if (typeof value === "string") {
    const text = value.replace(/data-[0-9a-f]{8}/g, "data-7f3a0000")
      .replace(/[0-9a-f]{8}-data/g, "7f3a0000-data");
    return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
  }
  if (Array.isArray(value)) {
    const more = value.length - MAX_ENTRIES;
    const shown = value.slice(0, MAX_ENTRIES).map(shorten);
    return more > 0 ? [...shown, `… ${more} more`] : shown;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, shorten(part)]),
  );
}
