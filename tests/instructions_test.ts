import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  buildInstructions,
  MAX_INSTRUCTIONS_BYTES,
} from "../src/instructions.ts";
import { TOOLS } from "../src/tools/mod.ts";

/** The tools there are, and those that the instructions know of. */
const NAMES = [
  ...new Set([
    ...TOOLS.map(({ name }) => name),
    "diagnose_run",
    "wait_for_run",
    "abort_run",
    "run_task",
  ]),
];

const SCOPE = { project: "ml-prod", domain: "development" };

function build(tools: readonly string[], scope: typeof SCOPE | null = SCOPE) {
  return buildInstructions({
    flyte: "Flyte 2 at https://flyte.example.com",
    scope: scope ?? { project: null, domain: "development" },
    tools: new Set(tools),
  });
}

Deno.test("buildInstructions() reads as an agent needs it", async (t) => {
  await t.assertSnapshot(build(NAMES), { serializer: String });
});

Deno.test("buildInstructions() says where it is, with a project or without", () => {
  assertMatch(
    build(NAMES),
    /^Flyte 2 at https:\/\/flyte\.example\.com \(project ml-prod, domain development /,
  );
  assertMatch(build(NAMES, null), /\(no default project.*domain development /);
  assertMatch(build(NAMES), /READ-ONLY/);
});

for (
  const pinned of [["project"], ["domain"], ["project", "domain"]] as const
) {
  Deno.test(`buildInstructions() says what is pinned: ${pinned.join(" and ")}`, async (t) => {
    const text = buildInstructions({
      flyte: "Flyte 2 at https://flyte.example.com",
      scope: SCOPE,
      pinned,
      tools: new Set(NAMES),
    });
    await t.assertSnapshot(text.slice(0, text.indexOf(" READ-ONLY")), {
      serializer: String,
    });
    assert(new TextEncoder().encode(text).length <= MAX_INSTRUCTIONS_BYTES);
  });
}

Deno.test("buildInstructions() stays below 2,000 bytes with long names", () => {
  assertEquals(MAX_INSTRUCTIONS_BYTES, 2000);
  const text = buildInstructions({
    // The longest names that Kubernetes and the DNS take in one label.
    flyte: `Flyte 2 at https://${"e".repeat(63)}.${
      "e".repeat(63)
    }.example.com:30080/prefix`,
    scope: { project: "p".repeat(63), domain: "d".repeat(63) },
    tools: new Set(NAMES),
  });
  const { length } = new TextEncoder().encode(text);
  assert(length <= MAX_INSTRUCTIONS_BYTES, `${length} bytes`);
});

/** Whether a text calls a tool; "login" is also a word. */
function mentions(text: string, name: string): boolean {
  const mention = name === "login"
    ? /call login\b/
    : new RegExp(`\\b${name}\\b`);
  return mention.test(text);
}

Deno.test("buildInstructions() mentions no tool that does not exist", () => {
  const all = build(NAMES);
  // What one tool alone brings in is among these; others change nothing.
  const mentioned = NAMES.filter((name) =>
    mentions(all, name) || build([name]) !== build([])
  );
  assert(mentioned.length >= 5 && mentioned.length <= 12, `${mentioned}`);
  for (let chosen = 0; chosen < 2 ** mentioned.length; chosen++) {
    const tools = mentioned.filter((_name, at) => chosen & 2 ** at);
    const text = build(tools);
    for (const name of NAMES.filter((name) => !tools.includes(name))) {
      assertEquals(mentions(text, name), false, `${name} of ${tools}`);
    }
  }
});

Deno.test("buildInstructions() mentions the tools that an agent has to know", () => {
  const text = build(NAMES);
  for (
    const name of ["auth_status", "list_runs", "diagnose_run", "wait_for_run"]
  ) {
    assertMatch(text, new RegExp(`\\b${name}\\b`));
  }
  assertMatch(build(["get_run"]), /\bget_run\b/);
});
