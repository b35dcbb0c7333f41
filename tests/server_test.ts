/** The boundary between tools and MCP, with tools made up for it. */
import {
  assertEquals,
  assertMatch,
  assertNotMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { z } from "zod";
import { type Clock, systemClock } from "../src/clock.ts";
import { resolveConfig } from "../src/config/mod.ts";
import { ToolError } from "../src/errors.ts";
import { openFlyte } from "../src/open.ts";
import { createServer, type Flyte } from "../src/server.ts";
import { TOOLS } from "../src/tools/mod.ts";
import {
  type Answer,
  defineTool,
  READS,
  type Tool,
  type ToolContext,
} from "../src/tools/tool.ts";
import { type Called, testMachine, testSources, toCalled } from "./harness.ts";
import { virtualClock } from "./tools/clocks.ts";

/** A tool that does this. */
function toolThat(
  run: (
    context: ToolContext,
    input: { size?: number | undefined },
  ) => Answer | Promise<Answer>,
): Tool {
  return defineTool({
    name: "try_it",
    title: "Try it",
    toolset: "identity",
    description: "Does what a test wants.",
    input: { size: z.number().optional().describe("A number of something") },
    output: {},
    annotations: READS,
    run: async (input, context) => await run(context, input),
  });
}

/** What a test connects. */
interface Options {
  readonly tools: readonly Tool[];
  readonly clock?: Clock;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly open?: () => Promise<Flyte>;
}

/** A server with a client in memory; Flyte is never called. */
async function connect(
  { tools, clock = systemClock, env, files, open }: Options,
) {
  const stack = new AsyncDisposableStack();
  const reports: string[] = [];
  const sent: { method?: string; params?: Record<string, unknown> }[] = [];
  let opened = 0;
  const resolved = resolveConfig(
    testSources(env ?? { FLYTE_ENDPOINT: "https://flyte.example.com" }, files),
  );
  const server = createServer({
    version: "1.2.3",
    title: "Flyte (test)",
    instructions: "Be kind.",
    tools,
    clock,
    maxResultBytes: resolved.config.maxResultBytes.value,
    report: (message) => reports.push(message),
    diagnose: () => Promise.reject(new TypeError("No tool here asks")),
    open: () =>
      Promise.try(() => {
        opened++;
        return open?.() ?? openFlyte(resolved, {
          fetch: () => Promise.reject(new TypeError("Cannot fetch")),
          clock,
          newRequestId: () => "r-1",
          ...testMachine(),
        });
      }),
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const send = far.send.bind(far);
  far.send = (message, options) => {
    // The two kinds of messages that tests look at have these fields.
    sent.push(message as typeof sent[0]);
    return send(message, options);
  };
  await server.connect(far);
  const client = new Client({ name: "test", version: "0.0.0" });
  await client.connect(near);
  stack.defer(() => client.close());
  return {
    client,
    reports,
    progress: () =>
      sent.filter(({ method }) => method === "notifications/progress")
        .map(({ params }) => params),
    opened: () => opened,
    call: async (
      name = "try_it",
      args: Record<string, unknown> = {},
    ): Promise<Called> =>
      toCalled(await client.callTool({ name, arguments: args })),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const OK: Answer = { text: "Done.", data: { status: "ok" } };

Deno.test("a server says who it is, and opens nothing for it", async () => {
  await using server = await connect({ tools: TOOLS });
  const { name, title, version } = server.client.getServerVersion() ?? {};
  assertEquals([name, title, version], ["flyte-mcp", "Flyte (test)", "1.2.3"]);
  assertEquals(server.client.getInstructions(), "Be kind.");
  await server.client.listTools();
  assertEquals(server.opened(), 0);
});

Deno.test("a success is a sentence and the same JSON twice", async () => {
  const data = { status: "ok", list: [1, null, "x"], deep: { a: true } };
  await using server = await connect({
    tools: [toolThat(() => ({ text: "Done.", data }))],
  });
  const answer = await server.call();
  assertEquals(answer.isError, false);
  assertEquals(answer.data, data);
  assertEquals(answer.text, `Done.\n${JSON.stringify(data)}`);
});

Deno.test("a tool that is called with a progress token tells how it goes", async () => {
  await using server = await connect({
    tools: [toolThat((context) => {
      context.progress("First");
      context.progress("Second");
      return OK;
    })],
  });
  const heard: (string | undefined)[] = [];
  await server.client.callTool({ name: "try_it", arguments: {} }, {
    onprogress: ({ message }) => heard.push(message),
  });
  assertEquals(heard, ["First", "Second"]);
  const told = server.progress().map((params) => params?.progress);
  assertEquals(told, [1, 2]);
});

Deno.test("a tool that is called without a progress token tells nothing", async () => {
  await using server = await connect({
    tools: [toolThat((context) => {
      context.progress("Nobody asked");
      return OK;
    })],
  });
  assertEquals((await server.call()).data, { status: "ok" });
  assertEquals(server.progress(), []);
});

Deno.test("auth_status tells of its wait only where it was asked to", async () => {
  await using server = await connect({ tools: TOOLS });
  await server.client.callTool({ name: "auth_status", arguments: {} }, {
    onprogress: () => {},
  });
  // Nothing is pending, so there is no wait to tell of.
  assertEquals(server.progress(), []);
});

/** What a tool can throw that nobody has foreseen. */
const UNFORESEEN: Record<string, () => unknown> = {
  "a TypeError": () => new TypeError("Cannot read properties of undefined"),
  "an error with a cause": () =>
    new Error("Outer", { cause: new Error("Inner") }),
  "a string": () => "just words",
  "nothing": () => undefined,
  "null": () => null,
  "an object": () => ({ code: 5 }),
};

for (const [what, thrown] of Object.entries(UNFORESEEN)) {
  Deno.test(`a tool that throws ${what} is an error that a person can pass on`, async () => {
    await using server = await connect({
      tools: [toolThat(() => {
        throw thrown();
      })],
    });
    const { data, text, isError } = await server.call();
    assertEquals(isError, true);
    assertEquals(data.status, "error");
    assertEquals(data.error.code, "unavailable");
    assertMatch(data.error.message, /^flyte-mcp failed .*<<data-/);
    assertNotMatch(text, /\n\s+at |server_test\.ts|file:\/\//);
    assertEquals(server.reports.length, 1);
    assertMatch(server.reports[0] ?? "", /^try_it: /);
  });
}

Deno.test("what should not happen is reported with its stack", async () => {
  await using server = await connect({
    tools: [toolThat(() => {
      throw new TypeError("Cannot read properties of undefined");
    })],
  });
  await server.call();
  const [report = ""] = server.reports;
  assertMatch(
    report,
    /^try_it: TypeError: Cannot read properties of undefined/,
  );
  assertStringIncludes(report, "server_test.ts");
});

Deno.test("an error that a tool means is its own, and no report", async () => {
  await using server = await connect({
    tools: [toolThat(() => {
      throw new ToolError("not_found", "There is no such thing.", {
        nextStep: "Look elsewhere.",
        retryAfterS: 3,
        requestId: "r-9",
        scope: { project: "p", domain: "d", source: "url" },
      });
    })],
  });
  const { data, text } = await server.call();
  assertEquals(data, {
    status: "error",
    performed: false,
    error: {
      code: "not_found",
      fix_by: "agent",
      message: "There is no such thing.",
      next_step: "Look elsewhere.",
      retry_after_s: 3,
      scope: { project: "p", domain: "d", source: "url" },
      request_id: "r-9",
    },
  });
  assertEquals(
    text,
    "There is no such thing. Look elsewhere. [not_found, retry after 3 s, request r-9]",
  );
  assertEquals(server.reports, []);
});

Deno.test("a failed call leaves the server ready for the next one", async () => {
  let calls = 0;
  await using server = await connect({
    tools: [toolThat(() => {
      if (++calls === 1) throw new TypeError("Once");
      return OK;
    })],
  });
  assertEquals((await server.call()).isError, true);
  assertEquals((await server.call()).isError, false);
});

Deno.test("a call ends after 40 s with its tool's name", async () => {
  const clock = virtualClock();
  let stopped = false;
  await using server = await connect({
    clock,
    tools: [toolThat(async ({ signal }) => {
      await clock.sleep(1e6, signal).catch(() => stopped = true);
      signal.throwIfAborted();
      return OK;
    })],
  });
  const { data } = await server.call();
  assertEquals(data.error.code, "timeout");
  assertEquals(data.error.message, "try_it did not finish within 40 s.");
  assertEquals(clock.now(), 40_000);
  assertEquals(stopped, true);
  assertEquals(server.reports, []);
});

Deno.test("a call ends after 40 s even if its tool does not stop", async () => {
  const never = Promise.withResolvers<Answer>();
  await using server = await connect({
    clock: virtualClock(),
    tools: [toolThat(() => never.promise)],
  });
  assertEquals((await server.call()).data.error.code, "timeout");
  // What comes later is nobody's business any more.
  never.reject(new TypeError("Too late"));
  assertEquals(server.reports, []);
});

Deno.test("a call ends after 40 s even if Flyte cannot be opened", async () => {
  await using server = await connect({
    clock: virtualClock(),
    tools: [toolThat(() => OK)],
    open: () => Promise.withResolvers<never>().promise,
  });
  assertEquals((await server.call()).data.error.code, "timeout");
});

Deno.test("a call that is cancelled stops its tool", async () => {
  const begun = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  await using server = await connect({
    tools: [toolThat(async ({ signal }) => {
      signal.addEventListener("abort", () => left.resolve());
      begun.resolve();
      return await Promise.withResolvers<Answer>().promise;
    })],
  });
  const cancel = new AbortController();
  const call = server.client.callTool({ name: "try_it", arguments: {} }, {
    signal: cancel.signal,
  });
  await begun.promise;
  cancel.abort();
  await assertRejects(() => call);
  await left.promise;
  assertEquals(server.reports, []);
});

/** A result whose JSON has so many bytes. */
function answerOf(bytes: number): Answer {
  const frame = JSON.stringify({ status: "ok", text: "" }).length;
  return {
    text: "Much.",
    data: { status: "ok", text: "x".repeat(bytes - frame) },
  };
}

for (const [bytes, fits] of [[20_480, true], [20_481, false]] as const) {
  Deno.test(`a result of ${bytes} bytes ${fits ? "fits" : "is over the budget"}`, async () => {
    await using server = await connect({
      tools: [toolThat(() => answerOf(bytes))],
    });
    const { data, isError } = await server.call();
    assertEquals(isError, !fits);
    if (fits) return;
    assertEquals(data.error.code, "over_budget");
    assertEquals(data.error.fix_by, "agent");
    assertStringIncludes(data.error.message, `${bytes} bytes`);
    assertMatch(data.error.next_step, /smaller limit|narrower filter/);
  });
}

Deno.test("the budget counts bytes, not characters", async () => {
  const data = { status: "ok", text: "数".repeat(7_000) };
  await using server = await connect({
    tools: [toolThat(() => ({ text: "Much.", data }))],
  });
  assertEquals((await server.call()).data.error.code, "over_budget");
});

/** Settings that cannot be used, and what is said of them. */
const FAULTS: readonly (readonly [Record<string, string>, string, RegExp])[] = [
  [{}, "not_configured", /FLYTE_ENDPOINT/],
  [
    { FLYTE_ENDPOINT: "flyte.example.com", FLYTE_AUTH_TYPE: "magic" },
    "config_invalid",
    /FLYTE_AUTH_TYPE/,
  ],
  [
    {
      FLYTE_ENDPOINT: "flyte.example.com",
      FLYTE_CLIENT_ID: "ci",
      FLYTE_CLIENT_SECRET: "made-up",
      FLYTE_ACCESS_TOKEN: "made-up",
    },
    "config_conflict",
    /FLYTE_CLIENT_SECRET and FLYTE_ACCESS_TOKEN/,
  ],
];

for (const [env, code, message] of FAULTS) {
  // The doctor tells of them in its own way.
  for (const { name } of TOOLS.filter(({ needs }) => needs === "flyte")) {
    Deno.test(`${name} says that the settings are ${code}`, async () => {
      await using server = await connect({ tools: TOOLS, env });
      for (let calls = 0; calls < 2; calls++) {
        const { data, text, isError } = await server.call(name, { run: "r1" });
        assertEquals(isError, true);
        assertEquals(data.error.code, code);
        assertEquals(data.error.fix_by, "person");
        assertMatch(text, message);
        assertMatch(
          data.error.next_step,
          /^Person: .* Then restart the server\.$/,
        );
        assertNotMatch(text, /made-up/);
      }
      assertEquals(server.reports, []);
    });
  }
}

Deno.test("auth_status names settings that were ignored", async () => {
  await using server = await connect({
    tools: TOOLS,
    files: { "/work/.flyte/config.yaml": "admin: {command: [made-up]}" },
  });
  const { data } = await server.call("auth_status");
  assertEquals(data.ignored_settings.length, 1);
  assertStringIncludes(data.ignored_settings[0], "admin.command");
});

Deno.test("all faults of the settings are told at once", async () => {
  await using server = await connect({
    tools: TOOLS,
    env: { FLYTE_AUTH_TYPE: "magic", FLYTE_SCOPES: "[" },
  });
  const { data } = await server.call("whoami");
  assertMatch(data.error.message, /^\d settings cannot be used\./);
  for (const name of ["FLYTE_AUTH_TYPE", "FLYTE_SCOPES", "Flyte endpoint"]) {
    assertStringIncludes(data.error.message, name);
  }
});

Deno.test("a tool that does not exist is an error of the protocol", async () => {
  await using server = await connect({ tools: [toolThat(() => OK)] });
  await assertRejects(() => server.call("diagnose_run"));
});
