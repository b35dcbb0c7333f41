/** Each tool, each kind of case, each generation of client. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createIngress } from "../../sandbox/ingress.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createIdleCluster } from "../../sandbox/plane/kubernetes/idle_cluster.ts";
import { createPlane, type Plane } from "../../sandbox/plane/mod.ts";
import { seed, type Seeds } from "../../sandbox/seed/mod.ts";
import { systemClock } from "../../src/clock.ts";
import { TOOLS } from "../../src/tools/mod.ts";
import { type Generation, GENERATIONS } from "../e2e/spawn.ts";
import { type Called, connectServer, type TestServer } from "../harness.ts";
import { type Args, CASES } from "./cases.ts";
import { connectHost } from "./hosts.ts";

/** The planes that tests of this file read, each filled once. */
const SEEDS = {
  everyday: {},
  hostile: { everyday: false, hostile: true },
  scale: { everyday: false, actions: 2_000, logLines: 5_000 },
} satisfies Record<string, Seeds>;

const planes = new Map<string, Promise<Plane>>();

function planeOf(name: keyof typeof SEEDS): Promise<Plane> {
  const known = planes.get(name);
  if (known) return known;
  const filled = Promise.try(async () => {
    const cluster = createIdleCluster();
    const plane = createPlane({ ...systemClock, kubernetes: cluster.connect });
    await seed({ ...plane, ...cluster }, Date.now(), SEEDS[name]);
    return plane;
  });
  planes.set(name, filled);
  return filled;
}

/** What a Flyte answers that refuses a call, and one that lacks a service. */
const ANSWERS = {
  denied: {
    status: 403,
    type: "application/json",
    body: JSON.stringify({ code: "permission_denied", message: "not you" }),
  },
  unimplemented: {
    status: 404,
    type: "text/plain; charset=utf-8",
    body: "404 page not found\n",
  },
} as const;

/** A call that Flyte does not answer. */
interface Stall {
  readonly begun: Promise<void>;
  /** When the connection was let go. */
  readonly left: Promise<void>;
}

interface Bed extends TestServer {
  readonly stall: Stall;
}

/** What happens to an RPC instead; only its first call stalls. */
interface Instead {
  readonly rpc: string;
  readonly answer: keyof typeof ANSWERS | "stall";
}

