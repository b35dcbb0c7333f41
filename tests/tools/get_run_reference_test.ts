/** How get_run finds the run that is meant: scope, pasted URLs, look-up by name. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { connectServer, type TestServer } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";
import { type Planting, plantingIn, plantRun, runKey } from "./planting.ts";

const PRODUCTION = { project: "ml-prod", domain: "production" };

/** Projects with a run of one name each. */
async function plantEverywhere(planting: Planting, count: number) {
  for (let at = 0; at < count; at++) {
    const id = `p-${String(at).padStart(2, "0")}`;
    await planting.projects.createProject({ project: { id, name: id } });
    await plantRun(planting, runKey("same", { project: id }));
  }
}

/** Calls that a next step proposes, as an agent would read them. */
function proposedCalls(nextStep: string): Record<string, string>[] {
  const calls = nextStep.match(/get_run (\{.*?\})/g) ?? [];
  return calls.map((call) => JSON.parse(call.slice("get_run ".length)));
}

async function scopeOf(
  { call }: TestServer,
  args: Record<string, unknown>,
): Promise<unknown> {
  const { data, text } = await call("get_run", args);
  assertEquals(data.status, "ok", text);
  return data.scope;
}

Deno.test("get_run finds a run by its name alone, wherever it is", async () => {
  await using bed = await openSeeded();
  for (const run of ["forecast-nightly", "  forecast-nightly\n"]) {
    const scope = await scopeOf(bed, { run });
    assertEquals(scope, { ...PRODUCTION, source: "lookup" });
  }
});

Deno.test("get_run takes a project and a domain that are any for none", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_run", {
    run: "train-fan-out",
    project: "*",
    domain: "*",
  });
  assertEquals(data.scope.source, "lookup");
});

Deno.test("get_run takes the scope of its arguments", async () => {
  await using bed = await openSeeded();
  const scope = await scopeOf(bed, { run: "train-weekly", ...PRODUCTION });
  assertEquals(scope, { ...PRODUCTION, source: "argument" });
});

Deno.test("get_run takes the configured scope before it looks elsewhere", async () => {
  await using seeded = await openSeeded();
  await using server = await connectServer(seeded.endpoint, {
    env: { FLYTE_PROJECT: "ml-prod", FLYTE_DOMAIN: "production" },
  });
  assertEquals(await scopeOf(server, { run: "train-weekly" }), {
    ...PRODUCTION,
    source: "FLYTE_PROJECT",
  });
  assertEquals(await scopeOf(server, { run: "train-1d-ago" }), {
    project: "flytesnacks",
    domain: "development",
    source: "lookup",
  });
});

Deno.test("get_run takes the configured domain for a project that is given", async () => {
  await using seeded = await openSeeded();
  await using server = await connectServer(seeded.endpoint, {
    env: { FLYTE_PROJECT: "flytesnacks", FLYTE_DOMAIN: "production" },
  });
  const args = { run: "train-weekly", project: "ml-prod" };
  assertEquals(await scopeOf(server, args), {
    ...PRODUCTION,
    source: "argument",
  });
});

Deno.test("get_run looks a name up in the domain that is given without a project", async () => {
  await using bed = await openSeeded();
  const found = await scopeOf(bed, {
    run: "train-weekly",
    domain: "production",
  });
  assertEquals(found, { ...PRODUCTION, source: "lookup" });
  const { data } = await bed.call("get_run", {
    run: "forecast-nightly",
    domain: "staging",
  });
  assertEquals(data.error.code, "not_found");
  assertEquals(proposedCalls(data.error.next_step), [
    { run: "forecast-nightly", ...PRODUCTION },
  ]);
});

