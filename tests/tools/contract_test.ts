/** What holds for the results of every tool: scope, times and durations. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createIngress } from "../../sandbox/ingress.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createIdleCluster } from "../../sandbox/plane/kubernetes/idle_cluster.ts";
import { createPlane, type Plane } from "../../sandbox/plane/mod.ts";
import { seed } from "../../sandbox/seed/mod.ts";
import { systemClock } from "../../src/clock.ts";
import { TOOLS } from "../../src/tools/mod.ts";
import { type Called, connectServer, type TestServer } from "../harness.ts";
import { type Args, CASES } from "./cases.ts";

let everything: Promise<Plane> | undefined;

/** Everyday life, hostile texts and a wide run; nobody changes it. */
function planeOf(): Promise<Plane> {
  return everything ??= Promise.try(async () => {
    const cluster = createIdleCluster();
    const plane = createPlane({ ...systemClock, kubernetes: cluster.connect });
    await seed({ ...plane, ...cluster }, Date.now(), {
      hostile: true,
      actions: 300,
      logLines: 300,
    });
    return plane;
  });
}

async function openBed(): Promise<TestServer> {
  const stack = new AsyncDisposableStack();
  const { handle } = await planeOf();
  const ingress = createIngress({ plane: handle });
  const { url } = stack.use(await listenOnLoopback(ingress, 0));
  const env = { FLYTE_PROJECT: "flytesnacks" };
  const server = stack.use(await connectServer(url, { env }));
  return { ...server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function callsOf(name: string): readonly Args[] {
  const { happy, empty, big, hostile } = CASES[name] ?? {};
  return [happy ?? {}, empty?.args, big, hostile?.args]
    .filter((args) => args !== undefined);
}

/** Answers to the calls of a tool that succeed. */
async function answersOf(name: string): Promise<Called[]> {
  await using bed = await openBed();
  const answers: Called[] = [];
  for (const args of callsOf(name)) answers.push(await bed.call(name, args));
  return answers.filter(({ isError }) => !isError);
}

/** Every field of a result with its name, wherever it stands. */
function fieldsOf(value: unknown): (readonly [key: string, value: unknown])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [
    ...Array.isArray(value) ? [] : [[key, part] as const],
    ...VALUES.includes(key) ? [] : fieldsOf(part),
  ]);
}

/** What stands below these is data of a task's, in shapes of its own. */
const VALUES = ["inputs", "outputs", "value", "before", "after"];

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Names of times, besides those that end in `_at`. */
const TIMES = ["at", "now", "since", "first_time", "last_time", "reached_time"];

const DURATION = /^(\d+ms|\d+(\.\d)?s|\d+m\d+s|\d+h\d+m|\d+d\d+h)$/;

/** Names of durations, besides those that hold the word. */
const DURATIONS = ["waited", "timeout", "max_age", "median"];

/** Numbers with a unit in their name: of this machine, not of Flyte. */
const MEASURED = ["took_ms", "expires_in_seconds", "wait_seconds"];

for (const { name, input } of TOOLS) {
  Deno.test(`${name} tells times in RFC 3339 and durations for people`, async () => {
    const answers = await answersOf(name);
    assert(answers.length > 0, "no call succeeds");
    for (const [key, value] of answers.flatMap(({ data }) => fieldsOf(data))) {
      const what = `${key}: ${JSON.stringify(value)}`;
      if (typeof value === "number") {
        const hasUnit = /_(ms|s|secs?|seconds|minutes)$/.test(key);
        assert(!hasUnit || MEASURED.includes(key), what);
      }
      if (value === null || typeof value === "object") continue;
      if (/_at$/.test(key) || TIMES.includes(key)) {
        assertMatch(String(value), RFC_3339, what);
      }
      if (/duration/.test(key) || DURATIONS.includes(key)) {
        assertMatch(String(value), DURATION, what);
      }
    }
  });

  if (!("project" in input.shape)) continue;
  Deno.test(`${name} says in which project and domain it acted`, async () => {
    for (const { data, text } of await answersOf(name)) {
      const { project, domain, source, ...rest } = data.scope ?? {};
      assertEquals(rest, {}, text);
      for (const part of [project, domain, source]) {
        assertEquals(typeof part, "string", text);
        assert(part !== "", text);
      }
    }
  });
}

Deno.test("durations of attempts and folded rows have the same form", async () => {
  await using bed = await openBed();
  const action = await bed.call("get_action", {
    run: "train-bad-row",
    response_format: "detailed",
  });
  const spent = action.data.attempts.flatMap(({ phases }: { phases: object }) =>
    Object.values(phases)
  );
  const args = { project: "scale", run: "wide", limit: 100 };
  const first = await bed.call("list_actions", args);
  const cursor = first.data.next_cursor;
  const second = await bed.call("list_actions", { ...args, cursor });
  const folded = [...first.data.actions, ...second.data.actions]
    .flatMap(({ folded, duration }: { folded?: number; duration: object }) =>
      folded && duration ? Object.values(duration) : []
    );
  assert(spent.length > 0 && folded.length > 0, second.text);
  for (const text of [...spent, ...folded]) assertMatch(text, DURATION);
});
