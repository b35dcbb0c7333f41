/** Addresses of runs, actions and tasks: which are read, and which are refused. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { ToolError } from "../../src/errors.ts";
import {
  appUrl,
  consoleUrl,
  parseApp,
  parseRun,
  parseTask,
  taskUrl,
} from "../../src/tools/run_reference.ts";

const PLACES = { endpoint: "https://flyte.example.com", console: null };

const HERE = { project: "ml-prod", domain: "production" };

const V2 = "flyte.example.com/v2/domain/production/project/ml-prod";
const V1 = "flyte.example.com/console/projects/ml-prod/domains/production";

/** Addresses of a run, and the action that each of them names. */
const RUNS:
  readonly (readonly [address: string, action: string | undefined])[] = [
    [`https://${V2}/runs/r7k2`, undefined],
    [`https://${V2}/runs/r7k2/`, undefined],
    [`https://${V2}/runs/r7k2?tab=logs`, undefined],
    [`https://${V2}/runs/r7k2?tab=logs&i=a3`, "a3"],
    [`https://${V2}/runs/r7k2?i=a3#top`, "a3"],
    // Of a group of actions no single one is shown.
    [`https://${V2}/runs/r7k2?i=a0%3A%3Ashards`, undefined],
    [`https://${V2}/runs/r7k2?i=`, undefined],
    [`https://${V2}/runs/r7k2/actions/a3`, "a3"],
    [`https://${V2}/tracked-runs/r7k2`, undefined],
    [`http://${V2}/runs/r7k2`, undefined],
    [`${V2}/runs/r7k2?i=a3`, "a3"],
    [`<https://${V2}/runs/r7k2>`, undefined],
    [`<https://${V2}/runs/r7k2?i=a3>.`, "a3"],
    [`"https://${V2}/runs/r7k2"`, undefined],
    ["`https://" + V2 + "/runs/r7k2?i=a3`", "a3"],
    [`https://${V2}/runs/r7k2 (this one failed)`, undefined],
    [`https://${V2}/runs/r7k2?i=a3, please`, "a3"],
    [`https://${V2}/runs/r7k2.`, undefined],
    [`${V2}/runs/r7k2 failed`, undefined],
    [`It is https://${V2}/runs/r7k2?i=a3!`, "a3"],
    [`[my run](https://${V2}/runs/r7k2?i=a3)`, "a3"],
    [`[my run](<https://${V2}/runs/r7k2>)`, undefined],
    [`[https://${V2}/runs/r7k2](https://${V2}/runs/r7k2)`, undefined],
    [`see **https://${V2}/runs/r7k2**\n`, undefined],
    [
      "https://FLYTE.example.com/v2/runs/project/ml-prod/domain/production/r7k2",
      undefined,
    ],
    [
      "https://flyte.example.com:8443/domain/production/project/ml-prod/runs/r7k2",
      undefined,
    ],
    [`https://${V1}/executions/r7k2?duration=all`, undefined],
    [
      `https://${V1}/executions/r7k2/nodeId/n0/taskId/x.y/attempt/0/view/logs`,
      "n0",
    ],
    [
      "https://flyte.example.com/org/acme/projects/ml-prod/domains/production/executions/r7k2",
      undefined,
    ],
    ["flyte://flyte.example.com/ml-prod/production/runs/r7k2", undefined],
    [
      "flyte://flyte.example.com/ml-prod/production/runs/r7k2/actions/a3/logs",
      "a3",
    ],
    ["flyte:///ml-prod/production/runs/r7k2", undefined],
    ["flyte://v1/ml-prod/production/r7k2/n0/i", "n0"],
    ["flyte://v1/ml-prod/production/r7k2/n0/2/o/o0", "n0"],
    ["flyte://v1/ml-prod/production/r7k2", undefined],
  ];

for (const [address, action] of RUNS) {
  Deno.test(`parseRun() reads ${address}`, () => {
    const { name, project, domain, pasted, ...more } = parseRun(
      address,
      PLACES,
    );
    assertEquals({ name, project, domain, pasted }, {
      ...HERE,
      name: "r7k2",
      pasted: true,
    });
    assertEquals(more.action, action);
  });
}

const TASKS:
  readonly (readonly [address: string, version: string | undefined])[] = [
    [`https://${V2}/tasks/etl.load`, undefined],
    [`https://${V2}/tasks/etl.load/`, undefined],
    [`https://${V2}/tasks/etl.load/v%2F2?tab=runs`, "v/2"],
    [`https://${V1}/tasks/etl.load`, undefined],
    [`https://${V1}/task/etl.load/version/v2`, "v2"],
    ["flyte://flyte.example.com/ml-prod/production/tasks/etl.load", undefined],
    [
      "flyte://flyte.example.com/ml-prod/production/tasks/etl.load/versions/v2",
      "v2",
    ],
  ];

for (const [address, version] of TASKS) {
  Deno.test(`parseTask() reads ${address}`, () => {
    const { name, project, domain, ...more } = parseTask(address, PLACES);
    assertEquals({ name, project, domain }, { ...HERE, name: "etl.load" });
    assertEquals(more.version || undefined, version);
  });
}

Deno.test.each([
  ["etl.load", "etl.load"],
  [" r7k2\n", "r7k2"],
  ["a/b", "a/b"],
  ["v2/x", "v2/x"],
  ["flyte", "flyte"],
  ["`r7k2`", "r7k2"],
  ['"r7k2"', "r7k2"],
  ["<r7k2>", "r7k2"],
  ["a;https://b", "a;https://b"],
])("parseRun() takes %j for the name %j", (text, name) => {
  assertEquals(parseRun(text, PLACES), { name, pasted: false });
});

