/**
 * Whatever is in the environment, in files and on the command line: faults in
 * our own words, no other error, and no secret in any of them.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MemoryLoginStore } from "../../src/auth/store/memory_login_store.ts";
import { systemClock } from "../../src/clock.ts";
import { parseCommandLine } from "../../src/config/flags.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { OPTION_LIST, type OptionKey } from "../../src/config/options.ts";
import { splitWords } from "../../src/config/shell_words.ts";
import { ToolError } from "../../src/errors.ts";
import { openFlyte } from "../../src/open.ts";
import { permissionsText } from "../../src/permissions.ts";
import { CWD, HOME, type Machine, sourcesOf } from "./machine.ts";
import { printed } from "./printed.ts";
import { merge } from "./samples.ts";

/** Found again wherever it turns up. */
const SECRET = "zqHUNTER2qz";

/** Texts that are wrong in most places, in interesting ways. */
const NASTY = [
  ...["", " ", "\0", "\n", "\u202e", "\ud800", "\x1b[31m", "-1"],
  ...["[", "{", '"', "'", "[]", "{}", "[[]]", "[null]", '{"a":{}}', "null"],
  ...["1e999", "0x10", "true", "TRUE ", "nope", "__proto__", "constructor"],
  ...["https://", "http://[::1", "//x", "https://a b", "javascript:alert(1)"],
  ...["https://flyte.example.com", "dns:///flyte.example.com", "localhost:1"],
  ...[
    "~",
    "~/x",
    "/",
    "..",
    "a=b",
    "a,b",
    ",,,",
    "%",
    "%zz",
    "é",
    "x".repeat(3e4),
  ],
  ...["Pkce", "ClientSecret", "Passthrough", "ExternalCommand", "DeviceFlow"],
];

const TEXT = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: "binary" }),
  fc.string(),
  fc.json({ maxDepth: 3 }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.emailAddress(),
);

/** What may stand around a secret, rightly or wrongly. */
const AROUND = fc.tuple(
  fc.constantFrom("", " ", "\0", '"', "'", "[", "{", "\n", "é", "\\", ":", "="),
  fc.constantFrom("", " ", "\0", '"', "'", "]", "}", "\n", "é", "\\", ":", "="),
).map(([before, after]) => `${before}${SECRET}${after}`);

/** Texts with the secret in them, by the option that may hold one. */
const SECRETIVE: Partial<Record<OptionKey, fc.Arbitrary<string>>> = {
  apiKey: fc.oneof(
    AROUND,
    AROUND.map((text) => btoaOf(text)),
    fc.tuple(TEXT, AROUND).map(([text, secret]) =>
      btoaOf(`flyte.example.com:${text}:${secret}:${text}`)
    ),
    AROUND.map((text) => btoaOf(`flyte.example.com:ci:${text}:None`)),
  ),
  clientSecret: AROUND,
  accessToken: fc.oneof(AROUND, AROUND.map((text) => `Bearer ${text}`)),
  authMetadata: fc.oneof(
    AROUND,
    AROUND.map((text) => `cookie=${text}`),
    AROUND.map((text) => `{"cookie":"${text}"}`),
    AROUND.map((text) => `{"${text}":"x"}`),
    AROUND.map((text) => `x=y,${text}`),
  ),
  httpProxyUrl: fc.oneof(
    AROUND.map((text) => `http://ada:${text}@proxy.example:3128`),
    AROUND.map((text) => `ada:${text}@proxy.example:99999`),
    AROUND.map((text) => `http://ada:${text}`),
  ),
  endpoint: fc.oneof(
    AROUND.map((text) => `https://ada:${text}@flyte.example.com`),
    AROUND.map((text) => `${text}@flyte.example.com`),
    AROUND.map((text) => `https://flyte.example.com/?token=${text}`),
    AROUND.map((text) => `flyte.example.com#${text}`),
  ),
};

function btoaOf(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}

