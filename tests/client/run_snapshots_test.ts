/** The actions of a run, read once where nothing moves any more. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type HandlerContext,
} from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import {
  type ActionDetails,
  ActionDetailsSchema,
} from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { Caller } from "../../src/client/sharing/caller.ts";
import { RunSnapshots } from "../../src/client/actions/run_snapshots.ts";
import { steppedClock } from "../tools/clocks.ts";

const { ABORTED, RUNNING, SUCCEEDED } = ActionPhase;

/** What Flyte says of the actions of every run. */
interface Said {
  phases: readonly ActionPhase[];
  /** Is awaited before anything is sent. */
  before: (context: HandlerContext) => Promise<void>;
  /** Is awaited after the first batch. */
  after: () => Promise<void>;
}

function newSnapshots() {
  const clock = steppedClock();
  const asked: string[] = [];
  const person = { name: "ada" };
  const said: Said = {
    phases: [SUCCEEDED, SUCCEEDED],
    before: () => Promise.resolve(),
    after: () => Promise.resolve(),
  };
  const transport = createRouterTransport((router) => {
    router.service(RunService, {
      async *watchActions({ runId }, context) {
        asked.push(runId?.name ?? "");
        await said.before(context);
        yield {
          enrichedActions: said.phases.map((phase, at) => ({
            action: { id: { name: `a${at}` }, status: { phase } },
          })),
        };
        await said.after();
      },
    });
  });
  const caller = new Caller({
    credentials: () =>
      Promise.resolve({ headers: [["authorization", person.name]] }),
  });
  const runs = createClient(RunService, transport);
  const snapshots = new RunSnapshots(runs, { clock, caller });
  const read = async (
    root = rootOf("r1"),
    signal = new AbortController().signal,
  ) => {
    const { actions } = await snapshots.read(root, {
      ...{ clock, signal, budgetMs: 5000 },
    });
    return [...actions.keys()];
  };
  return { clock, asked, person, said, caller, read };
}

function rootOf(run: string, phase = SUCCEEDED): ActionDetails {
  return create(ActionDetailsSchema, {
    id: { run: { project: "p", domain: "d", name: run }, name: "a0" },
    status: { phase, endTime: timestampFromMs(1000) },
  });
}

type Bed = ReturnType<typeof newSnapshots>;

Deno.test("RunSnapshots.read() reads a run in which nothing moves once in a minute", async () => {
  const { read, asked, clock } = newSnapshots();
  for (const ms of [0, 30_000, 29_999]) {
    await clock.advance(ms);
    assertEquals(await read(), ["a0", "a1"]);
  }
  assertEquals(asked.length, 1);
  await clock.advance(1);
  await read();
  assertEquals(asked.length, 2);
});

/** What happens between two readings so that the second one asks again. */
const CHANGES: Record<string, (bed: Bed) => ActionDetails | void> = {
  "it was aborted after its end": () => rootOf("r1", ABORTED),
  "it is another run": () => rootOf("r2"),
  "another person asks": ({ person }) => void (person.name = "grace"),
  "something was written": ({ caller }) => caller.next(),
};

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`RunSnapshots.read() asks again when ${what}`, async () => {
    const bed = newSnapshots();
    await bed.read();
    const root = change(bed) ?? undefined;
    await bed.read(root);
    assertEquals(bed.asked.length, 2);
  });
}

for (const phases of [[RUNNING, SUCCEEDED], [ABORTED, RUNNING]]) {
  Deno.test(`RunSnapshots.read() keeps nothing of a run whose actions are ${phases.map((phase) => ActionPhase[phase])}`, async () => {
    const { read, asked, said } = newSnapshots();
    said.phases = phases;
    await read(rootOf("r1", phases[0]));
    await read(rootOf("r1", phases[0]));
    assertEquals(asked.length, 2);
  });
}

Deno.test("RunSnapshots.read() keeps nothing of a run that did not come whole", async () => {
  const { read, asked, said } = newSnapshots();
  // A full batch says that there may be more, and then the stream breaks.
  said.phases = Array(1000).fill(SUCCEEDED);
  said.after = () => Promise.reject(new ConnectError("gone", Code.Unavailable));
  for (let times = 0; times < 2; times++) {
    assertEquals((await read()).length, 1000);
  }
  assertEquals(asked.length, 2);
});

Deno.test("RunSnapshots.read() keeps no failure", async () => {
  const { read, asked, said } = newSnapshots();
  const refuse = () => Promise.reject(new ConnectError("no", Code.NotFound));
  said.before = refuse;
  await assertRejects(() => read(), ConnectError, "no");
  said.before = () => Promise.resolve();
  assertEquals(await read(), ["a0", "a1"]);
  assertEquals(asked.length, 2);
});

Deno.test("RunSnapshots.read() reads once for all who ask at the same time, until nobody waits", async () => {
  const { read, asked, said } = newSnapshots();
  const begun = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  said.before = ({ signal }) => {
    begun.resolve();
    signal.addEventListener("abort", () => left.resolve());
    return left.promise;
  };
  const cancels = [new AbortController(), new AbortController()];
  const readings = cancels.map(({ signal }) => read(rootOf("r1"), signal));
  await begun.promise;
  assertEquals(asked.length, 1);
  for (const cancel of cancels) cancel.abort(new Error("Enough"));
  for (const reading of readings) {
    await assertRejects(() => reading, Error, "Enough");
  }
  await left.promise;
});

Deno.test("RunSnapshots.read() keeps eight runs", async () => {
  const { read, asked } = newSnapshots();
  for (let run = 0; run <= 8; run++) await read(rootOf(`r${run}`));
  await read(rootOf("r1"));
  assertEquals(asked.length, 9);
  await read(rootOf("r0"));
  assertEquals(asked.length, 10);
});