/** What is given for a run, and what is said of it. */
const REFUSED: readonly (readonly [address: string, words: RegExp])[] = [
  [
    `https://${V2}/tasks/etl.load`,
    /URL of a task, not of a run\. get_task takes it/,
  ],
  [`https://${V2}/apps/chat`, /URL of an app, not of a run\. get_app takes it/],
  [
    `https://${V2}/triggers/etl.load/nightly`,
    /URL of a trigger, .*get_trigger takes it/,
  ],
  [`https://${V2}/artifacts/model`, /URL of an artifact, .*No tool takes it/],
  [`https://${V1}/workflows/a.b`, /URL of a workflow, .*list_tasks/],
  [`https://${V1}/launchPlans/a.b`, /URL of a launch plan, .*get_task/],
  [`https://${V2}/runs`, /is not the URL of a run\. Pass .*\/runs\/NAME/],
  [`https://${V2}`, /is not the URL of a run/],
  ["https://flyte.example.com/", /is not the URL of a run/],
  ["https://", /is not the URL of a run/],
  ["flyte://v1/ml-prod/production", /is not the URL of a run/],
  ["s3://flyte.example.com/a/b", /is not the URL of a run/],
  ["s3://elsewhere/a/b", /is not the URL of a run/],
  ["  ", /No run is named\. Pass the run's name/],
  ['""', /No run is named/],
  ["file:///etc/passwd", /is not the URL of a run/],
];

for (const [address, words] of REFUSED) {
  Deno.test(`parseRun() refuses ${address}`, () => {
    const error = refusal(address);
    assertEquals(error.code, "invalid_argument");
    assertMatch(`${error.message} ${error.nextStep}`, words);
  });
}

for (
  const address of [
    "https://flyte.other.example/v2/domain/d/project/p/runs/r",
    "flyte://flyte.other.example/p/d/runs/r",
    "flyte.other.example/v2/domain/d/project/p/runs/r",
    "flyte://data/p/d/runs/r",
    "https://v1/p/d/r/n0/i",
  ]
) {
  Deno.test(`parseRun() does not look here for ${address}`, () => {
    assertEquals(refusal(address).code, "different_endpoint");
  });
}

Deno.test("parseTask() and parseApp() refuse the URL of a run, and name its tool", () => {
  for (const parse of [parseTask, parseApp]) {
    const error = errorOf(() => parse(`https://${V2}/runs/r7k2`, PLACES));
    assertMatch(error.nextStep, /^get_run takes it\./);
  }
});

function refusal(address: string): ToolError {
  return errorOf(() => parseRun(address, PLACES));
}

function errorOf(parse: () => unknown): ToolError {
  try {
    parse();
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}

/** Names that have a page: "." and ".." are ways in a path, for every browser. */
const NAME = fc.string({ unit: "binary", minLength: 1, maxLength: 40 })
  .filter((name) => name.isWellFormed() && !/^\.{1,2}$/.test(name));

const PLACE = fc.record({ project: NAME, domain: NAME, name: NAME }, {
  noNullPrototype: true,
});

/** Where a Flyte and its console may be. */
const AT = fc.record({
  endpoint: fc.constantFrom(
    "https://flyte.example.com",
    "http://localhost:8090",
    "http://127.0.0.1:30080",
    "https://[::1]:8443",
  ),
  console: fc.constantFrom(null, "https://console.example.com/v2"),
});

Deno.test("what consoleUrl() makes is read back, whatever the names are", () => {
  fc.assert(fc.property(PLACE, AT, (run, places) => {
    const { pasted, action, ...read } = parseRun(
      consoleUrl(run, places),
      places,
    );
    assertEquals([pasted, action], [true, undefined]);
    assertEquals(pick(read), run);
  }));
});

Deno.test("what consoleUrl() makes of an action is read back", () => {
  // The console encodes an action twice, and `::` parts a group.
  const action = NAME.filter((name) =>
    !name.includes("::") && !name.includes("%")
  );
  fc.assert(fc.property(PLACE, AT, action, (run, places, action) => {
    const read = parseRun(consoleUrl({ ...run, action }, places), places);
    assertEquals({ ...pick(read), action: read.action }, { ...run, action });
  }));
});

Deno.test("what taskUrl() and appUrl() make is read back", () => {
  fc.assert(fc.property(PLACE, AT, (place, places) => {
    const task = parseTask(taskUrl(place, places), places);
    assertEquals(pick(task), place);
    assertEquals(task.version, undefined);
    assertEquals(pick(parseApp(appUrl(place, places), places)), place);
  }));
});

function pick(
  { project, domain, name }: Omit<ReturnType<typeof parseRun>, "pasted">,
) {
  return { project, domain, name };
}

/** Texts that are like addresses, and texts that are anything. */
const TEXT = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.array(
    fc.constantFrom(
      ...["https://", "flyte://", "flyte:", "v1", "/", "//", "?i=", "#", "%"],
      ...["flyte.example.com", "v2", "domain", "project", "runs", "tasks"],
      ...["org", "console", "projects", "executions", "nodeId", "x", "", ":"],
      ...["@", "[", "<", ">", " ", "%2f", "%ff", "\\", "..", "version", "\n"],
    ),
    { maxLength: 20 },
  ).map((parts) => parts.join("")),
);

Deno.test("any text is a reference or a refusal that says why", () => {
  fc.assert(
    fc.property(TEXT, (text) => {
      for (const parse of [parseRun, parseTask, parseApp]) {
        try {
          const { name, pasted, project, domain } = parse(text, PLACES);
          assertEquals(typeof name, "string");
          assertEquals(pasted, Boolean(project && domain && name));
        } catch (error) {
          assert(error instanceof ToolError, String(error));
          assert(error.message !== "" && error.nextStep !== "");
        }
      }
    }),
    { numRuns: 2000 },
  );
});
