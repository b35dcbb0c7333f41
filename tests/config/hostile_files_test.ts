/** Config files that are made to harm: they are passed over, or named. */
import { assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { readFile } from "../../src/config/disk.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { parseYaml } from "../../src/config/yaml.ts";
import { CWD, sourcesOf } from "./machine.ts";
import { FILE } from "./samples.ts";

const HOSTILE = [
  // Mappings as keys are written out, each twice as long as the one in it.
  { what: "nested keys", text: "? ".repeat(60) },
  { what: "nested keys in braces", text: "a: {? ".repeat(40) },
  { what: "deep lists", text: `a: ${"[".repeat(9000)}` },
  {
    what: "deep lists, closed",
    text: `a: ${"[".repeat(9e3)}${"]".repeat(9e3)}`,
  },
  { what: "deep indents", text: "- ".repeat(9000) },
  { what: "many faults", text: "]".repeat(9000) },
  { what: "a huge text", text: `task: {project: "${"x".repeat(2e6)}"}` },
  {
    what: "aliases of aliases",
    text: `a0: &a0 [x]\n${
      Array.from({ length: 40 }, (_, at) =>
        `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`).join("\n")
    }`,
  },
  { what: "a list", text: "- task" },
  { what: "several documents", text: "task: {}\n---\ntask: {}" },
  { what: "keys twice", text: "task: {}\ntask: {}" },
  { what: "an unknown alias", text: "task: *nobody" },
];

Deno.test.each(HOSTILE)(
  "a file of the person with $what is named",
  ({ text }) => {
    const { faults } = resolveConfig(sourcesOf({ files: { [FILE]: text } }));
    assertEquals(faults.map(({ code }) => code), ["config_invalid"]);
    assertMatch(
      faults[0]?.message ?? "",
      /^The config file ~\/\.flyte\/config\.yaml cannot be read: it is /,
    );
  },
);

Deno.test.each(HOSTILE)(
  "a workspace's file with $what is passed over",
  ({ text }) => {
    const path = `${CWD}/config.yaml`;
    const { faults, notices, config } = resolveConfig(sourcesOf({
      env: { FLYTE_ENDPOINT: "flyte.example.com" },
      files: { [path]: text },
    }));
    assertEquals([faults, config.project], [[], null]);
    assertEquals(notices.length, 1);
    assertMatch(notices[0] ?? "", /config\.yaml is not read: it is /);
  },
);

Deno.test("parseYaml() says in which line the fault is", () => {
  assertEquals(parseYaml("a: 1\nb: [\nc: 2"), "it is not valid YAML (line 3)");
  assertEquals(parseYaml("a: 1\na: 2"), "it is not valid YAML (line 2)");
});

Deno.test("parseYaml() takes no key for a part of the language", () => {
  const root = parseYaml("__proto__: {admin: {endpoint: evil.example}}");
  assertEquals(Object.hasOwn(Object(root), "admin"), false);
  assertEquals(Reflect.get(Object(root), "admin"), undefined);
  const files = {
    [FILE]: "__proto__: {admin: {endpoint: evil.example}}\nconstructor: {}",
  };
  const { config } = resolveConfig(sourcesOf({ files }));
  assertEquals(config.endpoint, null);
});

Deno.test("parseYaml() gives a mapping or a sentence, whatever the text", () => {
  const token = fc.constantFrom(
    ...["admin", "task", "endpoint", ": ", "- ", "\n", "  ", "[", "]", "{"],
    ...["}", ",", "? ", "&a ", "*a", "!!map ", "!x ", "|\n", ">\n", "'", '"'],
    ...[
      "#",
      "%YAML 1.1\n",
      "---\n",
      "...\n",
      "<<: ",
      "\0",
      "\ufeff",
      "~",
      "\t",
    ],
  );
  const text = fc.oneof(
    fc.array(token, { maxLength: 30 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary" }),
    fc.json(),
  );
  fc.assert(
    fc.property(text, (text) => {
      const parsed = parseYaml(text);
      const isKnown = typeof parsed === "object" && !Array.isArray(parsed) ||
        /^it is (not valid YAML( \(line \d+\))?|not a mapping)$/
          .test(String(parsed));
      assertEquals(isKnown, true);
    }),
    { numRuns: 200 },
  );
});

async function inFolder(action: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await action(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readFile() reads a file, and what links to one", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "text");
    await Deno.symlink(`${folder}/file`, `${folder}/link`);
    const found = { kind: "found", text: "text" };
    assertEquals<unknown>(readFile(`${folder}/file`), found);
    assertEquals<unknown>(readFile(`${folder}/link`), found);
  });
});

Deno.test("readFile() does not read what has no end, or is no file", async () => {
  await inFolder(async (folder) => {
    await Deno.symlink("/dev/zero", `${folder}/zero`);
    await Deno.symlink(`${folder}/loop`, `${folder}/loop`);
    await Deno.writeTextFile(`${folder}/huge`, "x".repeat(1024 * 1024 + 1));
    const paths = ["zero", "loop", "huge", "none", "", "a\0b"];
    for (const path of [...paths.map((name) => `${folder}/${name}`), ""]) {
      assertEquals<unknown>(readFile(path), { kind: "absent" });
    }
  });
});
