import { assert, assertEquals } from "@std/assert";
import { createClient } from "@connectrpc/connect";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { createClients } from "../../sandbox/plane/kubernetes/reports.ts";
import { type SandboxOptions, startSandbox } from "../../sandbox/mod.ts";
import { SEEDED, TROUBLES } from "../../sandbox/seed/mod.ts";
import { createTestClock } from "./plane/replay/test_clock.ts";

const START_MS = Date.parse("2026-03-01T12:00:00Z");
const OPEN = { auth: "open" } as const;

async function projectsOf(options: Partial<SandboxOptions>) {
  await using sandbox = await startSandbox({ ...OPEN, ...options });
  const client = createClient(ProjectService, sandbox.plane.transport);
  const { projects } = await client.listProjects({});
  return projects?.projects.map(({ id }) => id).toSorted();
}

const EVERYDAY = ["data-platform", "flytesnacks", "ml-prod"];

const SEEDS: [string, SandboxOptions["seeded"], string[]][] = [
  ["nothing is said", undefined, EVERYDAY],
  ["it is false", false, ["flytesnacks"]],
  ["it is true", true, EVERYDAY],
  ["troubles are asked for", { troubles: true }, [...EVERYDAY, "troubles"]],
  [
    "everything else is asked for",
    { everyday: false, hostile: true, actions: 10, logLines: 10 },
    ["flytesnacks", "hostile", "scale"],
  ],
];

for (const [when, seeded, projects] of SEEDS) {
  Deno.test(`startSandbox() has the projects of its seeds when ${when}`, async () => {
    const options = seeded === undefined ? {} : { seeded };
    assertEquals(await projectsOf(options), projects);
  });
}

Deno.test("startSandbox() executes what is created, and nothing that was seeded", async () => {
  const { now, sleep, advance } = createTestClock(START_MS);
  const clock = {
    now,
    sleep: (ms: number, signal?: AbortSignal) =>
      sleep(ms, signal ?? new AbortController().signal),
  };
  await using sandbox = await startSandbox({
    ...OPEN,
    clock,
    executor: true,
    seeded: { troubles: true },
  });
  const { runs } = createClients(sandbox.plane.transport);
  const phaseOf = async (
    run: { project: string; domain: string; name: string },
  ) => {
    const { details } = await runs.getRunDetails({ runId: { ...run } });
    return details?.action?.status?.phase;
  };
  const mine = { ...SEEDED.runs.running, name: "mine" };
  const taskId = {
    project: mine.project,
    domain: mine.domain,
    name: "etl.load_orders",
    version: "v2",
  };
  await runs.createRun({
    id: { case: "runId", value: mine },
    task: { case: "taskId", value: taskId },
  });
  let phase = await phaseOf(mine);
  for (let i = 0; i < 1_000 && phase !== ActionPhase.SUCCEEDED; i++) {
    advance(100);
    phase = await phaseOf(mine);
  }
  assertEquals(phase, ActionPhase.SUCCEEDED);
  assertEquals(await phaseOf(TROUBLES.neverEnqueued.run), ActionPhase.QUEUED);
  assertEquals(await phaseOf(SEEDED.runs.running), ActionPhase.RUNNING);
});

Deno.test("startSandbox() leaves runs queued without an executor", async () => {
  await using sandbox = await startSandbox(OPEN);
  const { runs } = createClients(sandbox.plane.transport);
  const runId = { ...SEEDED.runs.running, name: "mine" };
  await runs.createRun({
    id: { case: "runId", value: runId },
    task: { case: "taskSpec", value: { shortName: "x" } },
  });
  const { details } = await runs.getRunDetails({ runId });
  assertEquals(details?.action?.status?.phase, ActionPhase.QUEUED);
});

Deno.test("startSandbox() has apps in every state, through its ingress too", async () => {
  await using sandbox = await startSandbox({ ...OPEN, without: [] });
  const client = createClient(AppService, sandbox.plane.transport);
  const { apps } = await client.list({});
  assertEquals(
    apps.map(({ metadata }) => metadata?.id?.name).toSorted(),
    Object.values(SEEDED.apps).map(({ name }) => name).toSorted(),
  );
  const states = apps.map(({ status }) =>
    status?.conditions[0]?.deploymentStatus
  );
  assert(new Set(states).size === 4, states.join());
  const answer = await fetch(
    `${sandbox.endpoint}/flyteidl2.app.AppService/List`,
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    },
  );
  assertEquals((await answer.json()).apps.length, apps.length);
});
