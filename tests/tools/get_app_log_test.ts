/** The end of what the replicas of an app have printed. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { HOSTILE } from "../../sandbox/seed/mod.ts";
import { connectServer, fastClock, openTestBed } from "../harness.ts";
import { appOf, type LogMessage, serveApps } from "./app_bed.ts";
import { openSeeded } from "./beds.ts";

const SNACKS = { project: "flytesnacks" };
const ASKED = { project: "p", domain: "d", app: "chat", log_lines: 20 };

/** Asks for the log of an app whose replicas print this. */
async function getLog(
  log: () => AsyncGenerator<LogMessage>,
  { args = {}, env = {} }: {
    args?: Record<string, unknown>;
    env?: Record<string, string>;
  } = {},
) {
  await using flyte = await serveApps([appOf("chat")], { log });
  await using server = await connectServer(flyte.url, { env });
  return await server.call("get_app", { ...ASKED, ...args });
}

/** Lines of a replica. */
function lines(replica: string, texts: readonly string[]): LogMessage {
  const structuredLines = texts.map((message, at) => ({
    message,
    timestamp: timestampFromMs(1_800_000_000_000 + at),
  }));
  const logs = [{ replicaId: { name: replica }, structuredLines }];
  return { resp: { case: "batches", value: { logs } } };
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `line ${at + 1}`);
}

Deno.test("get_app shows the end of each replica's log", async () => {
  await using bed = await openSeeded({ clock: fastClock(4) });
  const { data, text } = await bed.call("get_app", {
    ...{ ...SNACKS, app: "review-chat", log_lines: 2 },
  });
  assertEquals(data.status, "ok", text);
  assertEquals(data.replica_names.length, 2);
  assertEquals(data.log_missing, null);
  assertEquals(data.logs.length, 2);
  for (const [at, log] of data.logs.entries()) {
    assertEquals(log.replica, data.replica_names[at]);
    assertEquals([log.lines, log.lines_read, log.reached_end], [2, 3, true]);
    assertMatch(
      log.text,
      /^<<data-(\w{8}) \d\d:\d\d:\d\d\.\d{3} INFO: +Uvicorn .*\n.*POST \/ask.* \1-data>>$/,
    );
  }
});

Deno.test("get_app shows the one line of each replica whole where there is room for it", async () => {
  const line = "x".repeat(400);
  const { data } = await getLog(async function* () {
    for (const replica of "abcdefgh") yield lines(replica, [line]);
  }, { env: { FLYTE_MCP_MAX_RESULT_BYTES: "12000" } });
  assertEquals(data.logs.length, 8);
  for (const { text } of data.logs) assertMatch(text, /x{400}/);
});

for (const app of ["labeling", "embeddings", "dashboard"]) {
  Deno.test(`get_app says that ${app} has no replica to read a log of`, async () => {
    await using bed = await openSeeded({ clock: fastClock(4) });
    const { data } = await bed.call("get_app", {
      ...{ ...SNACKS, app, log_lines: 5 },
    });
    assertEquals(data.status, "ok");
    assertEquals(data.log_missing.reason, "no_replicas");
    assertEquals([data.logs, data.replica_names], [null, null]);
  });
}

Deno.test("get_app does not read a log that nobody asked for", async () => {
  let reads = 0;
  const { data } = await getLog(async function* () {
    reads++;
    yield lines("a", ["x"]);
  }, { args: { log_lines: 0 } });
  assertEquals([data.status, reads, data.logs], ["ok", 0, null]);
});

Deno.test("get_app shows the last lines, folded and clean", async () => {
  const { data } = await getLog(async function* () {
    yield lines("a", [
      ...numbered(200),
      ...["again", "again", "again"],
      "\x1b[31mred\x1b[0m",
      " 10%\r100%",
    ]);
  }, { args: { log_lines: 4 } });
  const [log] = data.logs;
  assertEquals([log.lines, log.lines_read], [4, 205]);
  const texts = log.text.split("\n").map((line: string) =>
    line.replace(/^(<<data-\w{8} )?[\d:.]+ /, "")
  );
  assertMatch(
    texts.join("|"),
    /^line 200\|again \[3 times, until [\d:.]+\]\|red\|100% \w{8}-data>>$/,
  );
});

Deno.test("get_app tells that replicas have printed nothing", async () => {
  const { data } = await getLog(async function* () {
    const replicas = [{ name: "a" }, { name: "b" }];
    yield { resp: { case: "replicas", value: { replicas } } };
  });
  assertEquals(data.replica_names, ["a", "b"]);
  assertEquals([data.logs, data.log_missing.reason], [[], "silent"]);
});

