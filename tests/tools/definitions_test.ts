/** What a host sees of the tools before it calls one. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { FIX_BY, ToolError } from "../../src/errors.ts";
import { buildInstructions } from "../../src/instructions.ts";
import { TOOLS } from "../../src/tools/mod.ts";
import { errorResult } from "../../src/tools/result.ts";
import { connectServer, openTestBed } from "../harness.ts";
import { openSeeded } from "./beds.ts";

/** The catalogue of this version; a tool that is added is added here. */
const NAMES = [
  "auth_status",
  "compare_runs",
  "diagnose_run",
  "doctor",
  "get_action",
  "get_app",
  "get_logs",
  "get_project",
  "get_run",
  "get_run_io",
  "get_task",
  "get_trigger",
  "list_actions",
  "list_apps",
  "list_conditions",
  "list_projects",
  "list_runs",
  "list_secrets",
  "list_tasks",
  "list_triggers",
  "login",
  "logout",
  "wait_for_run",
  "whoami",
] as const;

/** Hosts warn at 10,000 tokens for all. */
const MAX_LIST_BYTES = 28_000;

/** Of those, for the schemas of arguments, and for all but those of results. */
const MAX_INPUT_BYTES = 11_000;
const MAX_SIDE_BYTES = 19_000;

/** More of them, and models choose badly. */
const MAX_TOOLS = 20;

/** Characters of a description. */
const MAX_DESCRIPTION = 300;

/** Tools whose description has to be longer, and why. */
const LONGER: Readonly<Record<string, string>> = {};

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly description?: string;
  readonly [key: string]: unknown;
}