/** Addresses of the same run as people paste them; HOST is the endpoint's. */
const URLS = [
  "HOST/v2/domain/production/project/ml-prod/runs/train-weekly",
  "HOST/v2/domain/production/project/ml-prod/runs/train-weekly/",
  "HOST/v2/domain/production/project/ml-prod/runs/train-weekly?tab=logs#a0",
  "HOST/v2/domain/production/project/ml-prod/runs/train-weekly/actions/a0",
  "HOST/v2/domain/production/project/ml-prod/tracked-runs/train-weekly",
  "HOST/v2/project/ml-prod/domain/production/runs/train-weekly",
  "HOST/console/projects/ml-prod/domains/production/executions/train-weekly",
  "HOST/v2/domain/production/project/ml%2Dprod/runs/train%2dweekly",
  "  HOST/v2/domain/production/project/ml-prod/runs/train-weekly\n",
];

for (const url of URLS) {
  Deno.test(`get_run reads the pasted ${JSON.stringify(url)}`, async () => {
    await using bed = await openSeeded();
    const run = url.replace("HOST", bed.endpoint);
    // What stands in the URL wins over arguments that were guessed.
    const args = { run, project: "flytesnacks", domain: "development" };
    assertEquals(await scopeOf(bed, args), { ...PRODUCTION, source: "url" });
  });
}

Deno.test("get_run reads a URL of the console beside the control plane", async () => {
  await using bed = await openSeeded();
  const { hostname } = new URL(bed.endpoint);
  const run =
    `https://${hostname}:8080/v2/domain/production/project/ml-prod/runs/train-weekly`;
  assertEquals(await scopeOf(bed, { run }), { ...PRODUCTION, source: "url" });
});

for (const name of ["runs", "project", "domain", "executions"]) {
  Deno.test(`get_run reads a URL of a project that is called "${name}"`, async () => {
    await using bed = await openEmpty();
    const planting = plantingIn(bed.sandbox.plane);
    await planting.projects.createProject({ project: { id: name, name } });
    await plantRun(planting, runKey("r1", { project: name }));
    const { endpoint } = bed.sandbox;
    const run = `${endpoint}/v2/domain/development/project/${name}/runs/r1`;
    const scope = { project: name, domain: "development", source: "url" };
    assertEquals(await scopeOf(bed, { run }), scope);
    const old =
      `${endpoint}/console/projects/${name}/domains/development/executions/r1`;
    assertEquals(await scopeOf(bed, { run: old }), scope);
  });
}

Deno.test("get_run gives a URL that it reads itself", async () => {
  await using bed = await openEmpty();
  const planting = plantingIn(bed.sandbox.plane);
  // A domain is any text to the server.
  const run = runKey("r1", { domain: "on call/2 ä?#" });
  await plantRun(planting, run);
  const { data } = await bed.call("get_run", { run: "r1" });
  const again = await bed.call("get_run", { run: data.url });
  assertEquals(again.data.scope, { ...data.scope, source: "url" });
});

for (
  const url of [
    "https://flyte.other.example/v2/domain/d/project/p/runs/r1",
    "https://flyte.other.example/",
    "http://127.0.0.1.evil.example/v2/domain/d/project/p/runs/r1",
    "http://127.0.0.1@evil.example/v2/domain/d/project/p/runs/r1",
    "https://xn--fly-qla.example/v2/domain/d/project/p/runs/r1",
  ]
) {
  Deno.test(`get_run does not look here for ${url}`, async () => {
    await using bed = await openSeeded();
    const { data } = await bed.call("get_run", { run: url });
    assertEquals(data.error.code, "different_endpoint");
    assertEquals(data.error.fix_by, "agent");
    const { host } = new URL(url);
    assert(data.error.message.includes(host), data.error.message);
    assertEquals(bed.ingress.requests.length, 0);
  });
}

