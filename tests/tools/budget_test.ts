/** Whatever the budget is: every result keeps it, and none is refused for it. */
import { assert, assertEquals } from "@std/assert";
import { createIngress } from "../../sandbox/ingress.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createIdleCluster } from "../../sandbox/plane/kubernetes/idle_cluster.ts";
import { createPlane, type Plane } from "../../sandbox/plane/mod.ts";
import { seed, TROUBLES } from "../../sandbox/seed/mod.ts";
import { systemClock } from "../../src/clock.ts";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { TOOLS } from "../../src/tools/mod.ts";
import { type Called, connectServer, type TestServer } from "../harness.ts";
import { type Args, CASES } from "./cases.ts";

const BUDGETS = [
  RESULT_BYTES.least,
  8192,
  RESULT_BYTES.usual,
  RESULT_BYTES.most,
];

/** Everything at once; filling it takes a while, and nobody changes it. */
let everything: Promise<Plane> | undefined;

function planeOf(): Promise<Plane> {
  return everything ??= Promise.try(async () => {
    const cluster = createIdleCluster();
    const plane = createPlane({ ...systemClock, kubernetes: cluster.connect });
    await seed({ ...plane, ...cluster }, Date.now(), {
      hostile: true,
      troubles: true,
      actions: 2000,
      logLines: 5000,
    });
    return plane;
  });
}

async function openBed(maxBytes: number): Promise<TestServer> {
  const stack = new AsyncDisposableStack();
  const { handle } = await planeOf();
  const ingress = createIngress({ plane: handle });
  const { url } = stack.use(await listenOnLoopback(ingress, 0));
  const server = stack.use(
    await connectServer(url, {
      env: {
        FLYTE_PROJECT: "flytesnacks",
        FLYTE_MCP_MAX_RESULT_BYTES: String(maxBytes),
      },
    }),
  );
  return { ...server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function bytesOf({ text, data }: Called): number {
  const bytes = (part: string) => new TextEncoder().encode(part).length;
  return Math.max(bytes(text), bytes(JSON.stringify(data)));
}

/** Every call that the table has of a tool, what is refused included. */
function callsOf(name: string): readonly Args[] {
  const cases = CASES[name];
  if (!cases) return [{}];
  const { happy, empty, missing, wrong, big, hostile } = cases;
  return [happy, empty?.args, missing, wrong, big, hostile?.args]
    .filter((args) => args !== null && args !== undefined);
}

/** Further calls with much to tell. */
const MORE: Readonly<Record<string, readonly Args[]>> = {
  diagnose_run: Object.values(TROUBLES).map(({ run }) => ({
    ...{ project: run.project, domain: run.domain, run: run.name },
  })),
  get_action: [{ run: "train-bad-row", response_format: "detailed" }],
  get_logs: [
    { run: "hostile-failed", project: "hostile", action: "failed" },
    { run: "long-log", project: "scale", part: "head", limit: 1000 },
  ],
  list_actions: [
    { run: "wide", project: "scale", limit: 100, response_format: "detailed" },
  ],
};

for (const maxBytes of BUDGETS) {
  for (const { name } of TOOLS) {
    Deno.test(`${name} stays within ${maxBytes} bytes, and answers`, async () => {
      await using bed = await openBed(maxBytes);
      for (const args of [...callsOf(name), ...MORE[name] ?? []]) {
        const answer = await bed.call(name, args);
        const bytes = bytesOf(answer);
        const what = `${JSON.stringify(args)}: ${bytes} bytes`;
        assert(bytes <= maxBytes, what);
        assert(answer.data.error?.code !== "over_budget", answer.text);
        if (!answer.isError) assertEquals(answer.data.status, "ok");
      }
    });
  }
}

/** All entries of a list, page by page. */
async function walk(
  bed: TestServer,
  tool: string,
  { key, ...args }: Args & { readonly key: string },
): Promise<unknown[]> {
  const entries: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { data, text } = await bed.call(tool, { ...args, cursor });
    assertEquals(data.status, "ok", text);
    assert(data[key].length > 0, text);
    entries.push(...data[key]);
    cursor = data.next_cursor ?? undefined;
  } while (cursor);
  return entries;
}

for (
  const [tool, args] of [
    ["list_projects", { key: "projects", limit: 100 }],
    ["list_tasks", { key: "tasks", limit: 100 }],
    ["list_runs", { key: "runs", limit: 100 }],
    ["list_runs", { key: "runs", limit: 100, project: "hostile" }],
    ["list_actions", {
      key: "actions",
      limit: 100,
      run: "wide",
      project: "scale",
      phases: ["failed", "running"],
    }],
  ] as const
) {
  Deno.test(`${tool} of ${JSON.stringify(args)} has the same entries in pages of any size`, async () => {
    await using small = await openBed(RESULT_BYTES.least);
    await using large = await openBed(RESULT_BYTES.most);
    const few = await walk(small, tool, args);
    const many = await walk(large, tool, args);
    assertEquals(unfenced(few), unfenced(many));
  });
}

/** Markers differ from result to result. */
function unfenced(entries: readonly unknown[]): string[] {
  return entries.map((entry) =>
    JSON.stringify(entry).replace(/[0-9a-f]{8}(?= |-data>>)/g, "M")
  );
}

Deno.test("a longer budget gives longer logs", async () => {
  const lines: number[] = [];
  for (const maxBytes of BUDGETS) {
    await using bed = await openBed(maxBytes);
    const { data } = await bed.call("get_logs", {
      ...{ run: "long-log", project: "scale", limit: 1000 },
    });
    lines.push(data.logs[0].lines);
  }
  assertEquals(lines, lines.toSorted((a, b) => a - b));
  assert((lines.at(-1) ?? 0) > 5 * (lines[0] ?? 0), lines.join());
});
