import { assert, assertEquals, assertMatch } from "@std/assert";
import { parseCommandLine } from "../../src/config/flags.ts";

Deno.test("parseCommandLine() reads settings in both forms", () => {
  const line = parseCommandLine([
    "--endpoint",
    "flyte.example.com",
    "--project=a=b",
    "--auth-type",
    "device-flow",
  ]);
  assertEquals(line.faults, []);
  assertEquals(line.action, "serve");
  assertEquals(Object.fromEntries(line.flags), {
    endpoint: "flyte.example.com",
    project: "a=b",
    authType: "device-flow",
  });
});

Deno.test.each([
  [[], "serve", null],
  [["--help"], "help", null],
  [["--version"], "version", null],
  [["--version", "--help"], "help", null],
  [["--sandbox"], "serve", "device"],
  [["--sandbox", "--sandbox-auth", "open"], "serve", "open"],
  [["--sandbox-auth=device"], "serve", "device"],
])("parseCommandLine() reads %j", (args, action, sandbox) => {
  const line = parseCommandLine(args);
  assertEquals([line.action, line.sandbox], [action, sandbox]);
  assertEquals(line.faults, []);
});

Deno.test.each([
  [["--endpiont", "--help"], /--endpiont does not exist/],
  [["--no-endpoint"], /--no-endpoint does not exist/],
  [["--toString"], /--toString does not exist/],
  [["--endpoint"], /--endpoint needs a value/],
  [["--endpoint="], /--endpoint needs a value/],
  [["--endpoint", "--project", "p"], /--endpoint needs a value/],
  [["--sandbox-auth", "none"], /device or open/],
  [["--sandbox-auth"], /--sandbox-auth needs a value/],
  [["serve"], /Argument 1 is not a flag/],
])("parseCommandLine() faults %j", (args, fault) => {
  const { faults } = parseCommandLine(args);
  assertEquals(faults.length, 1);
  assertMatch(faults[0] ?? "", fault);
});

Deno.test("parseCommandLine() keeps the flag after one that lacks its value", () => {
  const { flags } = parseCommandLine(["--endpoint", "--project", "p"]);
  assertEquals(Object.fromEntries(flags), { project: "p" });
});

Deno.test("parseCommandLine() reports several faults together", () => {
  const { faults } = parseCommandLine(["--a", "--org", "--b=1", "c"]);
  assertEquals(faults.length, 4);
});

Deno.test.each([
  [["--client-secret", "hunter2"]],
  [["--client-secret=hunter2"]],
  [["-s", "hunter2"]],
  [["-shunter2"]],
  [["hunter2"]],
  [["hunter2="]],
  [["FLYTE_CLIENT_SECRET=hunter2"]],
  [["--", "hunter2"]],
  [["--sandbox-auth", "hunter2"]],
])("parseCommandLine() repeats no value of %j", (args) => {
  const { faults, flags } = parseCommandLine(args);
  assert(faults.length > 0);
  assertEquals(flags.size, 0);
  // Not even letter by letter, as a cluster of short flags would be.
  assertEquals(/h\W.*u\W.*n\W.*t\W|hunter/.test(faults.join(" ")), false);
});

Deno.test("parseCommandLine() knows doctor, and that --json is its own", () => {
  const { action, json, faults } = parseCommandLine(["doctor", "--json"]);
  assertEquals({ action, json, faults }, {
    action: "doctor",
    json: true,
    faults: [],
  });
  assertEquals(parseCommandLine(["--json"]).faults, [
    "--json belongs to doctor.",
  ]);
  assertEquals(parseCommandLine(["--json"]).action, "serve");
});
