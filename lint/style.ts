/**
 * The style sheet's rules that a program can check; CONTRIBUTING.md has the
 * sheet. Paths are judged from the repository's root, so a rule can hold for
 * `src/` alone, wherever the repository lies.
 */
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Imports go one way: a layer may import those before it, never after. */
const LAYERS = ["config", "http", "auth", "client", "tools", "server"];

/** Files that may read arguments and environment, exit and print. */
const SHELL =
  /^(main\.ts|sandbox\/serve\.ts|(scripts|lint|tests|bench|examples)\/.*)$/;

/** Files whose length and functions are held to the sheet. */
const MEASURED = /^(main\.ts|(src|sandbox)\/.*\.ts)$/;

const MAX_FILE_LINES = 200;
const MAX_FUNCTION_LINES = 40;

const BUILT_IN_ERRORS = /^(Error|TypeError|RangeError|SyntaxError)$/;

/** The file's path from the repository's root. */
function pathOf({ filename }: Deno.lint.RuleContext): string {
  const path = filename.startsWith(ROOT)
    ? filename.slice(ROOT.length)
    : filename;
  return path.replaceAll("\\", "/");
}

function layerOf(path: string): number {
  const match = /^src\/(\w+)(?:\/|\.ts$)/.exec(path);
  return match?.[1] === undefined ? -1 : LAYERS.indexOf(match[1]);
}

function checkName(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  return {
    Program(node) {
      const name = context.filename.split(/[\\/]/).at(-1) ?? "";
      if (/^[a-z0-9_]+(\.[a-z0-9_]+)*\.ts$/.test(name) && name !== "index.ts") {
        return;
      }
      context.report({
        node,
        message: `Name "${name}" in snake_case, never index.ts`,
      });
    },
  };
}

function checkLength(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  if (!MEASURED.test(pathOf(context))) return {};
  const lines = (range: readonly [number, number]) =>
    context.sourceCode.text.slice(...range).split("\n").length;
  const check = (
    node: Deno.lint.FunctionDeclaration | Deno.lint.FunctionExpression,
  ) => {
    if (lines(node.range) <= MAX_FUNCTION_LINES) return;
    const message = `Split this function: over ${MAX_FUNCTION_LINES} lines`;
    context.report({ node, message });
  };
  return {
    Program(node) {
      const total = context.sourceCode.text.trimEnd().split("\n").length;
      if (total <= MAX_FILE_LINES) return;
      const message =
        `Split this file: ${total} lines, at most ${MAX_FILE_LINES}`;
      context.report({ node, message });
    },
    FunctionDeclaration: check,
    FunctionExpression: check,
  };
}

function checkImports(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const file = pathOf(context);
  const check = (node: Deno.lint.Node, source: string) => {
    if (!file.startsWith("src/") || !source.startsWith(".")) return;
    const target = new URL(source, `file:///${file}`).pathname.slice(1);
    if (/^(sandbox|tests|scripts)\//.test(target)) {
      context.report({ node, message: `src/ does not import "${source}"` });
    }
    if (layerOf(target) <= layerOf(file) || layerOf(file) < 0) return;
    context.report({
      node,
      message: `Imports go ${LAYERS.join(" → ")}: "${source}" comes later`,
    });
  };
  return {
    ImportDeclaration: (node) => check(node, node.source.value),
    ExportNamedDeclaration: (node) => {
      if (node.source) check(node, node.source.value);
    },
    ExportAllDeclaration: (node) => check(node, node.source.value),
  };
}

function checkShell(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const path = pathOf(context);
  if (SHELL.test(path)) return {};
  return {
    MemberExpression(node) {
      const text = context.sourceCode.getText(node);
      if (/^(Deno\.(args|env|exit)|process\.(argv|env|exit))$/.test(text)) {
        context.report({ node, message: `${text} belongs to main.ts` });
      }
    },
    CallExpression(node) {
      const text = context.sourceCode.getText(node.callee);
      if (
        /^set(Timeout|Interval)$/.test(text) &&
        path !== "src/clock.ts"
      ) {
        context.report({
          node,
          message: `Take sleep from a Clock, not ${text}`,
        });
      }
    },
  };
}

function checkForm(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  const report = (node: Deno.lint.Node, message: string) =>
    context.report({ node, message });
  return {
    ClassDeclaration(node) {
      const base = node.superClass &&
        context.sourceCode.getText(node.superClass);
      if (base && !/Error$/.test(base)) {
        report(node, "Inherit only from errors");
      }
    },
    PropertyDefinition(node) {
      if (node.accessibility) report(node, "Use #private, no access modifier");
    },
    MethodDefinition(node) {
      if (node.accessibility) report(node, "Use #private, no access modifier");
    },
    TSParameterProperty: (node) => report(node, "Declare the field itself"),
    TSEnumDeclaration: (node) => report(node, "Use a union of strings"),
    TSModuleDeclaration: (node) => report(node, "No namespaces"),
    "Program > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression":
      (node: Deno.lint.Node) => report(node, "Use a function at top level"),
    "ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > ArrowFunctionExpression":
      (node: Deno.lint.Node) => report(node, "Use a function at top level"),
    "ExportNamedDeclaration > FunctionDeclaration"(
      node: Deno.lint.FunctionDeclaration,
    ) {
      if (node.params.length > 3) {
        report(node, "Take two arguments, then one options object");
      }
    },
  };
}

function checkErrors(context: Deno.lint.RuleContext): Deno.lint.LintVisitor {
  return {
    NewExpression(node) {
      if (!BUILT_IN_ERRORS.test(context.sourceCode.getText(node.callee))) {
        return;
      }
      const [first] = node.arguments;
      if (!first) return;
      const text = context.sourceCode.getText(first);
      if (/\.["'`]$/.test(text)) {
        context.report({ node, message: "No period at the end of an error" });
      }
      if (/^["'`][a-z]/.test(text)) {
        context.report({ node, message: "Start an error with a capital" });
      }
    },
  };
}

const plugin: Deno.lint.Plugin = {
  name: "style",
  rules: {
    "file-name": { create: checkName },
    "length": { create: checkLength },
    "import-direction": { create: checkImports },
    "one-shell": { create: checkShell },
    "form": { create: checkForm },
    "error-message": { create: checkErrors },
  },
};

export default plugin;
