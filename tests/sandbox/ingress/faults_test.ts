import { assertEquals, assertRejects } from "@std/assert";
import type { IngressFault } from "../../../sandbox/ingress/options.ts";
import { serveIngress } from "./serve.ts";

const RUNS = "/flyteidl2.workflow.RunService/ListRuns";
const TASKS = "/flyteidl2.task.TaskService/ListTasks";

Deno.test.each<[string, IngressFault, number, string]>([
  ["503 html", { kind: "status", status: 503 }, 503, "text/html"],
  ["503 empty", { kind: "status", status: 503, body: "empty" }, 503, ""],
  ["429", { kind: "status", status: 429, retryAfter: 3 }, 429, "text/html"],
  [
    "a refusal",
    { kind: "refuse", refusal: "html_403" },
    403,
    "text/html; charset=utf-8",
  ],
])("faults.next() answers %s once", async (_name, fault, status, type) => {
  await using served = await serveIngress();
  served.ingress.faults.next("ListRuns", fault);
  const other = await served.call(TASKS);
  const faulty = await served.call(RUNS);
  const after = await served.call(RUNS);
  await Promise.all([other, faulty, after].map((each) => each.text()));
  assertEquals([other.status, faulty.status, after.status], [200, status, 200]);
  assertEquals(faulty.headers.get("content-type") ?? "", type);
  assertEquals(
    faulty.headers.get("retry-after"),
    status === 429 ? "3" : null,
  );
  assertEquals(served.ingress.requests[1]?.fault, fault.kind);
});

Deno.test.each([["drop"], ["reset"]] as const)(
  "faults.next() can %s a connection so many times",
  async (kind) => {
    await using served = await serveIngress();
    await (await served.call(RUNS)).text();
    served.ingress.faults.next("ListRuns", { kind }, { times: 2 });
    await assertRejects(() => served.call(RUNS), TypeError);
    await assertRejects(() => served.call(RUNS), TypeError);
    const response = await served.call(RUNS);
    await response.text();
    assertEquals(response.status, 200);
    assertEquals(served.ingress.requests.length, 4);
  },
);

Deno.test("keepAlive shows how Deno's fetch sends a request twice", async () => {
  await using served = await serveIngress({ keepAlive: true });
  await (await served.call(RUNS)).text();
  served.ingress.faults.next("ListRuns", { kind: "drop" });
  const response = await served.call(RUNS);
  await response.text();
  // One call, dropped once, and it succeeds: the second request is fetch's own.
  assertEquals(response.status, 200);
  assertEquals(served.ingress.requests.map(({ fault }) => fault), [
    undefined,
    "drop",
    undefined,
  ]);
});

Deno.test("faults.next() stalls until the client gives up", async () => {
  await using served = await serveIngress();
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  const noticing = () => {
    resolve();
    return true;
  };
  served.ingress.faults.next(noticing, { kind: "stall" });
  const giveUp = new AbortController();
  const call = assertRejects(() => served.call(RUNS, {}, giveUp.signal));
  await arrived;
  giveUp.abort();
  await call;
  assertEquals(served.ingress.requests[0]?.outcome, undefined);
});

Deno.test("faults.next() delays by the sleep it was given", async () => {
  const slept: number[] = [];
  const sleep = (ms: number) => Promise.resolve(void slept.push(ms));
  await using served = await serveIngress({ sleep });
  served.ingress.faults.next("ListRuns", { kind: "delay", ms: 700 });
  const response = await served.call(RUNS);
  await response.text();
  assertEquals(response.status, 200);
  assertEquals(slept, [700]);
});

Deno.test.each([[0], [10]])(
  "faults.next() cuts an answer after the headers and %d bytes",
  async (afterBytes) => {
    await using served = await serveIngress();
    served.ingress.faults.next("ListRuns", { kind: "cut", afterBytes });
    const response = await served.call(RUNS);
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("content-type"), "application/json");
    let bytes = 0;
    await assertRejects(async () => {
      for await (const chunk of response.body ?? []) bytes += chunk.length;
    });
    assertEquals(bytes, afterBytes);
    assertEquals(served.ingress.requests[0]?.outcome, "passed");
  },
);

Deno.test("faults.next() cuts an answer that ends before the cut", async () => {
  await using served = await serveIngress();
  served.ingress.faults.next("ListRuns", { kind: "cut", afterBytes: 1e6 });
  const response = await served.call(RUNS);
  await assertRejects(() => response.text());
});

Deno.test("faults.next() counts what is pending, and clear() forgets it", async () => {
  await using served = await serveIngress();
  const { faults } = served.ingress;
  faults.next("ListRuns", { kind: "drop" }, { times: Infinity });
  assertEquals(faults.pending, 1);
  faults.clear();
  const response = await served.call(RUNS);
  await response.text();
  assertEquals([response.status, faults.pending], [200, 0]);
});