for (
  const path of [
    "",
    "/",
    "/v2/domain/production/project/ml-prod/runs",
    "/v2/domain/production/project/ml-prod/runs/",
    "/v2/domain/production/project/ml-prod/tasks/training.train_model",
    "/v2/project/ml-prod/runs/train-weekly",
    "/v2/domain//project/ml-prod/runs/train-weekly",
    "/train-weekly",
  ]
) {
  Deno.test(`get_run refuses the URL ${path || "of the host"}, which is no run's`, async () => {
    await using bed = await openSeeded();
    const { data } = await bed.call("get_run", { run: bed.endpoint + path });
    assertEquals(data.error.code, "invalid_argument");
    assertMatch(data.error.next_step, /\/runs\/NAME/);
    assertEquals(bed.ingress.requests.length, 0);
  });
}

for (const run of ["https://", "http://[", "https://a:b/runs/x"]) {
  Deno.test(`get_run refuses "${run}", which is no URL`, async () => {
    await using bed = await openSeeded();
    const { data } = await bed.call("get_run", { run });
    assertEquals(data.error.code, "invalid_argument");
  });
}

Deno.test("get_run of a name in several places lists each as the call to make", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_run", { run: "train-weekly" });
  assertEquals(data.error.code, "ambiguous");
  assertEquals(data.error.fix_by, "agent");
  const calls = proposedCalls(data.error.next_step);
  assertEquals(calls.length, 2);
  for (const args of calls) {
    const { project, domain } = args;
    assertEquals(await scopeOf(bed, args), {
      project,
      domain,
      source: "argument",
    });
  }
});

Deno.test("get_run does not say how many runs of a name there are beyond those it lists", async () => {
  await using bed = await openEmpty();
  await plantEverywhere(plantingIn(bed.sandbox.plane), 12);
  const { data } = await bed.call("get_run", { run: "same" });
  assertEquals(data.error.code, "ambiguous");
  const calls = proposedCalls(data.error.next_step);
  assertEquals(calls.length, 10);
  assertMatch(data.error.message, /^More than 10 runs are named "same"\.$/);
});

Deno.test("get_run says where a run is that is not where it was looked for", async () => {
  await using bed = await openSeeded();
  const where = { project: "ml-prod", domain: "development" };
  const { data } = await bed.call("get_run", { run: "train-1d-ago", ...where });
  assertEquals(data.error.code, "not_found");
  assertEquals(
    data.error.message,
    'Run "train-1d-ago" is not in ml-prod/development.',
  );
  assertEquals(data.error.scope, { ...where, source: "argument" });
  assertEquals(proposedCalls(data.error.next_step), [{
    run: "train-1d-ago",
    project: "flytesnacks",
    domain: "development",
  }]);
});

Deno.test("get_run says where a run is that is not at its URL", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("get_run", {
    run: `${bed.endpoint}/v2/domain/d/project/p/runs/train-1d-ago`,
  });
  assertEquals(data.error.code, "not_found");
  assertEquals(data.error.scope, { project: "p", domain: "d", source: "url" });
  assertEquals(proposedCalls(data.error.next_step).length, 1);
});

for (
  const run of [
    "nope",
    "a0",
    "x'; DROP TABLE actions;--",
    "%",
    "_",
    "a/b",
    "🦆",
  ]
) {
  Deno.test(`get_run does not find "${run}"`, async () => {
    await using bed = await openSeeded();
    const { data, isError } = await bed.call("get_run", { run });
    assertEquals(isError, true);
    assertEquals(data.error.code, "not_found");
    assertEquals(data.error.scope, null);
    assertMatch(data.error.message, /is not in any project/);
    assertMatch(data.error.next_step, /list_runs/);
  });
}

Deno.test("get_run names the project where it is the configured one that has no such run", async () => {
  await using seeded = await openSeeded();
  await using server = await connectServer(seeded.endpoint, {
    env: { FLYTE_PROJECT: "flytesnacks" },
  });
  const { data } = await server.call("get_run", { run: "nope" });
  assertEquals(data.error.scope, {
    project: "flytesnacks",
    domain: "development",
    source: "FLYTE_PROJECT",
  });
});
