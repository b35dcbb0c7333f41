import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import plugin from "../../lint/style.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The rules that report this source, each once. */
function reported(path: string, source: string): string[] {
  const diagnostics = Deno.lint.runPlugin(plugin, `${ROOT}${path}`, source);
  return [...new Set(diagnostics.map(({ id }) => id))];
}

/** Lines of code that no rule minds. */
function lines(count: number): string {
  return "call();\n".repeat(count);
}

Deno.test.each([
  ["src/run_filters.ts"],
  ["tests/http/fetch_test.ts"],
  ["idl/workflow/run_service.pb.ts"],
  ["main.ts"],
])("style/file-name passes %s", (path) => {
  assertEquals(reported(path, "call();"), []);
});

Deno.test.each([
  ["src/index.ts"],
  ["src/RunFilters.ts"],
  ["src/runFilters.ts"],
  ["src/run-filters.ts"],
])("style/file-name reports %s", (path) => {
  assertEquals(reported(path, "call();"), ["style/file-name"]);
});

Deno.test.each([
  ["src/a.ts", lines(200)],
  ["src/a.ts", `function f() {\n${lines(38)}}`],
  ["tests/a_test.ts", lines(500)],
  ["tests/sandbox/src/a_test.ts", lines(500)],
  ["scripts/a.ts", `function f() {\n${lines(100)}}`],
])("style/length passes %s", (path, source) => {
  assertEquals(reported(path, source), []);
});

Deno.test.each([
  ["src/a.ts", lines(201)],
  ["src/auth/a.ts", lines(201)],
  ["sandbox/a.ts", lines(201)],
  ["main.ts", lines(201)],
  ["src/a.ts", `function f() {\n${lines(39)}}`],
  ["src/a.ts", `class A {\n  f() {\n${lines(39)}}\n}`],
])("style/length reports %s that is too long", (path, source) => {
  assertEquals(reported(path, source), ["style/length"]);
});

Deno.test.each([
  ["src/auth/a.ts", "../config/mod.ts"],
  ["src/auth/a.ts", "./token.ts"],
  ["src/auth/a.ts", "../text.ts"],
  ["src/tools/a.ts", "../client/session.ts"],
  ["src/config/a.ts", "yaml"],
  ["src/server.ts", "./tools/mod.ts"],
  ["src/open.ts", "./server.ts"],
  ["main.ts", "./sandbox/mod.ts"],
  ["tests/a_test.ts", "../src/server.ts"],
])("style/import-direction passes %s from %s", (path, source) => {
  const code = `import { a } from "${source}";\na();`;
  assertEquals(reported(path, code), []);
});

Deno.test.each([
  ["src/config/a.ts", "../http/fetch.ts"],
  ["src/http/a.ts", "../auth/token.ts"],
  ["src/auth/a.ts", "../client/session.ts"],
  ["src/client/a.ts", "../tools/mod.ts"],
  ["src/tools/a.ts", "../server.ts"],
  ["src/tools/a.ts", "../../sandbox/mod.ts"],
  ["src/text.ts", "../tests/harness.ts"],
  ["src/open.ts", "../scripts/idl.ts"],
])("style/import-direction reports %s from %s", (path, source) => {
  for (
    const code of [
      `import { a } from "${source}";\na();`,
      `import type { A } from "${source}";\nlet a: A;`,
      `export { a } from "${source}";`,
      `export * from "${source}";`,
    ]
  ) {
    assertEquals(reported(path, code), ["style/import-direction"]);
  }
});

Deno.test.each([
  ["main.ts", "Deno.exit(Deno.args.length);"],
  ["scripts/idl.ts", "Deno.env.get('A');"],
  ["tests/a_test.ts", "setTimeout(call, 0);"],
  ["sandbox/serve.ts", "Deno.args;"],
  ["src/clock.ts", "setTimeout(call, 0);"],
  ["src/a.ts", "Deno.readTextFileSync(path); environment.env.a;"],
])("style/one-shell passes %s: %s", (path, source) => {
  assertEquals(reported(path, source), []);
});

Deno.test.each([
  ["src/a.ts", "Deno.args;"],
  ["src/a.ts", "Deno.env.get('A');"],
  ["src/a.ts", "Deno.exit(1);"],
  ["src/a.ts", "process.env.A;"],
  ["src/a.ts", "setTimeout(call, 0);"],
  ["src/a.ts", "setInterval(call, 1);"],
  ["sandbox/mod.ts", "Deno.exit(1);"],
  ["src/clock.ts", "Deno.exit(1);"],
  ["src/auth/clock.ts", "setTimeout(call, 0);"],
  ["src/scripts/main.ts", "Deno.exit(1);"],
])("style/one-shell reports %s: %s", (path, source) => {
  assertEquals(reported(path, source), ["style/one-shell"]);
});

Deno.test.each([
  ["class A { #a = 1; readonly b = this.#a; }"],
  ["class A extends Error {}"],
  ["class A extends TypeError {}"],
  ["export const a = 1;"],
  ["function f() { const g = () => 1; return g; }"],
  ["export function f(a, b, { c }) {}"],
  ["type A = 'a' | 'b';"],
])("style/form passes %s", (source) => {
  assertEquals(reported("src/a.ts", source), []);
});

Deno.test.each([
  ["class A { private a = 1; }"],
  ["class A { public a = 1; }"],
  ["class A { protected f() {} }"],
  ["class A { constructor(readonly a: number) {} }"],
  ["class A extends B {}"],
  ["export class A extends Map {}"],
  ["enum A { B }"],
  ["namespace A { call(); }"],
  ["const f = () => 1;"],
  ["export const f = () => 1;"],
  ["export function f(a, b, c, d) {}"],
])("style/form reports %s", (source) => {
  assertEquals(reported("src/a.ts", source), ["style/form"]);
});

Deno.test.each([
  ["new Error('Cannot read the run');"],
  ["new TypeError(`Cannot read ${name}`);"],
  ["new RangeError(`${name} is too large`);"],
  ["new Error();"],
  ["new Error(message);"],
  ["new ToolError('not_found', 'no such run.');"],
])("style/error-message passes %s", (source) => {
  assertEquals(reported("src/a.ts", source), []);
});

Deno.test.each([
  ["new Error('Cannot read the run.');"],
  ["new SyntaxError(`Cannot read ${name}.`);"],
  ["new Error('cannot read the run');"],
  ['throw new RangeError("cannot read");'],
])("style/error-message reports %s", (source) => {
  assertEquals(reported("src/a.ts", source), ["style/error-message"]);
});

Deno.test("style has a test for each of its rules", () => {
  assertEquals(Object.keys(plugin.rules), [
    "file-name",
    "length",
    "import-direction",
    "one-shell",
    "form",
    "error-message",
  ]);
});
