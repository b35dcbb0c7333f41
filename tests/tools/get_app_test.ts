import { assert, assertEquals, assertMatch } from "@std/assert";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  Spec_DesiredState as DesiredState,
  Status_DeploymentStatus as DeploymentStatus,
  Status_Substate as Substate,
} from "../../idl/flyteidl2/app/app_definition_pb.ts";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { appOf, getApp } from "./app_bed.ts";
import { openSeeded } from "./beds.ts";

const SNACKS = { project: "flytesnacks" };
const PD = { project: "p", domain: "d" };

Deno.test("get_app tells how an app does", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("get_app", {
    ...{ ...SNACKS, app: "review-chat" },
  });
  assertEquals(data.scope.source, "argument");
  assertEquals(
    [data.name, data.deployment_status, data.desired_state, data.trouble],
    ["review-chat", "active", "active", null],
  );
  assertEquals(data.replicas, { current: 2, min: 0, max: 4 });
  assertEquals(data.image, "ghcr.io/example/review-chat:v3");
  assertEquals(data.ports, [8080]);
  assertEquals([data.env, data.env_left_out], [["MODEL"], undefined]);
  assert(!text.includes("orders-7"), "the value of MODEL is told");
  assertEquals(data.type, "FastAPI");
  assertMatch(data.title, /^<<data-\w{8} Review chat \w{8}-data>>$/);
  const said = data.conditions
    .map(({ message }: { message: string }) => message.slice(16, -16));
  assertEquals(said, [
    ...["Configuration is ready", "Service is ready", "Routes are ready"],
  ]);
  assertEquals([data.logs, data.log_missing], [null, null]);
  assertMatch(
    text,
    /^App review-chat is active at http:\/\/review-chat-flytesnacks-development\.localhost:30081\/\.\n/,
  );
});

for (
  const [app, sentence] of [
    [
      "embeddings",
      /^App embeddings has failed \(image_pull\), and should be active: <<data-(\w{8}) RevisionFailed: .* Unauthorized\. \1-data>>\.\n/,
    ],
    ["labeling", /^App labeling is stopped, as it should be\.\n/],
    [
      "dashboard",
      /^Flyte has not said yet how app dashboard does; it should be active\.\n/,
    ],
  ] as const
) {
  Deno.test(`get_app says in a sentence how ${app} does`, async () => {
    await using bed = await openSeeded();
    const { text } = await bed.call("get_app", { ...SNACKS, app });
    assertMatch(text, sentence);
  });
}

Deno.test("get_app tells a condition once that Flyte says of every part", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_app", { ...SNACKS, app: "embeddings" });
  assertEquals(data.conditions.length, 1);
  assertEquals(data.trouble.reason, "image_pull");
});

for (
  const path of [
    "/v2/domain/production/project/ml-prod/apps/forecast-api",
    "/v2/domain/production/project/ml-prod/apps/forecast-api?tab=logs#x",
    "/console/projects/ml-prod/domains/production/apps/forecast-api",
  ]
) {
  Deno.test(`get_app takes the pasted ${path}`, async () => {
    await using bed = await openSeeded({ env: { FLYTE_PROJECT: "other" } });
    const app = `${bed.endpoint}${path}`;
    const { data, text } = await bed.call("get_app", { app });
    assertEquals(data.status, "ok", text);
    assertEquals(data.scope, {
      ...{ project: "ml-prod", domain: "production", source: "url" },
    });
    assertEquals(
      data.url,
      `${bed.endpoint}/v2/domain/production/project/ml-prod/apps/forecast-api`,
    );
  });
}

for (
  const [app, code] of [
    [
      "https://other.example.com/v2/domain/d/project/p/apps/a",
      "different_endpoint",
    ],
    ["ENDPOINT/v2/domain/d/project/p/runs/r1", "invalid_argument"],
    ["ENDPOINT/v2/domain/d/apps/a", "invalid_argument"],
  ] as const
) {
  Deno.test(`get_app refuses ${app} with ${code}`, async () => {
    await using bed = await openSeeded();
    const { data } = await bed.call("get_app", {
      app: app.replace("ENDPOINT", bed.endpoint),
    });
    assertEquals(data.error.code, code);
  });
}

Deno.test("get_app of an unknown name tells the apps there are", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_app", { ...SNACKS, app: "chat" });
  const { code, message, next_step: next, scope } = data.error;
  assertEquals(code, "not_found");
  assertEquals(message, 'App "chat" is not in flytesnacks/development.');
  assertEquals(
    next,
    'Apps there: dashboard, embeddings, labeling, review-chat. list_apps {"project":"flytesnacks","domain":"*","query":"chat"} looks in all domains.',
  );
  assertEquals(scope.domain, "development");
});