/** A variable, or its redirection to a variable or a file that holds it. */
const VARIABLE: fc.Arbitrary<Machine> = fc.constantFrom(...OPTION_LIST).chain(
  ([key, { env }]) =>
    fc.record({
      name: fc.constantFrom(...env),
      text: fc.oneof(TEXT, SECRETIVE[key] ?? TEXT),
      way: fc.constantFrom("direct", "direct", "variable", "file", "nowhere"),
    }).map(({ name, text, way }): Machine => {
      switch (way) {
        case "direct":
          return { env: { [name]: text } };
        case "variable":
          return {
            env: {
              [`${name}_FROM_ENV_VAR`]: `OTHER_${name}`,
              [`OTHER_${name}`]: text,
            },
          };
        case "file":
          return {
            env: { [`${name}_FROM_FILE`]: `/run/${name}` },
            files: { [`/run/${name}`]: text },
          };
        default:
          return { env: { [`${name}_FROM_FILE`]: "/run/none" } };
      }
    }),
);

/** Where a secret is named, and what is found there. */
const NAMED_SECRET: fc.Arbitrary<Machine> = fc.oneof(
  AROUND.map((text) => ({
    env: { FLYTE_ADMIN_CLIENTSECRETENVVAR: "OTHER", OTHER: text },
  })),
  AROUND.map((text) => ({
    env: { FLYTE_ADMIN_CLIENTSECRETLOCATION: "/run/other" },
    files: { "/run/other": text },
  })),
  AROUND.map((text) => ({
    env: { FLYTE_CA_CERT: "/run/ca" },
    files: { "/run/ca": text },
  })),
  AROUND.map((text) => ({
    env: { HTTPS_PROXY: `http://ada:${text}@proxy.example`, CI: text },
  })),
);

/** A config file: known keys with whatever, or no YAML at all. */
const FILE_TEXT = fc.oneof(
  fc.dictionary(
    fc.constantFrom("admin", "task", "console", "image", "x"),
    fc.oneof(
      fc.dictionary(
        fc.constantFrom(
          ...OPTION_LIST.flatMap(([, { file }]) =>
            file.map((path) => path.split(".")[1] ?? "")
          ),
        ),
        fc.oneof(fc.jsonValue({ maxDepth: 2 }), TEXT),
      ),
      fc.jsonValue({ maxDepth: 2 }),
    ),
  ).map((value) => JSON.stringify(value)),
  AROUND.map((text) => `admin: {clientSecret: ${text}`),
  AROUND.map((text) => `admin: {endpoint: {clientSecret: "${text}"}}`),
  AROUND.map((text) => `admin:\n  authType: [{secret: ${text}}]\n`),
  AROUND,
  TEXT,
);

const FILE: fc.Arbitrary<Machine> = fc.record({
  path: fc.constantFrom(
    `${HOME}/.flyte/config.yaml`,
    `${HOME}/.union/config.yaml`,
    `${CWD}/config.yaml`,
    `${CWD}/.flyte/config.yaml`,
    "/etc/flyte.yaml",
  ),
  text: FILE_TEXT,
}).map(({ path, text }) => ({
  env: path.startsWith("/etc") ? { UCTL_CONFIG: path } : {},
  files: { [path]: text },
}));

const FLAGS: fc.Arbitrary<Machine> = fc.dictionary(
  fc.constantFrom(
    ...OPTION_LIST.flatMap(([key, { flag }]) => flag ? [key] : []),
  ),
  TEXT,
  { maxKeys: 2 },
).map((flags) => ({ flags }));

