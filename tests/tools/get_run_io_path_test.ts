/** Values that do not fit, or that may not be shown whole. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { integer, list, string } from "../../sandbox/seed/values.ts";
import { type Called, connectServer } from "../harness.ts";
import { openSeeded } from "./beds.ts";
import { IO, ioOf, serveIo } from "./io_bed.ts";

const SIGNED =
  "https://bucket.s3.amazonaws.com/x.bin?X-Amz-Signature=0123456789abcdef";

function bytesOf({ data }: Called): number {
  return new TextEncoder().encode(JSON.stringify(data)).length;
}

Deno.test("get_run_io cuts what is too big, and its markers lead to all of it", async () => {
  const values = Array.from({ length: 5_000 }, (_, at) => integer(at));
  const inputs = { rows: list(values), name: string("small") };
  const found: number[] = [];
  let path: string | undefined;
  for (let calls = 0; calls < 20 && (path || calls === 0); calls++) {
    const answer = await ioOf({ inputs }, path ? { path } : {});
    assertEquals(answer.data.status, "ok", answer.text);
    assert(bytesOf(answer) <= 20_480, `${bytesOf(answer)} bytes`);
    const part = answer.data.value ?? answer.data.inputs.rows;
    const marker = part.at(-1);
    const isCut = typeof marker === "object";
    assertEquals(answer.data.is_cut, isCut);
    found.push(...isCut ? part.slice(0, -1) : part);
    path = isCut ? marker.path : undefined;
    if (isCut) assertMatch(marker.path, /^inputs\.rows\[\d+:\]$/);
  }
  assertEquals(found, Array.from({ length: 5_000 }, (_, at) => at));
});

Deno.test("get_run_io keeps a small output whole beside a huge input", async () => {
  const answer = await ioOf({
    inputs: { text: string("x".repeat(1_000_000)) },
    outputs: { o0: string("fine") },
  });
  assertEquals(answer.data.outputs, { o0: "fine" });
  const { cut, characters, path } = answer.data.inputs.text;
  assertEquals([cut, characters], ["text", 1_000_000]);
  assertMatch(path, /^inputs\.text\[\d+:\]$/);
  assertMatch(answer.text, /Parts are left out: `path` gets them\./);
  assert(bytesOf(answer) <= 20_480);
});

Deno.test("get_run_io shows one part, and echoes its path", async () => {
  const inputs = { rows: list([string("a"), string("b")]) };
  const { data, text } = await ioOf({ inputs }, { path: "inputs.rows[-1]" });
  assertEquals([data.path, data.value], ["inputs.rows[-1]", "b"]);
  assertEquals("inputs" in data, false);
  assertMatch(text, /^inputs\.rows\[-1\] of run r1\.\n/);
});

for (
  const [path, words] of [
    ["rows[0]", /no "rows" in the values.* It has: inputs, outputs\./],
    ["inputs.nope", /no "nope" in inputs.* It has: rows\./],
    ["inputs.rows[9]", /no item 9 .* an index from 0 to 0\./],
    ["inputs..rows", /is not a path/],
  ] as const
) {
  Deno.test(`get_run_io refuses the path ${path}`, async () => {
    const inputs = { rows: list([string("a")]) };
    const { data, text } = await ioOf({ inputs }, { path });
    assertEquals(data.error.code, "invalid_argument");
    assertMatch(text, words);
  });
}

Deno.test("get_run_io says of a part of missing outputs why it is missing", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("get_run_io", {
    run: "train-bad-row",
    path: "outputs.o0",
  });
  assertEquals(data.value, null);
  assertMatch(
    text,
    /^There are no outputs of run train-bad-row\. Outputs come/,
  );
});

Deno.test("get_run_io leaves the signature of a URL out unless it is asked for", async () => {
  const inputs = { link: string(SIGNED) };
  const without = await ioOf({ inputs });
  assertEquals(without.text.includes("0123456789abcdef"), false);
  assertMatch(without.data.inputs.link, /\[signature-left-out\]/);
  const whole = await ioOf({ inputs }, { include_urls: true });
  assert(whole.text.includes(SIGNED));
});

Deno.test("get_run_io keeps signatures out of the addresses of the files too", async () => {
  await using flyte = await serveIo({ inputsUri: SIGNED, outputsUri: SIGNED });
  await using server = await connectServer(flyte.url);
  const without = await server.call("get_run_io", IO);
  assertEquals(without.text.includes("0123456789abcdef"), false);
  const whole = await server.call("get_run_io", { ...IO, include_urls: true });
  assertEquals(whole.data.inputs_uri, SIGNED);
});
