/** Identical reads are one call; what stays true is kept; nobody else gets it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type HandlerContext,
  type Interceptor,
} from "@connectrpc/connect";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { TaskService } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { Caller, CREDENTIALS } from "../../src/client/sharing/caller.ts";
import { identify, REQUEST_ID } from "../../src/client/interceptors.ts";
import { shareReads } from "../../src/client/sharing/shared_reads.ts";
import { settle } from "../tools/clocks.ts";

const RUN = { project: "p", domain: "d", name: "r1" };

const ACTION = { run: RUN, name: "a0" };

const LITERALS = [{ name: "o0" }];

/** A call that Flyte has got, to be answered by the test. */
interface Asked {
  readonly what: string;
  readonly id: string | null;
  readonly signal: AbortSignal;
  answer(): void;
  fail(code: Code): void;
}

/** A Flyte whose answers come when a test says so. */
function newFlyte() {
  const asked: Asked[] = [];
  const person = { token: "Bearer ada" };
  const time = { now: 0 };
  let ids = 0;
  const ask = async <T>(
    what: string,
    { signal, requestHeader }: HandlerContext,
    answer: T,
  ) => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    asked.push({
      ...{ what, signal, id: requestHeader.get(REQUEST_ID) },
      answer: () => resolve(answer),
      fail: (code) => reject(new ConnectError("no", code)),
    });
    signal.addEventListener("abort", () => reject(signal.reason));
    return await promise;
  };
  const credentials = () => ({
    headers: [["authorization", person.token]] as const,
  });
  const caller = new Caller({
    credentials: () => Promise.resolve(credentials()),
  });
  const sign: Interceptor = (next) => (request) => {
    request.contextValues.set(CREDENTIALS, credentials());
    return next(request);
  };
  const share = shareReads(caller, { now: () => time.now });
  const transport = createRouterTransport((router) => {
    router.service(RunService, {
      getRunDetails: ({ runId }, context) => {
        const phase = ActionPhase.RUNNING;
        const details = { action: { status: { phase } } };
        return ask(`run ${runId?.name}`, context, { details });
      },
      abortRun: (_request, context) => ask("abort", context, {}),
    });
    router.service(DataProxyService, {
      getActionData: ({ actionId }, context) => {
        const outputs = actionId?.name === "a0" ? { literals: LITERALS } : {};
        return ask(`data ${actionId?.name}`, context, { outputs });
      },
      createDownloadLink: (_request, context) => ask("link", context, {}),
    });
    router.service(TaskService, {
      getTaskDetails: (_request, context) => ask("task", context, {}),
    });
  }, {
    transport: { interceptors: [identify(() => `call-${++ids}`), sign, share] },
  });
  return {
    ...{ asked, person, time },
    runs: createClient(RunService, transport),
    tasks: createClient(TaskService, transport),
    dataproxy: createClient(DataProxyService, transport),
    whats: () => asked.map(({ what }) => what),
  };
}

/** Resolves once so many calls have come to Flyte. */
async function come(asked: readonly Asked[], count: number): Promise<void> {
  for (let turn = 0; asked.length < count; turn++) {
    assert(turn < 100, `Only ${asked.length} of ${count} calls have come`);
    await settle();
  }
  await settle();
}

Deno.test("identical reads at the same time are one call", async () => {
  const { runs, asked } = newFlyte();
  const calls = Array.from(
    { length: 50 },
    () => runs.getRunDetails({ runId: RUN }),
  );
  await come(asked, 1);
  asked[0]?.answer();
  for (const { details } of await Promise.all(calls)) {
    assertEquals(details?.action?.status?.phase, ActionPhase.RUNNING);
  }
  assertEquals(asked.length, 1);
});

Deno.test("reads that differ in anything are calls of their own", async () => {
  const { runs, dataproxy, person, asked, whats } = newFlyte();
  const calls: Promise<unknown>[] = [
    runs.getRunDetails({ runId: RUN }),
    runs.getRunDetails({ runId: { ...RUN, name: "r2" } }),
    dataproxy.getActionData({ actionId: ACTION }),
  ];
  await come(asked, 3);
  person.token = "Bearer grace";
  calls.push(runs.getRunDetails({ runId: RUN }));
  await come(asked, 4);
  for (const { answer } of asked) answer();
  await Promise.all(calls);
  assertEquals(whats(), ["run r1", "run r2", "data a0", "run r1"]);
});

Deno.test("a read after the answer is another call", async () => {
  const { runs, asked } = newFlyte();
  for (let count = 1; count <= 2; count++) {
    const call = runs.getRunDetails({ runId: RUN });
    await come(asked, count);
    asked.at(-1)?.answer();
    await call;
  }
  assertEquals(asked.length, 2);
});

Deno.test("a caller that changes its answer changes nobody else's", async () => {
  const { dataproxy, asked } = newFlyte();
  const ask = () => dataproxy.getActionData({ actionId: ACTION });
  const calls = [ask(), ask()];
  await come(asked, 1);
  asked[0]?.answer();
  const [first, second] = await Promise.all(calls);
  first?.outputs?.literals.pop();
  assertEquals(second?.outputs?.literals.length, 1);
  assertEquals((await ask()).outputs?.literals.length, 1);
  assertEquals(asked.length, 1);
});