/** A machine with several of these, some of it hidden. */
const MACHINE: fc.Arbitrary<Machine> = fc.record({
  parts: fc.array(
    fc.oneof(
      { arbitrary: VARIABLE, weight: 6 },
      { arbitrary: FILE, weight: 2 },
      NAMED_SECRET,
      FLAGS,
    ),
    { minLength: 1, maxLength: 6 },
  ),
  hidden: fc.option(fc.constantFrom(/OTHER/, /^FLYTE_/, /\//, /SECRET/)),
}).map(({ parts, hidden }) => {
  const machine = parts.reduce<Machine>(merge, {});
  return hidden ? { ...machine, hides: (what) => hidden.test(what) } : machine;
});

/** Shows the machine, and not the function in it. */
function shown(machine: Machine): string {
  return JSON.stringify({ ...machine, hides: machine.hides?.toString() });
}

function assertKeepsSecret(text: string, machine: Machine): void {
  assert(!text.includes(SECRET), `a secret is in: ${text}\n${shown(machine)}`);
}

/** An error of a library says such things, our own never do. */
const FOREIGN =
  /TypeError|undefined|\[object|NaN|is not a function|at position/;

Deno.test("resolveConfig() answers every machine with faults of our own", () => {
  fc.assert(
    fc.property(MACHINE, (machine) => {
      const { faults, notices } = resolveConfig(sourcesOf(machine));
      for (const { code, message, nextStep } of faults) {
        assert(/^(config_|permission_missing|not_configured)/.test(code));
        // What a value says is not ours.
        const own = message.replace(/ got ".*"\.$/s, "");
        assertEquals(FOREIGN.test(own), false, own);
        assert(/\.$/.test(message) && /\.$/.test(nextStep), message);
        assert(message.length < 1000, message);
      }
      assertKeepsSecret(JSON.stringify([faults, notices]), machine);
    }),
    { numRuns: 300 },
  );
});

Deno.test("resolveConfig() gives a configuration that prints no secret", () => {
  fc.assert(
    fc.property(MACHINE, (machine) => {
      assertKeepsSecret(printed(resolveConfig(sourcesOf(machine))), machine);
    }),
    { numRuns: 100 },
  );
});

Deno.test("openFlyte() opens whatever has no fault, and else says so", () => {
  fc.assert(
    fc.property(MACHINE, (machine) => {
      const resolved = resolveConfig(sourcesOf(machine));
      try {
        const { endpoint } = openFlyte(resolved, {
          fetch: () => Promise.reject(new Error("No network")),
          clock: systemClock,
          newRequestId: () => "id",
          listen: () => "impossible",
          openBrowser: () => {},
          run: () => Promise.resolve({ kind: "not_permitted" }),
          logins: new MemoryLoginStore(),
          readKeychain: () => Promise.resolve(null),
        });
        assertEquals(resolved.faults, []);
        assert(URL.canParse(endpoint.value));
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        assertEquals(error.code, resolved.faults[0]?.code);
        assertKeepsSecret(`${error.message} ${error.nextStep}`, machine);
      }
    }),
    { numRuns: 200 },
  );
});

Deno.test("permissionsText() is notes and one line that a shell reads as it is meant", () => {
  const withoutFlags = MACHINE.map((machine) => ({ ...machine, flags: {} }));
  fc.assert(
    fc.property(withoutFlags, (machine) => {
      const sources = sourcesOf(machine);
      const text = permissionsText(resolveConfig(sources), {
        ...{ sources, published: null, main: "/it's/main.ts", os: "linux" },
      });
      const [before = "", json = ""] = text.split(/\n\n(?=\{\n)/);
      const lines = before.split("\n");
      const line = lines.pop() ?? "";
      assert(lines.every((note) => note.startsWith("# ")), before);
      const { command, args } = JSON.parse(json);
      assertEquals(splitWords(line), [command, ...args]);
      assertEquals(args.at(-1), "/it's/main.ts");
      assertKeepsSecret(text, machine);
    }),
    { numRuns: 200 },
  );
});

Deno.test("parseCommandLine() answers every argument, and repeats no value", () => {
  const name = fc.constantFrom(
    ...["endpoint", "project", "sandbox", "sandbox-auth", "help", "config"],
    ...["client-secret", "", "=", "toString", "__proto__", "permissions"],
  );
  const argument = fc.oneof(
    TEXT,
    AROUND.filter((text) => !text.startsWith("--")),
    name.map((flag) => `--${flag}`),
    fc.tuple(name, TEXT).map(([flag, text]) => `--${flag}=${text}`),
    fc.constant("permissions"),
  );
  fc.assert(
    fc.property(fc.array(argument), (args) => {
      const { faults, flags } = parseCommandLine(args);
      assert(faults.every((fault) => fault.endsWith(".")));
      assertEquals(faults.join().includes(SECRET), false);
      const keys = [...flags.keys()];
      assert(keys.every((key) => OPTION_LIST.some(([known]) => known === key)));
    }),
    { numRuns: 200 },
  );
});