Deno.test("get_app of an unknown name in an empty place says where to look", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_app", {
    ...{ project: "nowhere", app: "chat" },
  });
  assertMatch(
    data.error.next_step,
    /^list_apps \{.*\} looks in all domains\.$/,
  );
});

Deno.test("get_app without a project says how to get one", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_app", { app: "review-chat" });
  assertEquals(data.error.code, "scope_missing");
});

Deno.test("get_app of an app of which nothing is told has every fact as null", async () => {
  const { data, text } = await getApp({
    metadata: { id: { name: "bare" } },
  });
  assertEquals(data.status, "ok", text);
  const { deployment_status: status, desired_state: desired } = data;
  assertEquals([status, desired], ["unspecified", "unspecified"]);
  assertEquals([data.trouble, data.address, data.image], [null, null, null]);
  assertEquals(data.replicas, { current: 0, min: null, max: null });
  assertEquals(data.conditions, []);
});

for (
  const [substate, message, reason] of [
    ["CRASH_LOOP", "exit code 1", "crash"],
    [
      "SUBSTATE_UNSPECIFIED",
      "0/3 nodes are available: no GPU",
      "unschedulable",
    ],
    ["SUBSTATE_UNSPECIFIED", "words nobody knows", null],
  ] as const
) {
  Deno.test(`get_app says ${reason} of "${message}"`, async () => {
    const { data } = await getApp(appOf("a", "FAILED", {
      status: {
        conditions: [{
          deploymentStatus: DeploymentStatus.FAILED,
          substate: Substate[substate],
          message,
        }],
      },
    }));
    assertEquals(data.trouble.reason, reason);
    assertMatch(data.trouble.message, /^<<data-/);
  });
}

Deno.test("get_app of an app that is being stopped says what is wanted", async () => {
  const { text } = await getApp(appOf("a", "ACTIVE", {
    spec: { desiredState: DesiredState.STOPPED },
  }));
  assertMatch(text, /^App a is active, and should be stopped\.\n/);
});

for (const bytes of [RESULT_BYTES.least, RESULT_BYTES.usual]) {
  Deno.test(`get_app of an app with too much of everything fits into ${bytes} bytes`, async () => {
    const long = "ж".repeat(5000);
    const names = Array.from({ length: 100 }, (_, at) => `${at}${long}`);
    const { data, text, isError } = await getApp(
      appOf("huge", "FAILED", {
        metadata: {
          id: { ...PD, name: "huge" },
          labels: Object.fromEntries(names.map((name) => [name, long])),
        },
        spec: {
          appPayload: {
            case: "container",
            value: {
              image: long,
              env: names.map((key) => ({ key })),
              ports: names.map((_, at) => ({ containerPort: at })),
            },
          },
          inputs: {
            items: names.map((name) => ({
              name,
              value: { case: "stringValue", value: long },
            })),
          },
          links: names.map((title) => ({ title, path: `https://x/${long}` })),
          securityContext: {
            secrets: names.map((key) => ({ key, group: key, envVar: key })),
          },
          profile: { type: long, name: long, shortDescription: long },
        },
        status: {
          conditions: names.map((message, at) => ({
            deploymentStatus: DeploymentStatus.FAILED,
            lastTransitionTime: timestampFromMs(at),
            message,
          })),
        },
      }),
      { env: { FLYTE_MCP_MAX_RESULT_BYTES: String(bytes) } },
    );
    assertEquals(isError, false, text.slice(0, 300));
    const size = new TextEncoder().encode(JSON.stringify(data)).length;
    assert(size <= bytes, `${size} bytes`);
    // What is told is the latest.
    const last = data.conditions.at(-1);
    assertEquals(last.at, "1970-01-01T00:00:00.099Z");
  });
}

Deno.test("get_app proposes other domains only where a call may look there", async () => {
  const args = { app: "nope", project: "flytesnacks" };
  await using bed = await openSeeded();
  const free = await bed.call("get_app", args);
  assertMatch(free.data.error.next_step, /list_apps .* in all domains\.$/);
  const env = { FLYTE_DOMAIN: "development", FLYTE_MCP_PIN: "domain" };
  await using pinnedBed = await openSeeded({ env });
  const pinned = await pinnedBed.call("get_app", args);
  assertMatch(
    pinned.data.error.next_step,
    /^Apps there: .*\. Ask the person for the app's name\.$/,
  );
});
