import { assertEquals, assertMatch } from "@std/assert";
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  Spec_DesiredState as DesiredState,
  type Status_DeploymentStatus as DeploymentStatus,
  Status_Substate as Substate,
} from "../../idl/flyteidl2/app/app_definition_pb.ts";
import { ProjectIdentifierSchema } from "../../idl/flyteidl2/common/identifier_pb.ts";
import { HOSTILE } from "../../sandbox/seed/mod.ts";
import { type Called, connectServer, openTestBed } from "../harness.ts";
import { appOf, serveApps } from "./app_bed.ts";
import { openEmpty, openSeeded } from "./beds.ts";

const SNACKS = { project: "flytesnacks" };
const PD = { project: "p", domain: "d" };

function namesOf({ data }: Called): string[] {
  return data.apps.map(({ name }: { name: string }) => name);
}

Deno.test("list_apps shows how apps do, by name, counts first", async () => {
  await using bed = await openSeeded();
  const called = await bed.call("list_apps", SNACKS);
  const { scope, counts, apps } = called.data;
  assertEquals(scope, {
    ...{ project: "flytesnacks", domain: "development", source: "argument" },
  });
  assertEquals(namesOf(called), [
    ...["dashboard", "embeddings", "labeling", "review-chat"],
  ]);
  assertEquals(counts, {
    total: 4,
    by_status: { unspecified: 1, failed: 1, stopped: 1, active: 1 },
    complete: true,
  });
  const [dashboard, embeddings, labeling, chat] = apps;
  assertEquals(
    [dashboard.deployment_status, dashboard.trouble],
    ["unspecified", null],
  );
  assertEquals(embeddings.trouble.reason, "image_pull");
  assertMatch(embeddings.trouble.message, /^<<data-\w{8} .*Unable to fetch/s);
  assertEquals([labeling.desired_state, labeling.address], ["stopped", null]);
  // Flyte says of a stopped app that it was stopped just now, whenever asked.
  assertEquals([labeling.created_at, labeling.changed_at], [null, null]);
  assertMatch(chat.created_at, /^\d{4}-\d\d-\d\dT/);
  assertMatch(chat.changed_at, /^\d{4}-\d\d-\d\dT/);
  const { created_at: _created, changed_at: _changed, ...known } = chat;
  assertEquals(known, {
    name: "review-chat",
    ...{ deployment_status: "active", substate: null, desired_state: "active" },
    trouble: null,
    replicas: { current: 2, min: 0, max: 4 },
    address: "http://review-chat-flytesnacks-development.localhost:30081/",
    image: "ghcr.io/example/review-chat:v3",
    ...{ by: null, revision: null },
    url:
      `${bed.endpoint}/v2/domain/development/project/flytesnacks/apps/review-chat`,
  });
  assertMatch(called.text, /^4 apps of flytesnacks\/development, by name\.\n/);
});

for (
  const [args, names] of [
    [{ statuses: ["failed"] }, ["embeddings"]],
    [{ statuses: ["active", "stopped"] }, ["labeling", "review-chat"]],
    [{ statuses: ["unspecified"] }, ["dashboard"]],
    [{ query: "BE" }, ["embeddings", "labeling"]],
    [{ query: "be", statuses: ["failed"] }, ["embeddings"]],
    [{ domain: "*" }, [
      ...["dashboard", "embeddings", "labeling", "review-chat"],
    ]],
    [{ project: "*", domain: "production" }, ["forecast-api"]],
    [{ project: "*", domain: "*", query: "a" }, [
      ...["dashboard", "forecast-api", "labeling", "review-chat"],
    ]],
  ] as const
) {
  Deno.test(`list_apps finds ${names} by ${JSON.stringify(args)}`, async () => {
    await using bed = await openSeeded();
    const called = await bed.call("list_apps", { ...SNACKS, ...args });
    assertEquals(namesOf(called), [...names]);
    assertEquals(called.data.counts.total, names.length);
    const { project, domain } = called.data.apps[0];
    assertEquals(project !== undefined, "project" in args);
    assertEquals(domain !== undefined, "domain" in args && args.domain === "*");
  });
}

for (
  const [args, because] of [
    [{ query: "nope" }, 'none of the 4 apps has "nope" in its name'],
    [
      { statuses: ["pending", "deploying"], query: "e" },
      'none of the 4 apps has "e" in its name and is pending or deploying',
    ],
    [
      { project: "nowhere" },
      'this project and domain have no apps; domain "*" looks in all of them, list_projects has the valid ones',
    ],
    [
      { project: "nowhere", domain: "*" },
      "there are no apps at all; list_projects has the valid projects",
    ],
  ] as const
) {
  Deno.test(`list_apps says why it is empty for ${JSON.stringify(args)}`, async () => {
    await using bed = await openSeeded();
    const { data, text } = await bed.call("list_apps", { ...SNACKS, ...args });
    assertEquals([data.apps, data.empty_because], [[], because]);
    assertEquals(data.counts, { total: 0, by_status: {}, complete: true });
    assertMatch(text, /^No apps in (flytesnacks|nowhere)\/(development|\*): /);
  });
}