/** A host before a plane; one RPC may be answered otherwise. */
async function openBed(
  generation: Generation,
  { seeds = "everyday", env = {}, instead }: {
    seeds?: keyof typeof SEEDS;
    env?: Readonly<Record<string, string>>;
    instead?: Instead;
  } = {},
): Promise<Bed> {
  const stack = new AsyncDisposableStack();
  const begun = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  let stalled = false;
  const { handle } = await planeOf(seeds);
  const plane = (req: IncomingMessage, res: ServerResponse) => {
    if (!instead || !req.url?.endsWith(instead.rpc)) return handle(req, res);
    const { answer } = instead;
    if (answer !== "stall") return respond(req, res, ANSWERS[answer]);
    if (stalled) return handle(req, res);
    stalled = true;
    res.on("close", left.resolve);
    begun.resolve();
  };
  const ingress = createIngress({ plane });
  const { url } = stack.use(await listenOnLoopback(ingress, 0));
  const server = stack.use(
    await connectServer(url, {
      env: { FLYTE_PROJECT: "flytesnacks", ...env },
      connect: connectHost({ generation }),
    }),
  );
  return {
    ...server,
    stall: { begun: begun.promise, left: left.promise },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function respond(
  req: IncomingMessage,
  res: ServerResponse,
  { status, type, body }: typeof ANSWERS[keyof typeof ANSWERS],
): void {
  req.resume();
  res.writeHead(status, { "content-type": type }).end(body);
}

/** The host's way to cancel; the old SDK takes a schema before the options. */
function callTool(
  { client }: TestServer,
  { generation, tool, args, signal }: {
    generation: Generation;
    tool: string;
    args: Args;
    signal: AbortSignal;
  },
): Promise<unknown> {
  const parameters = { name: tool, arguments: { ...args } };
  if (generation !== "old") return client.callTool(parameters, { signal });
  const old = client as unknown as {
    callTool(
      parameters: unknown,
      schema: undefined,
      options: { signal: AbortSignal },
    ): Promise<unknown>;
  };
  return old.callTool(parameters, undefined, { signal });
}

/** What nobody sees, apart from newlines and tabs. */
const INVISIBLE =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufdd0-\ufdef]/u;

/** Fails unless the answer says what happened, and what to do. */
function assertError({ data, text, isError }: Called, code: string): void {
  assertEquals(data.error?.code, code, text);
  assertEquals([isError, data.status, data.performed], [true, "error", false]);
  assert(data.error.message.length > 10 && data.error.next_step.length > 10);
  assert(text.includes(data.error.message) && text.includes(code));
}

Deno.test("every tool that reads Flyte has its cases", () => {
  const reading = TOOLS.filter(({ needs, toolset, name }) =>
    needs === "flyte" && (toolset !== "identity" || name === "whoami")
  );
  assertEquals(Object.keys(CASES), reading.map(({ name }) => name));
});

for (const generation of GENERATIONS) {
  for (const [tool, cases] of Object.entries(CASES)) {
    const { rpc, happy, empty, missing, wrong, big, hostile } = cases;
    const name = (what: string) => `${tool} ${what} (${generation} client)`;

    Deno.test(name("answers"), async () => {
      await using bed = await openBed(generation);
      const { data, text, isError } = await bed.call(tool, happy);
      assertEquals([data.status, isError], ["ok", false], text);
    });

    if (empty) {
      Deno.test(name("finds nothing, and says so"), async () => {
        await using bed = await openBed(generation);
        const { data, text } = await bed.call(tool, empty.args);
        assertEquals(data.status, "ok", text);
        assertEquals((data[empty.key] ?? []).length, 0, text);
        assertMatch(text, /^(No|Nothing|None|0) |no /i);
      });
    }

    if (missing) {
      Deno.test(name("is told of what is not there"), async () => {
        await using bed = await openBed(generation);
        assertError(await bed.call(tool, missing), "not_found");
      });
    }

    Deno.test(name("may not"), async () => {
      const instead = { rpc, answer: "denied" } as const;
      await using bed = await openBed(generation, { instead });
      assertError(await bed.call(tool, happy), "permission_denied");
    });

    Deno.test(name("meets a Flyte without the service"), async () => {
      const instead = { rpc, answer: "unimplemented" } as const;
      await using bed = await openBed(generation, { instead });
      // Until something has answered as Flyte does, it may be no Flyte at all.
      await bed.call(tool === "whoami" ? "list_projects" : "whoami");
      const answer = await bed.call(tool, happy);
      if (tool === "whoami") assertEquals(answer.data.identity, "anonymous");
      else assertError(answer, "unimplemented");
    });

    Deno.test(name("refuses a wrong argument"), async () => {
      await using bed = await openBed(generation);
      assertError(await bed.call(tool, wrong), "invalid_argument");
    });

    Deno.test(
      name("lets go of Flyte when cancelled, then answers again"),
      async () => {
        const instead = { rpc, answer: "stall" } as const;
        await using bed = await openBed(generation, { instead });
        const cancel = new AbortController();
        const { signal } = cancel;
        const ended = callTool(bed, { generation, tool, args: happy, signal })
          .then(() => "answered", () => "cancelled");
        await bed.stall.begun;
        cancel.abort();
        assertEquals(await ended, "cancelled");
        await bed.stall.left;
        const { data, text } = await bed.call(tool, happy);
        assertEquals(data.status, "ok", text);
      },
    );

    Deno.test(name("stays within its bytes"), async () => {
      await using bed = await openBed(generation, {
        seeds: big.of,
        env: { FLYTE_MCP_MAX_RESULT_BYTES: "6144" },
      });
      const { data, text } = await bed.call(tool, big.args);
      assertEquals(data.status, "ok", text.slice(0, 1000));
      const { length } = new TextEncoder().encode(JSON.stringify(data));
      assert(length <= 6144, `${length} bytes`);
    });

    if (hostile) {
      Deno.test(name("shows hostile text as data"), async () => {
        await using bed = await openBed(generation, { seeds: "hostile" });
        const { data, text } = await bed.call(tool, hostile.args);
        assertEquals(data.status, "ok", text);
        assertNotMatch(text, INVISIBLE);
        const marked = [...text.matchAll(/<<data-([0-9a-f]{8}) /g)];
        assertEquals(marked.length > 0, hostile.fenced, text);
      });
    }
  }
}
