import { assertEquals, assertMatch } from "@std/assert";
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Filter_Function,
  Sort_Direction,
} from "../../idl/flyteidl2/common/list_pb.ts";
import type { TaskSchema } from "../../idl/flyteidl2/task/task_definition_pb.ts";
import {
  type ListTasksRequest,
  TaskService,
} from "../../idl/flyteidl2/task/task_service_pb.ts";
import { type Called, connectServer, type TestServer } from "../harness.ts";
import { openEmpty, openSeeded, serveFlyte } from "./beds.ts";
import { plantTask } from "./task_bed.ts";

const SNACKS = { project: "flytesnacks" };

const PLACE = { project: "p", domain: "d" };

function namesOf({ data }: Called): string[] {
  return data.tasks.map(({ name }: { name: string }) => name);
}

/** The names of each page, to the last one. */
async function readPages(
  { call }: TestServer,
  args: Record<string, unknown> = {},
): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const called: Called = await call("list_tasks", {
      ...SNACKS,
      ...args,
      ...cursor && { cursor },
    });
    assertEquals(called.data.status, "ok", called.text);
    pages.push(namesOf(called));
    cursor = called.data.next_cursor;
  } while (cursor && pages.length < 50);
  return pages;
}

/** A Flyte with these tasks, which heeds no filter. */
async function serveTasks(
  all: readonly MessageInitShape<typeof TaskSchema>[],
  entryPoints: readonly string[] = [],
) {
  const asked: ListTasksRequest[] = [];
  const flyte = await serveFlyte((router) =>
    router.service(TaskService, {
      listTasks(request) {
        asked.push(request);
        const { limit = 50, token = "" } = request.request ?? {};
        const from = Number(token || 0);
        const tasks = all.slice(from, from + limit);
        const next = tasks.length === limit ? String(from + limit) : "";
        return { tasks, token: next };
      },
      getTaskDetails({ taskId }) {
        const isEntrypoint = entryPoints.includes(taskId?.name ?? "");
        const taskTemplate = { metadata: { isEntrypoint } };
        return { details: { spec: { taskTemplate } } };
      },
    })
  );
  return { ...flyte, asked };
}

/** So many tasks, by name in order. */
function many(count: number): { taskId: { name: string } }[] {
  return Array.from({ length: count }, (_, at) => ({
    taskId: { name: `env.task_${String(at).padStart(3, "0")}` },
  }));
}

Deno.test("list_tasks shows tasks in their latest versions, by name", async () => {
  await using bed = await openSeeded();
  const called = await bed.call("list_tasks", SNACKS);
  assertEquals(called.data.scope, {
    project: "flytesnacks",
    domain: "development",
    source: "argument",
  });
  assertEquals(namesOf(called), [
    "etl.load_orders",
    "training.fine_tune",
    "training.fit_shard",
    "training.train_model",
  ]);
  const [orders, fine] = called.data.tasks;
  assertEquals(orders.version, "v2");
  assertMatch(orders.description, /^<<data-\w+ Load the orders of one day/);
  assertMatch(orders.deployed_at, /^\d{4}-.*Z$/);
  assertEquals([fine.description, fine.triggers], [null, null]);
  assertMatch(called.text, /^4 tasks of flytesnacks\/development, by name\.\n/);
});

Deno.test("list_tasks counts the triggers of a task", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_tasks", {
    project: "ml-prod",
    domain: "production",
    query: "FORECAST.daily",
  });
  assertEquals(data.tasks.length, 1);
  assertEquals(data.tasks[0].triggers, { total: 1, active: 1 });
});

for (
  const [query, names] of [
    ["fit", ["training.fit_shard"]],
    ["FIT_", ["training.fit_shard"]],
    ["g.f", ["training.fine_tune", "training.fit_shard"]],
    // Flyte itself would take these two for wildcards.
    ["fit.shard", []],
    ["g_f", []],
    ["%", []],
    ["nope", []],
  ] as const
) {
  Deno.test(`list_tasks finds ${names.length} by the name "${query}"`, async () => {
    await using bed = await openSeeded();
    const called = await bed.call("list_tasks", { ...SNACKS, query });
    assertEquals(namesOf(called), [...names]);
    const isEmpty = names.length === 0;
    assertEquals(
      called.data.empty_because,
      isEmpty ? `no task's name contains "${query}"` : null,
    );
  });
}

Deno.test("list_tasks of a project without tasks says so", async () => {
  await using bed = await openEmpty();
  for (const query of [undefined, "x"]) {
    const { data, text } = await bed.call("list_tasks", {
      ...SNACKS,
      ...query && { query },
    });
    assertEquals(data.tasks, []);
    assertMatch(data.empty_because, /^this project and domain have no tasks/);
    assertMatch(text, /^No tasks in flytesnacks\/development: this project/);
  }
});

Deno.test("list_tasks of a domain without tasks says which other one has some", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("list_tasks", { project: "ml-prod" });
  assertEquals(data.tasks, []);
  assertMatch(text, /no tasks at all; there are some in the domain production/);
});

Deno.test("list_tasks says nothing of other domains where they cannot be read", async () => {
  await using bed = await openSeeded();
  const path = "ProjectService/GetProject";
  bed.ingress.faults.next(path, { kind: "drop" }, { times: 9 });
  const { data } = await bed.call("list_tasks", { project: "ml-prod" });
  assertMatch(data.empty_because, /no tasks at all; list_projects has/);
});

