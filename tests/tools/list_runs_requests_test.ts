/** What list_runs and get_run ask Flyte, which refuses much of what the IDL allows. */
import { assert, assertEquals } from "@std/assert";
import { createClient } from "@connectrpc/connect";
import {
  Filter_Function,
  Sort_Direction,
} from "../../idl/flyteidl2/common/list_pb.ts";
import {
  type ListActionsRequest,
  type ListRunsRequest,
  RunService,
} from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { connectServer } from "../harness.ts";
import { openSeeded, serveFlyte } from "./beds.ts";

/** The seeded plane behind something that writes down what is asked. */
async function openRecorded(env: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack();
  const { plane } = stack.use(await openSeeded());
  const runs = createClient(RunService, plane.transport);
  const asked: (ListRunsRequest | ListActionsRequest)[] = [];
  const flyte = stack.use(
    await serveFlyte((router) =>
      router.service(RunService, {
        listRuns(request) {
          asked.push(request);
          return runs.listRuns(request);
        },
        listActions(request) {
          asked.push(request);
          return runs.listActions(request);
        },
        getRunDetails: (request) => runs.getRunDetails(request),
        getActionDetails: (request) => runs.getActionDetails(request),
        watchActions: (request, { signal }) =>
          runs.watchActions(request, { signal }),
      })
    ),
  );
  const server = stack.use(await connectServer(flyte.url, { env }));
  return {
    ...server,
    asked,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Functions and columns that the real services were seen to take, or whose code does. */
const TAKEN: Record<string, readonly Filter_Function[]> = {
  phase: [Filter_Function.EQUAL, Filter_Function.VALUE_IN],
  created_at: [
    Filter_Function.GREATER_THAN_OR_EQUAL,
    Filter_Function.LESS_THAN,
  ],
  ended_at: [
    Filter_Function.GREATER_THAN_OR_EQUAL,
    Filter_Function.LESS_THAN,
  ],
  duration_ms: [Filter_Function.GREATER_THAN],
  project: [Filter_Function.EQUAL],
  domain: [Filter_Function.EQUAL],
  task_name: [Filter_Function.EQUAL, Filter_Function.ENDS_WITH],
  task_version: [Filter_Function.EQUAL],
  trigger_name: [Filter_Function.EQUAL],
  created_by_subject: [Filter_Function.EQUAL, Filter_Function.VALUE_IN],
  run_name: [
    Filter_Function.EQUAL,
    Filter_Function.CONTAINS_CASE_INSENSITIVE,
  ],
};

function check(requests: readonly (ListRunsRequest | ListActionsRequest)[]) {
  for (const { request } of requests) {
    assert(request, "a list without a request has the server's own order");
    for (const { field, function: name, values } of request.filters) {
      const context = `${field} ${Filter_Function[name]} ${values}`;
      assert(TAKEN[field]?.includes(name), context);
      const isIn = name === Filter_Function.VALUE_IN;
      assertEquals(
        isIn ? values.length > 1 : values.length === 1,
        true,
        context,
      );
    }
    assertEquals(request.rawFilters, []);
    assert(request.limit >= 1 && request.limit <= 200, `${request.limit}`);
    const [sort] = request.sortByFields;
    assert(["created_at", "ended_at"].includes(sort?.key ?? ""));
  }
}

Deno.test("list_runs sends only what the real services take, whatever is asked", async () => {
  await using server = await openRecorded();
  const scope = { project: "flytesnacks" };
  for (
    const args of [
      {},
      { phases: ["failed"] },
      { phases: ["failed", "failed"] },
      { phases: ["failed", "timed_out"] },
      { since: "24h", task: "train_model", phases: ["failed"] },
      { since: "2026-01-01", task: "training.train_model" },
      { task: "nope", since: "24h", phases: ["failed", "queued"] },
      { limit: 100 },
      { limit: 1 },
      { until: "1h", query: "train", version: "v3" },
      { time_field: "ended", since: "24h", until: "1m" },
      { phases: ["failed", "aborted"], longer_than: "10s" },
      { longer_than: "10s" },
      { started_by: "ada@example.com" },
      { started_by: "nobody", trigger: "nightly", paused_only: true },
      { domain: "*", phases: ["failed"] },
      { project: "*" },
      { project: "*", domain: "*", task: "nope" },
    ]
  ) {
    const { data, text } = await server.call("list_runs", {
      ...scope,
      ...args,
    });
    assertEquals(data.status, "ok", text);
    if (!data.next_cursor) continue;
    const cursor = data.next_cursor;
    await server.call("list_runs", { ...scope, ...args, cursor });
  }
  check(server.asked);
  for (const { request } of server.asked) {
    const [sort] = request?.sortByFields ?? [];
    assertEquals(sort?.direction, Sort_Direction.DESCENDING);
  }
});

Deno.test("get_run sends only what the real services take", async () => {
  await using server = await openRecorded();
  for (const run of ["train-weekly", "release-approval", "x'; DROP TABLE--"]) {
    await server.call("get_run", { run });
  }
  assert(server.asked.length >= 4);
  check(server.asked);
});

Deno.test("list_runs asks in the scope's project, domain and organization", async () => {
  await using server = await openRecorded({ FLYTE_ORG: "acme" });
  await server.call("list_runs", { project: "ml-prod", domain: "production" });
  const [asked] = server.asked;
  assert(asked?.$typeName === "flyteidl2.workflow.ListRunsRequest");
  assert(asked.scopeBy.case === "projectId");
  const { organization, name, domain } = asked.scopeBy.value;
  assertEquals([organization, name, domain], ["acme", "ml-prod", "production"]);
});

Deno.test("list_runs asks once for a page that has runs", async () => {
  await using server = await openRecorded();
  await server.call("list_runs", {
    project: "flytesnacks",
    phases: ["failed"],
  });
  assertEquals(server.asked.length, 1);
});
