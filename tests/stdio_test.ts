import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  createStdioTransport,
  MAX_LINE_BYTES,
  splitLines,
} from "../src/stdio.ts";
import { randomFrom } from "./config/random.ts";

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** The lines of these chunks, and what was reported. */
async function split(chunks: Iterable<Uint8Array>) {
  const lines: string[] = [];
  const reports: string[] = [];
  const input = ReadableStream.from(chunks);
  for await (const line of splitLines(input, (text) => reports.push(text))) {
    lines.push(decode(line));
  }
  return { lines, reports };
}

Deno.test("splitLines() gives the same lines however they are cut", async () => {
  const random = randomFrom(4);
  for (let round = 0; round < 200; round++) {
    const lines = Array.from(
      { length: random.below(6) },
      () => `${random.pick(["", "{}", "é漢😀", "\r", "x".repeat(300)])}\n`,
    );
    const bytes = encode(lines.join("") + random.pick(["", "no end"]));
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const next = at + random.below(random.pick([3, 40, 400]));
      chunks.push(bytes.subarray(at, next));
      at = next;
    }
    assertEquals(await split(chunks), { lines, reports: [] });
  }
});

Deno.test("splitLines() takes a line of 4 MB and drops a longer one", async () => {
  const longest = `${"x".repeat(MAX_LINE_BYTES - 1)}\n`;
  const { lines, reports } = await split([
    encode(longest),
    encode(`x${longest}after\n`),
  ]);
  assertEquals(lines.map(({ length }) => length), [longest.length, 6]);
  assertEquals(lines[1], "after\n");
  assertEquals(reports.length, 1);
});

Deno.test("splitLines() drops long lines once each, however they are cut", async () => {
  const random = randomFrom(5);
  for (let round = 0; round < 5; round++) {
    const bytes = encode(
      `before\n${"x".repeat(MAX_LINE_BYTES + random.below(3))}\nbetween\n${
        "y".repeat(2 * MAX_LINE_BYTES)
      }\nafter\nno end`,
    );
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const next = at + 1 + random.below(200_000);
      chunks.push(bytes.subarray(at, next));
      at = next;
    }
    const { lines, reports } = await split(chunks);
    assertEquals(lines, ["before\n", "between\n", "after\n"]);
    assertEquals(reports.length, 2);
    assertEquals(/[xy]{3}/.test(reports.join("")), false);
  }
});

Deno.test("splitLines() gets through 64 MB of small chunks without a line", async () => {
  const chunk = encode("x".repeat(64));
  function* flood() {
    for (let sent = 0; sent < 64 * 1024 * 1024; sent += chunk.length) {
      yield chunk;
    }
    yield encode("\nafter\n");
  }
  const { lines, reports } = await split(flood());
  assertEquals(lines, ["after\n"]);
  assertEquals(reports.length, 1);
});

Deno.test("splitLines() gets through many short lines in one chunk", async () => {
  const { lines } = await split([encode("{}\n".repeat(100_000))]);
  assertEquals(lines.length, 100_000);
});

Deno.test("splitLines() ignores an empty input and a last line without end", async () => {
  assertEquals(await split([]), { lines: [], reports: [] });
  assertEquals(await split([encode("no"), encode(" end")]), {
    lines: [],
    reports: [],
  });
});

/** A transport over streams in memory. */
function connect() {
  const sent: string[] = [];
  const reports: string[] = [];
  const messages: unknown[] = [];
  const ended = Promise.withResolvers<void>();
  const stdin = new TransformStream<Uint8Array, Uint8Array>();
  const transport = createStdioTransport({
    input: stdin.readable,
    output: new WritableStream({
      write: (chunk) => void sent.push(decode(chunk)),
    }),
  }, { report: (text) => reports.push(text), onEnd: ended.resolve });
  transport.onmessage = (message) => messages.push(message);
  const host = stdin.writable.getWriter();
  return { transport, host, sent, reports, messages, ended: ended.promise };
}

Deno.test("createStdioTransport() passes messages on, past a line too long", async () => {
  const { transport, host, reports, messages, ended } = connect();
  const message = (id: number) => ({ jsonrpc: "2.0", id, method: "ping" });
  await transport.start();
  await host.write(encode(`${JSON.stringify(message(1))}\n`));
  await host.write(encode("x".repeat(3 * MAX_LINE_BYTES)));
  await host.write(encode(`\n${JSON.stringify(message(2))}\n{"jsonrpc"`));
  await host.close();
  await ended;
  assertEquals(messages, [message(1), message(2)]);
  assertEquals(reports.length, 1);
});

Deno.test("createStdioTransport() writes one message a line", async () => {
  const { transport, host, sent, ended } = connect();
  await transport.start();
  await transport.send({ jsonrpc: "2.0", id: 1, result: { text: "a\nb" } });
  await transport.send({ jsonrpc: "2.0", id: 2, result: {} });
  assertEquals(
    sent.join(""),
    [
      '{"jsonrpc":"2.0","id":1,"result":{"text":"a\\nb"}}\n',
      '{"jsonrpc":"2.0","id":2,"result":{}}\n',
    ].join(""),
  );
  await host.close();
  await ended;
});

Deno.test("createStdioTransport() reports the end, a broken one too", async () => {
  for (const reason of [undefined, new Error("Broken pipe")]) {
    const { transport, host, ended } = connect();
    const failures: Error[] = [];
    transport.onerror = (error) => failures.push(error);
    await transport.start();
    await (reason ? host.abort(reason) : host.close());
    await ended;
    assertEquals(failures.filter((failure) => failure !== reason), []);
  }
});

Deno.test("divertPrinting() sends every print to stderr", async () => {
  const script = `
    import process from "node:process";
    import { divertPrinting } from "${import.meta.resolve("../src/stdio.ts")}";
    divertPrinting(globalThis.console, process);
    console.log("a log"); console.info("an info"); console.debug("a debug");
    console.dir({ a: "dir" }); console.table([["a table"]]);
    console.group("a group"); console.count("a count"); console.warn("a warning");
    console.time("t"); console.timeEnd("t"); console.dirxml("an xml");
    process.stdout.write("a write\\n");
  `;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--ext=ts", script],
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "");
  const printed = new TextDecoder().decode(stderr);
  for (
    const text of ["a log", "dir", "a group", "a count", "a warning", "a write"]
  ) {
    assertStringIncludes(printed, text);
  }
});