Deno.test("list_apps of an empty Flyte is an empty list", async () => {
  await using bed = await openEmpty();
  const { data } = await bed.call("list_apps", SNACKS);
  assertEquals([data.status, data.apps], ["ok", []]);
});

Deno.test("list_apps tells who, when, and what newer Flytes say", async () => {
  const time = (hours: number) => timestampFromMs(1_800_000_000_000 + hours);
  await using flyte = await serveApps([{
    metadata: { id: { project: "p", domain: "d", name: "a" }, revision: 7n },
    spec: {
      desiredState: DesiredState.ACTIVE,
      images: { images: [{ tag: "registry.example/a:7" }] },
      creator: {
        principal: {
          case: "user",
          value: { spec: { email: "ada@example.com" } },
        },
      },
    },
    status: {
      createdAt: time(0),
      lastUpdatedAt: time(3),
      ingress: { publicUrl: "https://a.example", cnameUrl: "https://a.acme" },
      conditions: [{
        // A number that this version does not know.
        deploymentStatus: 42 as DeploymentStatus,
        substate: Substate.CRASH_LOOP,
      }],
    },
  }]);
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_apps", PD);
  const [app] = data.apps;
  assertEquals(
    [app.deployment_status, app.substate, app.trouble],
    ["unknown_42", "crash_loop", { reason: "crash", message: null }],
  );
  assertEquals([app.by, app.revision], ["ada@example.com", 7]);
  assertEquals([app.image, app.address], [
    ...["registry.example/a:7", "https://a.acme/"],
  ]);
  assertMatch(app.changed_at, /\.003Z$/);
});

Deno.test("list_apps asks an organization where Flyte can, and leaves out what was not asked", async () => {
  await using flyte = await serveApps([
    appOf("mine"),
    appOf("other", "ACTIVE", {
      metadata: { id: { project: "q", domain: "d", name: "other" } },
    }),
  ]);
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_ORG: "acme" },
  });
  const { data } = await server.call("list_apps", { ...PD, domain: "*" });
  assertEquals(data.apps.map(({ name }: { name: string }) => name), ["mine"]);
  assertEquals(flyte.asked.map(({ filterBy }) => filterBy), [
    { case: "org", value: "acme" },
  ]);
});

Deno.test("list_apps sends a scope, the organization and a page size", async () => {
  await using flyte = await serveApps([]);
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_ORG: "acme", FLYTE_PROJECT: "p", FLYTE_DOMAIN: "d" },
  });
  await server.call("list_apps");
  const [{ filterBy, request } = {}] = flyte.asked;
  assertEquals(filterBy, {
    case: "project",
    value: create(ProjectIdentifierSchema, {
      ...{ organization: "acme", name: "p", domain: "d" },
    }),
  });
  assertEquals([request?.limit, request?.token], [100, ""]);
});

Deno.test("list_apps without a project says how to get one", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_apps");
  assertEquals(data.error.code, "scope_missing");
});

Deno.test("get_app looks in one project and domain alone", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_app", {
    ...{ ...SNACKS, domain: "*", app: "review-chat" },
  });
  assertEquals(data.error.code, "invalid_argument");
  assertMatch(data.error.message, /: domain cannot be "\*"\.$/);
});

for (
  const [tool, domain] of [
    ["list_apps", "development"],
    ["list_apps", "*"],
    ["get_app", "development"],
  ] as const
) {
  Deno.test(`${tool} in ${domain} says that a Flyte has no apps`, async () => {
    await using bed = await openTestBed({
      sandbox: { auth: "open", without: ["/flyteidl2.app.AppService/"] },
    });
    // What answers 404 to the first call of all may be no Flyte at all.
    await bed.call("list_projects");
    const { data } = await bed.call(tool, {
      ...{ ...SNACKS, domain, ...tool === "get_app" && { app: "chat" } },
    });
    assertEquals(data.error.code, "unimplemented");
    assertEquals(data.error.fix_by, "admin");
  });
}

Deno.test("list_apps fences what an app says of itself", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", seeded: { everyday: false, hostile: true } },
  });
  const { data, text } = await bed.call("list_apps", {
    project: HOSTILE.project,
  });
  const [app] = data.apps;
  assertEquals(app.name, HOSTILE.app.name);
  const mark = HOSTILE.markOf("app condition");
  assertMatch(
    app.trouble.message,
    new RegExp(`^<<data-(\\w{8}) [^]*${mark}[^]* \\1-data>>$`),
  );
  assertEquals(text.split(mark).length, 2, "it stands in the JSON alone");
});
