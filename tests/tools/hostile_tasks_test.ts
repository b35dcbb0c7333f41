/** Tasks, projects and values whose every text would like to be obeyed. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { HOSTILE } from "../../sandbox/seed/mod.ts";
import { type Called, openTestBed } from "../harness.ts";

/** What nobody sees, apart from newlines and tabs. */
const INVISIBLE =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufdd0-\ufdef\u{e0000}-\u{e007f}]/u;

const { project, texts, markOf } = HOSTILE;

/** Opens the hostile project, and asks one question. */
async function ask(
  tool: string,
  args: Record<string, unknown>,
): Promise<Called> {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, hostile: true } },
  });
  const answer = await bed.call(tool, { project, ...args });
  assertEquals(answer.data.status, "ok", answer.text);
  assertNotMatch(answer.text, INVISIBLE);
  return answer;
}

/** Every string within a result, with the way to it. */
function stringsOf(value: unknown, way = ""): [string, string][] {
  if (typeof value === "string") return [[way, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .flatMap(([key, item]) => stringsOf(item, `${way}.${key}`));
}

/** Fails unless every hostile text stands in a fence, or is one of these names. */
function assertFenced({ data }: Called, names: readonly RegExp[]): void {
  const found = stringsOf(data).filter(([, text]) => text.includes("HOSTILE"));
  assert(found.length > 0, "nothing hostile was answered");
  for (const [way, text] of found) {
    if (names.some((name) => name.test(way))) {
      assertNotMatch(text, /\n/);
      assert(text.length <= 500, `${way}: ${text.length} characters`);
      continue;
    }
    assertMatch(text, /^[^<]*<<data-([0-9a-f]{8}) [^]* \1-data>>[^<>]*$/, way);
  }
}

Deno.test("get_project fences what the hostile project says", async () => {
  const answer = await ask("get_project", {});
  assertFenced(answer, [/^\.name$/]);
  assert(answer.data.description.includes(markOf("project description")));
  assert(answer.data.labels.team.includes(markOf("project label")));
});

Deno.test("list_tasks fences what the hostile task says", async () => {
  const answer = await ask("list_tasks", {});
  assertFenced(answer, [/\.(name|version)$/]);
});

Deno.test("get_task fences what the hostile task says, in its schemas too", async () => {
  const answer = await ask("get_task", { task: HOSTILE.task.name });
  assertFenced(answer, [
    /^\.(name|version|url)$/,
    /^\.versions\.\d+\.version$/,
    /^\.triggers\.\d+\.name$/,
    // Names and values that a launch needs as they are.
    /^\.inputs\.required\.\d+$/,
    /\.(title|enum\.\d+)$/,
  ]);
  const { description, long_description: long } = answer.data;
  assert(description.includes(markOf("task description")));
  assert(long.includes(markOf("task long description")));
  assertEquals(answer.text.includes(texts["environment variable"]), false);
});

Deno.test("get_run_io fences what went into the hostile run and what came out", async () => {
  const { name } = HOSTILE.runs.succeeded;
  const answer = await ask("get_run_io", { run: name });
  assertFenced(answer, [/^\.task$/]);
  assert(answer.data.outputs.o0.includes(markOf("output")));
  for (const key of Object.keys(answer.data.inputs)) assertNotMatch(key, /\n/);
});

Deno.test("get_run_io shows a part of the hostile run in a fence", async () => {
  const { name } = HOSTILE.runs.succeeded;
  const answer = await ask("get_run_io", { run: name, path: "outputs.o0" });
  assertFenced(answer, [/^\.task$/]);
});