Deno.test("a caller that gives up leaves the call to the others", async () => {
  const { runs, asked } = newFlyte();
  const cancel = new AbortController();
  const { signal } = cancel;
  const leaving = runs.getRunDetails({ runId: RUN }, { signal });
  const staying = runs.getRunDetails({ runId: RUN });
  await come(asked, 1);
  cancel.abort();
  const error = await assertRejects(() => leaving, ConnectError);
  assertEquals(error.code, Code.Canceled);
  assertEquals(asked[0]?.signal.aborted, false);
  asked[0]?.answer();
  assert((await staying).details);
});

Deno.test("the last caller that gives up ends the call, and the next one begins anew", async () => {
  const { runs, asked } = newFlyte();
  const cancels = [new AbortController(), new AbortController()];
  const calls = cancels.map(({ signal }) =>
    runs.getRunDetails({ runId: RUN }, { signal })
  );
  await come(asked, 1);
  for (const cancel of cancels) cancel.abort();
  for (const call of calls) await assertRejects(() => call, ConnectError);
  assertEquals(asked[0]?.signal.aborted, true);
  const next = runs.getRunDetails({ runId: RUN });
  await come(asked, 2);
  asked[1]?.answer();
  assert((await next).details);
});

Deno.test("a failure is everybody's who waited, by the id that was sent, and is not kept", async () => {
  const { runs, asked } = newFlyte();
  const calls = [1, 2, 3].map(() => runs.getRunDetails({ runId: RUN }));
  await come(asked, 1);
  asked[0]?.fail(Code.NotFound);
  for (const call of calls) {
    const error = await assertRejects(() => call, ConnectError);
    assertEquals(error.code, Code.NotFound);
    assertEquals(error.metadata.get(REQUEST_ID), asked[0]?.id ?? "");
  }
  const again = runs.getRunDetails({ runId: RUN });
  await come(asked, 2);
  asked[1]?.answer();
  assert((await again).details);
});

Deno.test("identical writes are each a call", async () => {
  const { runs, asked } = newFlyte();
  const calls = [1, 2].map(() => runs.abortRun({ runId: RUN }));
  await come(asked, 2);
  for (const { answer } of asked) answer();
  await Promise.all(calls);
});

Deno.test("outputs that are there are kept for two minutes", async () => {
  const { dataproxy, asked, time } = newFlyte();
  const ask = () => dataproxy.getActionData({ actionId: ACTION });
  const first = ask();
  await come(asked, 1);
  asked[0]?.answer();
  await first;
  time.now = 119_999;
  assertEquals((await ask()).outputs?.literals[0]?.name, "o0");
  assertEquals(asked.length, 1);
  time.now = 120_000;
  const second = ask();
  await come(asked, 2);
  asked[1]?.answer();
  await second;
});

type Flyte = ReturnType<typeof newFlyte>;

/** What may be another answer in a moment. */
const PASSING: Record<string, (flyte: Flyte) => Promise<unknown>> = {
  "inputs of an action without outputs": ({ dataproxy }) =>
    dataproxy.getActionData({ actionId: { ...ACTION, name: "a1" } }),
  "a run": ({ runs }) => runs.getRunDetails({ runId: RUN }),
  "a task's version": ({ tasks }) =>
    tasks.getTaskDetails({ taskId: { name: "t", version: "v1" } }),
  "a signed link": ({ dataproxy }) => dataproxy.createDownloadLink({}),
};

for (const [what, read] of Object.entries(PASSING)) {
  Deno.test(`${what} is not kept`, async () => {
    const flyte = newFlyte();
    for (let count = 1; count <= 2; count++) {
      const call = read(flyte);
      await come(flyte.asked, count);
      flyte.asked.at(-1)?.answer();
      await call;
    }
  });
}

for (const outcome of ["succeeds", "fails"] as const) {
  Deno.test(`a write that ${outcome} makes old what was kept, and what is on its way`, async () => {
    const { runs, dataproxy, asked, whats } = newFlyte();
    const data = () => dataproxy.getActionData({ actionId: ACTION });
    const run = () => runs.getRunDetails({ runId: RUN });
    const kept = data();
    await come(asked, 1);
    asked[0]?.answer();
    await kept;
    const before = run();
    await come(asked, 2);
    const write = runs.abortRun({ runId: RUN }).catch(() => {});
    await come(asked, 3);
    if (outcome === "fails") asked[2]?.fail(Code.Unavailable);
    else asked[2]?.answer();
    await write;
    const after = [data(), run()];
    await come(asked, 5);
    for (const { answer } of asked) answer();
    await Promise.all([before, ...after]);
    assertEquals(whats(), ["data a0", "run r1", "abort", "data a0", "run r1"]);
  });
}

Deno.test("an answer that comes after another login is not that person's", async () => {
  const { dataproxy, asked, person } = newFlyte();
  const ask = () => dataproxy.getActionData({ actionId: ACTION });
  const adas = ask();
  await come(asked, 1);
  person.token = "Bearer grace";
  const graces = ask();
  await come(asked, 2);
  for (const { answer } of asked) answer();
  await Promise.all([adas, graces]);
  assertEquals((await ask()).outputs?.literals.length, 1);
  assertEquals(asked.length, 2);
  person.token = "Bearer ada";
  const again = ask();
  await come(asked, 3);
  asked[2]?.answer();
  await again;
});