interface Definition {
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly inputSchema: Schema;
  readonly outputSchema?: Schema;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

/** The definitions as a client gets them; Flyte is not called for them. */
async function listTools(toolsets = "all"): Promise<Definition[]> {
  await using server = await connectServer("http://127.0.0.1:9", {
    env: { FLYTE_MCP_TOOLSETS: toolsets },
  });
  const { tools } = await server.client.listTools();
  // The protocol's type of a schema is wider than what tools have.
  return tools as Definition[];
}

async function definitionOf(name: string): Promise<Definition> {
  const found = (await listTools()).find((tool) => tool.name === name);
  assert(found, `${name} is not listed`);
  return found;
}

/** What a schema of this tool says to a result, as hosts with the old SDK ask. */
function problemOf(schema: unknown, value: unknown): string | undefined {
  // The old SDK's deep imports have no types under Deno.
  const validate = new AjvJsonSchemaValidator().getValidator(schema as never);
  const { valid, errorMessage } = validate(JSON.parse(JSON.stringify(value)));
  return valid ? undefined : errorMessage ?? "not valid";
}

Deno.test("tools/list has every tool once, in the order of the alphabet", async () => {
  const names = (await listTools()).map(({ name }) => name);
  assertEquals(names, [...NAMES]);
  assertEquals(names, names.toSorted());
  assertEquals(TOOLS.map(({ name }) => name), names);
});

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

Deno.test("tools/list is small by default: in tools, in all, and on its input side", async () => {
  const tools = await listTools("default");
  assert(tools.length <= MAX_TOOLS, `${tools.length} tools`);
  const all = bytesOf({ tools });
  assert(all <= MAX_LIST_BYTES, `${all} bytes`);
  const inputs = tools.map(({ inputSchema }) => inputSchema);
  const input = bytesOf(inputs);
  assert(input <= MAX_INPUT_BYTES, `${input} bytes of input schemas`);
  const rest = tools.map(({ outputSchema: _, ...others }) => others);
  const side = bytesOf(rest);
  assert(side <= MAX_SIDE_BYTES, `${side} bytes without output schemas`);
});

Deno.test("tools/list is the same for every client and at every time", async () => {
  await using server = await connectServer("http://127.0.0.1:9", {
    env: { FLYTE_PROJECT: "ml-prod", FLYTE_ACCESS_TOKEN: "made-up" },
  });
  const lists = [
    await server.client.listTools(),
    await server.client.listTools(),
  ].map(({ tools }) => JSON.stringify(tools));
  const other = JSON.stringify(await listTools());
  assertEquals(lists, [other, other]);
});

for (const name of NAMES) {
  Deno.test(`the definition of ${name} is as agents know it`, async (t) => {
    const definition = await definitionOf(name);
    await t.assertSnapshot(JSON.stringify(definition, null, 2), {
      serializer: String,
    });
  });

  Deno.test(`${name} has a name, a title and a description that every host takes`, async () => {
    const { title = "", description = "" } = await definitionOf(name);
    assertMatch(name, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    assert(name.length <= 40);
    assert(title.length > 0 && title.length <= 60, title);
    assert(description.length > 40, description);
    const isShort = description.length <= MAX_DESCRIPTION;
    assertEquals(
      isShort,
      !(name in LONGER),
      `${description.length} characters`,
    );
  });

  Deno.test(`${name} says all four hints, and they agree`, async () => {
    const { annotations = {}, title } = await definitionOf(name);
    const { title: shown, ...hints } = annotations;
    assertEquals(Object.keys(hints).toSorted(), [
      "destructiveHint",
      "idempotentHint",
      "openWorldHint",
      "readOnlyHint",
    ]);
    for (const hint of Object.values(hints)) {
      assertEquals(typeof hint, "boolean");
    }
    assertEquals(hints.readOnlyHint && hints.destructiveHint, false);
    assertEquals(shown, title);
  });

  Deno.test(`${name} takes a plain object, with a description of each parameter`, async () => {
    const { inputSchema } = await definitionOf(name);
    assertEquals(inputSchema.type, "object");
    assertEquals(inputSchema.additionalProperties, false);
    for (const keyword of ["anyOf", "oneOf", "allOf", "not", "if", "$ref"]) {
      assertEquals(keyword in inputSchema, false, keyword);
    }
    const properties = Object.entries(inputSchema.properties ?? {});
    for (const [parameter, schema] of properties) {
      assertMatch(parameter, /^[a-z]+(_[a-z]+)*$/);
      const { length } = schema.description ?? "";
      assert(length > 5 && length <= 150, `${parameter}: ${length} characters`);
      assertEquals(typeof schema.type, "string", `${parameter} has no type`);
      const required = inputSchema.required?.includes(parameter) ?? false;
      assertEquals(required && "default" in schema, false, parameter);
    }
  });

  Deno.test(`${name} promises an open object that has to have nothing`, async () => {
    const { outputSchema } = await definitionOf(name);
    assertEquals(outputSchema?.type, "object");
    assertEquals(outputSchema?.required, undefined);
    assert(outputSchema?.additionalProperties !== false);
    // Names and types; what a field means is in its name.
    for (const [key, field] of Object.entries(outputSchema?.properties ?? {})) {
      assert(field.description === undefined, `${key} is described`);
      assert("type" in field || Object.keys(field).length === 0, key);
    }
    assertEquals(problemOf(outputSchema, {}), undefined);
    assertEquals(problemOf(outputSchema, { unknown: [1] }), undefined);
    assert(problemOf(outputSchema, { status: 1 }), "the schema says nothing");
  });

  Deno.test(`every error is valid where ${name} is expected`, async () => {
    const { outputSchema } = await definitionOf(name);
    for (const code of Object.keys(FIX_BY)) {
      // The keys of the table are the codes.
      const error = new ToolError(code as keyof typeof FIX_BY, "What.", {
        nextStep: "Do.",
        retryAfterS: 5,
        requestId: "r-1",
        scope: { project: "p", domain: "d", source: "argument" },
      });
      const { structuredContent } = errorResult(error, RESULT_BYTES.least);
      assertEquals(problemOf(outputSchema, structuredContent), undefined);
    }
  });
}

for (const complete of [true, false]) {
  Deno.test(`a login that is required is valid where any tool is expected, ${complete ? "with" : "without"} a complete address`, async () => {
    await using bed = await openTestBed({ sandbox: { seeded: false } });
    const omit = {
      kind: "omit",
      fields: ["verification_uri_complete"],
    } as const;
    if (!complete) {
      bed.sandbox.issuer?.faults.next("device_authorization", omit);
    }
    const { data, isError } = await bed.call("whoami");
    assertEquals(isError, true);
    assertEquals(data.verification_uri_complete !== null, complete);
    for (const { name, outputSchema } of await listTools()) {
      assertEquals(problemOf(outputSchema, data), undefined, name);
    }
  });
}

/** A call of each tool that succeeds on the seeded plane. */
const CALLS: Record<typeof NAMES[number], Record<string, unknown>> = {
  auth_status: {},
  compare_runs: { run: "train-bad-row" },
  diagnose_run: { run: "train-bad-row" },
  doctor: {},
  get_action: { run: "train-bad-row" },
  get_app: { project: "flytesnacks", app: "review-chat" },
  get_logs: { run: "train-bad-row" },
  get_project: { project: "flytesnacks" },
  get_run: { run: "train-bad-row" },
  get_run_io: { run: "train-fan-out" },
  get_task: { project: "flytesnacks", task: "training.train_model" },
  get_trigger: { project: "ml-prod", domain: "production", trigger: "nightly" },
  list_actions: { run: "train-bad-row" },
  list_apps: { project: "flytesnacks" },
  list_conditions: { project: "*", domain: "*" },
  list_projects: {},
  list_runs: { project: "flytesnacks" },
  list_secrets: { project: "flytesnacks" },
  list_tasks: { project: "flytesnacks" },
  list_triggers: { project: "ml-prod", domain: "production" },
  login: {},
  logout: {},
  wait_for_run: { run: "train-bad-row" },
  whoami: {},
};

for (const [name, args] of Object.entries(CALLS)) {
  Deno.test(`what ${name} answers is valid, and its text holds the same`, async () => {
    await using bed = await openSeeded();
    const { outputSchema } = await definitionOf(name);
    const { data, text, isError } = await bed.call(name, args);
    assertEquals(isError, false, text);
    assertEquals(data.status, "ok");
    assertEquals(problemOf(outputSchema, data), undefined);
    const json = text.slice(text.indexOf("\n{") + 1);
    assertEquals(JSON.parse(json), data);
  });
}

for (
  const name of [
    "compare_runs",
    "get_action",
    "get_app",
    "get_logs",
    "get_project",
    "get_run",
    "get_run_io",
    "get_task",
    "get_trigger",
    "list_actions",
    "list_apps",
    "list_conditions",
    "list_projects",
    "list_runs",
    "list_secrets",
    "list_tasks",
    "list_triggers",
    "logout",
    "whoami",
  ] as const
) {
  Deno.test(`${name} answers every key that it promises, absent facts as null`, async () => {
    await using bed = await openSeeded();
    const { outputSchema } = await definitionOf(name);
    const { data } = await bed.call(name, CALLS[name]);
    const promised = Object.keys(outputSchema?.properties ?? {});
    for (const key of promised) assert(key in data, `${key} is missing`);
  });
}

const SPELLED_ALIKE = [
  "login_required",
  "not_reported",
  "say_to_user",
  "timed_out",
  "fix_by",
  "next_step",
  "retry_after_s",
  "older_cursor",
  "newer_cursor",
];

Deno.test("no definition and no instruction mentions a tool that does not exist", async () => {
  const tools = await listTools();
  const known = new Set<string>(NAMES);
  for (const { inputSchema, outputSchema } of tools) {
    for (const schema of [inputSchema, outputSchema]) {
      for (const key of Object.keys(schema?.properties ?? {})) known.add(key);
    }
  }
  // Values and fields of answers that are spelled like tools.
  for (const word of SPELLED_ALIKE) known.add(word);
  const texts = [
    buildInstructions({
      flyte: "Flyte 2 at https://flyte.example.com",
      scope: { project: "p", domain: "d" },
      tools: new Set(NAMES),
    }),
    ...tools.flatMap(({ description = "", inputSchema }) => [
      description,
      ...Object.values(inputSchema.properties ?? {})
        .map((schema) => schema.description ?? ""),
    ]),
  ];
  for (const word of texts.join(" ").match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? []) {
    assert(known.has(word), `"${word}" is mentioned and does not exist`);
  }
});

Deno.test("a client that has read the definitions gets errors and logins all the same", async () => {
  await using bed = await openSeeded();
  // From here on the client holds every result against its schema.
  await bed.client.listTools();
  assertEquals((await bed.call("get_run", {})).isError, true);
  const missing = await bed.call("get_run", { run: "nope" });
  assertEquals(missing.data.error.code, "not_found");
});