for (
  const [code, reason] of [
    [Code.NotFound, "no_replicas"],
    [Code.PermissionDenied, "permission_denied"],
    [Code.Unimplemented, "unimplemented"],
    [Code.ResourceExhausted, "rate_limited"],
    [Code.Internal, "unavailable"],
    [Code.InvalidArgument, "invalid_argument"],
  ] as const
) {
  Deno.test(`get_app tells of an app whose log is refused with ${Code[code]}`, async () => {
    // deno-lint-ignore require-yield
    const { data, text, isError } = await getLog(async function* () {
      throw new ConnectError("in Flyte's own words", code);
    });
    assertEquals(isError, false, text);
    assertEquals([data.name, data.log_missing.reason], ["chat", reason]);
    if (reason === "no_replicas") return;
    assertMatch(
      data.log_missing.message,
      /: <<data-(\w{8}) in Flyte's own words \1-data>>\. ./,
    );
  });
}

Deno.test("get_app tells of an app in a Flyte without logs of apps", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", without: ["/flyteidl2.app.AppLogsService/"] },
  });
  const { data } = await bed.call("get_app", {
    ...{ ...SNACKS, app: "review-chat", log_lines: 5 },
  });
  assertEquals([data.status, data.log_missing.reason], ["ok", "unimplemented"]);
});

Deno.test("get_app shows what was read of a stream that broke off", async () => {
  const { data } = await getLog(async function* () {
    yield lines("a", ["last words"]);
    throw new ConnectError("gone", Code.Unavailable);
  });
  const [log] = data.logs;
  assertEquals([log.lines, log.reached_end], [1, false]);
});

for (const bytes of [RESULT_BYTES.least, RESULT_BYTES.usual]) {
  Deno.test(`get_app fits the logs of many replicas into ${bytes} bytes`, async () => {
    const long = numbered(300).map((line) => `${line} ${"д".repeat(500)}`);
    const { data, text, isError } = await getLog(async function* () {
      for (let at = 0; at < 40; at++) {
        yield lines(`replica-${at}-${"n".repeat(90)}`, long);
      }
    }, {
      args: { log_lines: 200 },
      env: { FLYTE_MCP_MAX_RESULT_BYTES: String(bytes) },
    });
    assertEquals(isError, false, text.slice(0, 300));
    const size = new TextEncoder().encode(JSON.stringify(data)).length;
    assert(size <= bytes, `${size} bytes`);
    assert(data.logs.length >= 1);
    for (const log of data.logs) {
      assert(log.lines >= 1);
      assertMatch(log.text, /line 300? ?[д\n]/);
    }
    // A stream of so much is not read to its end.
    assert(data.replica_names.length > 1);
  });
}

Deno.test("get_app cuts a single line that is larger than the room for it", async () => {
  const { data } = await getLog(async function* () {
    yield lines("a", ["begins ".padEnd(5000, "д").concat(" ends")]);
  }, { env: { FLYTE_MCP_MAX_RESULT_BYTES: String(RESULT_BYTES.least) } });
  const [log] = data.logs;
  assertMatch(log.text, /^<<data-(\w{8}) [\d:.]+ begins [^]* ends \1-data>>$/);
});

Deno.test("get_app lets go of the log when the host cancels", async () => {
  const begun = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  await using flyte = await serveApps([appOf("chat")], {
    log: async function* () {
      try {
        yield lines("a", ["x"]);
        begun.resolve();
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          yield lines("a", numbered(100));
        }
      } finally {
        left.resolve();
      }
    },
  });
  await using server = await connectServer(flyte.url);
  const cancel = new AbortController();
  const call = server.client.callTool({ name: "get_app", arguments: ASKED }, {
    signal: cancel.signal,
  }).catch((error) => error);
  await begun.promise;
  cancel.abort();
  assert(await call instanceof Error);
  await left.promise;
  assertEquals(server.reports, []);
});

Deno.test("get_app fences what an app says of itself and prints", async () => {
  await using bed = await openTestBed({
    clock: fastClock(4),
    sandbox: { auth: "open", seeded: { everyday: false, hostile: true } },
  });
  const { data, text, isError } = await bed.call("get_app", {
    ...{ project: HOSTILE.project, app: HOSTILE.app.name, log_lines: 10 },
  });
  assertEquals(isError, false, text);
  const fields = [
    [data.title, "app name"],
    [data.description, "app description"],
    [data.trouble.message, "app condition"],
    [data.conditions[0].message, "app condition"],
    [data.logs[0].text, "app log line"],
  ] as const;
  for (const [shown, field] of fields) {
    const mark = HOSTILE.markOf(field);
    assertMatch(
      shown,
      new RegExp(`^<<data-(\\w{8}) [^]*${mark}[^]* \\1-data>>$`),
      field,
    );
  }
  // Kinds of apps are names, in one line.
  assert(!data.type.includes("\n"));
  assertEquals(data.env, ["HINT"]);
  assert(!text.includes(HOSTILE.markOf("environment variable")));
});