for (
  const [count, sizes] of [
    [1, [1]],
    [25, [25]],
    [26, [25, 1]],
    [51, [25, 25, 1]],
  ] as const
) {
  Deno.test(`list_tasks gives ${count} in pages of ${sizes}`, async () => {
    await using bed = await openEmpty();
    for (const { taskId } of many(count)) {
      await plantTask(bed.sandbox.plane, taskId);
    }
    const pages = await readPages(bed);
    // A full page has a token, so the last one may have nothing.
    const full = pages.filter(({ length }) => length > 0);
    assertEquals(full.map(({ length }) => length), [...sizes]);
    assertEquals(full.flat(), many(count).map(({ taskId }) => taskId.name));
  });
}

Deno.test("list_tasks cuts a page that is too large, and goes on with the rest", async () => {
  const description = "д".repeat(300);
  const tasks = many(100).map(({ taskId }) => ({
    taskId: { ...taskId, version: "v".repeat(200) },
    metadata: { shortDescription: description },
  }));
  await using flyte = await serveTasks(tasks);
  await using server = await connectServer(flyte.url);
  const pages = await readPages(server, { limit: 100 });
  assertEquals(pages.length > 2, true);
  assertEquals(pages.flat(), tasks.map(({ taskId }) => taskId.name));
});

Deno.test("list_tasks goes on after a page of which nothing may be shown", async () => {
  const last = { taskId: { ...PLACE, name: "train.last" } };
  const others = many(2500)
    .map(({ taskId }) => ({ taskId: { ...PLACE, ...taskId } }));
  await using flyte = await serveTasks([...others, last]);
  await using server = await connectServer(flyte.url, {
    // Flyte's filters can say one pattern, not two.
    env: { FLYTE_MCP_ALLOWED_TASKS: "train.*,tune.*" },
  });
  const [first] = await readPages(server, PLACE);
  assertEquals(first, []);
  const { data, text } = await server.call("list_tasks", PLACE);
  assertEquals(data.empty_because, "this page has none");
  assertMatch(text, /next_cursor has more/);
  assertEquals((await readPages(server, PLACE)).flat(), ["train.last"]);
});

Deno.test("list_tasks keeps the tasks that are marked as entry points, whatever Flyte heeds", async () => {
  const marked = ["env.task_003", "env.task_077", "env.task_120"];
  await using flyte = await serveTasks(many(150), marked);
  await using server = await connectServer(flyte.url);
  const pages = await readPages(server, { entry_points: true });
  assertEquals(pages, [["env.task_003", "env.task_077"], ["env.task_120"]]);
  const [first] = flyte.asked;
  assertEquals(first?.knownFilters.map(({ filterBy }) => filterBy), [
    { case: "isEntrypoint", value: true },
  ]);
});

Deno.test("list_tasks gives entry points a few at a time", async () => {
  const marked = many(7).map(({ taskId }) => taskId.name);
  await using flyte = await serveTasks(many(20), marked);
  await using server = await connectServer(flyte.url);
  const pages = await readPages(server, { entry_points: true, limit: 3 });
  assertEquals(pages.map(({ length }) => length), [3, 3, 1]);
  assertEquals(pages.flat(), marked);
});

Deno.test("list_tasks says that no task is marked as an entry point", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_tasks", {
    ...SNACKS,
    entry_points: true,
  });
  assertEquals(data.tasks, []);
  assertEquals(
    data.empty_because,
    "none of the 4 tasks looked at is marked as an entry point",
  );
});

Deno.test("list_tasks sends what the server takes, and the organization", async () => {
  await using flyte = await serveTasks(many(1));
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_ORG: "acme", FLYTE_PROJECT: "p", FLYTE_DOMAIN: "d" },
  });
  await server.call("list_tasks", { query: "task", limit: 7 });
  const [{ scopeBy, request, knownFilters } = {}] = flyte.asked;
  assertEquals(scopeBy?.case, "projectId");
  // The case was looked at.
  const { organization, name, domain } = scopeBy?.value as {
    organization: string;
    name: string;
    domain: string;
  };
  assertEquals([organization, name, domain], ["acme", "p", "d"]);
  assertEquals(request?.limit, 7);
  assertEquals(knownFilters, []);
  const [filter] = request?.filters ?? [];
  assertEquals(filter?.function, Filter_Function.CONTAINS_CASE_INSENSITIVE);
  assertEquals([filter?.field, filter?.values], ["name", ["task"]]);
  const [sort] = request?.sortByFields ?? [];
  assertEquals([sort?.key, sort?.direction], [
    "name",
    Sort_Direction.ASCENDING,
  ]);
});

Deno.test("list_tasks refuses a cursor of another question", async () => {
  await using bed = await openSeeded();
  const first = await bed.call("list_tasks", { ...SNACKS, limit: 1 });
  const { data } = await bed.call("list_tasks", {
    ...SNACKS,
    query: "x",
    cursor: first.data.next_cursor,
  });
  assertEquals(data.error.code, "invalid_argument");
});

Deno.test("list_tasks without a project says how to get one", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_tasks");
  assertEquals(data.error.code, "scope_missing");
});

Deno.test("list_tasks looks in one project and domain alone", async () => {
  await using bed = await openSeeded();
  const { data } = await bed.call("list_tasks", { project: "*", domain: "*" });
  assertEquals(data.error.code, "invalid_argument");
  assertMatch(data.error.message, /project and domain cannot be "\*"\.$/);
});

Deno.test("list_tasks shows a task of which nothing is told, and ends with tokens that never do", async () => {
  await using flyte = await serveFlyte((router) =>
    router.service(TaskService, {
      listTasks: ({ request }) =>
        request?.token ? { token: "again" } : { tasks: [{}], token: "again" },
    })
  );
  await using server = await connectServer(flyte.url);
  const pages = await readPages(server);
  assertEquals(pages, [[""], []]);
});
