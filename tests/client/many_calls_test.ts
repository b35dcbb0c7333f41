/** Two hundred calls of tools at the same time, and what reaches Flyte of them. */
import { assert, assertEquals } from "@std/assert";
import { create, toBinary } from "@bufbuild/protobuf";
import { GetProjectResponseSchema } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { type Clock, systemClock } from "../../src/clock.ts";
import { createFetch, type Fetch } from "../../src/http/fetch.ts";
import { type Called, connectServer, openTestBed } from "../harness.ts";
import { virtualClock } from "../tools/clocks.ts";

/** As many calls of tools as are made at the same time. */
const MANY = 200;

/** What one RPC may take: a sleep of this length is one that is wanted. */
const RPC_MS = 30_000;

/** How many unary calls, and how many streams, may be at one place. */
const WIDTH = 16;

/** Something that a test waits for until there are so many. */
function counter() {
  let count = 0;
  const watchers = new Set<() => void>();
  return {
    add() {
      count++;
      for (const look of watchers) look();
    },
    async reaches(wanted: number) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => count >= wanted && resolve();
      watchers.add(look);
      look();
      await promise.finally(() => watchers.delete(look));
    },
  };
}

/** A clock that counts the RPCs that are wanted, whether they are sent or not. */
function counting(clock: Clock) {
  const wanted = counter();
  return {
    wanted,
    clock: {
      ...clock,
      async sleep(ms: number, signal?: AbortSignal) {
        if (ms === RPC_MS) wanted.add();
        await clock.sleep(ms, signal);
      },
    },
  };
}

/** A sandbox behind a door that counts, and that is opened by the test. */
async function openCounted() {
  const stack = new AsyncDisposableStack();
  const { sandbox } = stack.use(
    await openTestBed({ sandbox: { auth: "open" } }),
  );
  const rpcs: string[] = [];
  const most = { calls: 0, streams: 0 };
  const door = Promise.withResolvers<void>();
  const arrived = counter();
  let open = 0;
  const front = stack.use(
    await listenOnLoopback((request, response) => {
      const rpc = request.url?.split("/").at(-1) ?? "";
      rpcs.push(rpc);
      if (!isStream(rpc)) {
        most.calls = Math.max(most.calls, ++open);
        response.once("close", () => open--);
      }
      arrived.add();
      door.promise.then(() => sandbox.ingress(request, response));
    }, 0),
  );
  const { clock, wanted } = counting(systemClock);
  const network = stack.use(createFetch({ caCert: null }));
  let streams = 0;
  // A stream that is given up here is told to the server a while later.
  const fetch: Fetch = async (url, init) => {
    if (isStream(url)) {
      most.streams = Math.max(most.streams, ++streams);
      init.signal?.addEventListener("abort", () => streams--, { once: true });
    }
    return await network(url, init);
  };
  const server = stack.use(await connectServer(front.url, { clock, fetch }));
  return {
    ...{ most, wanted, arrived },
    call: server.call,
    openDoor: door.resolve,
    count: (rpc: string) => rpcs.filter((one) => one === rpc).length,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function isStream(url: string): boolean {
  return /(^|\/)(Watch|Tail)\w+$/.test(url);
}

function argumentsOf({ project, domain, name }: typeof SEEDED.runs.fanOut) {
  return { run: name, project, domain };
}

Deno.test("of two hundred calls at the same time, equal ones reach Flyte once, and never more than sixteen are under way", async () => {
  await using bed = await openCounted();
  const { calls, runs } = mixedCalls();
  const answers = calls.map(([tool, args]) => bed.call(tool, args));
  assertEquals(answers.length, MANY);
  // Each tool has asked its first question, and Flyte has answered none.
  await bed.wanted.reaches(MANY);
  await bed.arrived.reaches(WIDTH);
  bed.openDoor();
  for (const { data, text } of await Promise.all(answers)) {
    assertEquals(data.status, "ok", text);
  }
  assertEquals(bed.most, { calls: WIDTH, streams: WIDTH });
  assertEquals(bed.count("GetRunDetails"), runs);
  assertEquals(bed.count("ListTasks"), PAGES);
  // What is kept is read once, however late somebody asks.
  assertEquals(bed.count("GetActionData"), 1);
});

/** Pages of tasks, each another question. */
const PAGES = 60;

/** Equal calls, calls that begin with the same question, and others. */
function mixedCalls() {
  const { fanOut, ...others } = SEEDED.runs;
  const rest = Object.values(others);
  const calls: [tool: string, args: Record<string, unknown>][] = [];
  for (let at = 0; calls.length < MANY - PAGES; at++) {
    const other = rest[at % rest.length] ?? fanOut;
    calls.push(
      ["get_run", argumentsOf(fanOut)],
      ["get_run_io", argumentsOf(fanOut)],
      ["list_actions", argumentsOf(fanOut)],
      ["get_run", argumentsOf(other)],
    );
  }
  const { project, domain } = fanOut;
  for (let limit = 1; limit <= PAGES; limit++) {
    calls.push(["list_tasks", { project, domain, limit }]);
  }
  return { calls, runs: rest.length + 1 };
}

/** A Flyte in memory that answers as it is told, on time that only passes while all wait. */
async function openStorm(refusal: (asked: number) => number | null) {
  const { clock, wanted } = counting(virtualClock());
  const asked: string[] = [];
  const door = Promise.withResolvers<void>();
  const fetch: Fetch = async (url) => {
    const at = asked.push(url);
    await door.promise;
    const seconds = refusal(at);
    if (seconds === null) {
      return new Response(toBinary(GetProjectResponseSchema, ANSWER), {
        headers: { "content-type": "application/proto" },
      });
    }
    const headers = { "retry-after": `${seconds}` };
    return new Response(null, { status: 429, headers });
  };
  const server = await connectServer("https://flyte.example.com", {
    clock,
    fetch,
  });
  // No two questions are the same.
  const calls = Array.from(
    { length: MANY },
    (_, at) => server.call("get_project", { project: `p${at}` }),
  );
  await wanted.reaches(MANY);
  door.resolve();
  return {
    asked,
    call: server.call,
    answers: await Promise.all(calls),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const ANSWER = create(GetProjectResponseSchema, { project: { id: "p" } });

function assertLimited({ data, text }: Called, seconds: number): void {
  assertEquals(data.error?.code, "rate_limited", text);
  assertEquals(data.error?.fix_by, "retry");
  assert(data.error?.retry_after_s >= seconds, text);
}

Deno.test("two hundred calls that a storm of 429 meets are all answered, and few are sent", async () => {
  await using storm = await openStorm(() => 1);
  for (const answer of storm.answers) assertLimited(answer, 1);
  // One wave; then one try a second for the six that a call is held at most,
  // and for six more, in which those that tried wait for their second try.
  const sent = storm.asked.length;
  assert(sent > WIDTH && sent <= WIDTH + 12, `${sent} were sent`);
});

Deno.test("two hundred calls that meet a short storm of 429 all get what they asked for", async () => {
  const refused = WIDTH + 2;
  await using storm = await openStorm((asked) => asked <= refused ? 1 : null);
  for (const { data, text } of storm.answers) {
    assertEquals(data.status, "ok", text);
  }
  assertEquals(storm.asked.length, MANY + refused);
});

Deno.test("a server that asks for a minute is left alone by everybody", async () => {
  await using storm = await openStorm(() => 60);
  for (const answer of storm.answers) assertLimited(answer, 60);
  assertLimited(await storm.call("whoami"), 60);
  assertEquals(storm.asked.length, WIDTH);
});
