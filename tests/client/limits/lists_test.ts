/** Lists behind limits: what Flyte is asked for, and what is left of it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { Filter_Function } from "../../../idl/flyteidl2/common/list_pb.ts";
import { ProjectService } from "../../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretService } from "../../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskService } from "../../../idl/flyteidl2/task/task_service_pb.ts";
import {
  type ListRunsRequest,
  RunService,
} from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { ToolError } from "../../../src/errors.ts";
import { flyteWith, limited, only } from "./bed.ts";

function filtersOf({ request }: ListRunsRequest) {
  return (request?.filters ?? []).map((filter) => [
    Filter_Function[filter.function],
    filter.field,
    ...filter.values,
  ]);
}

for (
  const { title, limits, scope, filters } of [
    {
      title: "one project, everywhere",
      limits: only("projects", "p"),
      scope: { case: "org", value: "" },
      filters: [["EQUAL", "project", "p"]],
    },
    {
      title: "two projects and a domain, everywhere",
      limits: {
        ...only("projects", "p", "q"),
        domains: { value: ["d"], source: "" },
      },
      scope: { case: "org", value: "" },
      filters: [["VALUE_IN", "project", "p", "q"], ["EQUAL", "domain", "d"]],
    },
    {
      title: "a project, within it",
      limits: only("projects", "p"),
      scope: { case: "projectId", value: { name: "p", domain: "d" } },
      filters: [],
    },
    {
      title: "tasks by name",
      limits: only("tasks", "a.b", "a.c"),
      scope: { case: "projectId", value: { name: "p", domain: "d" } },
      filters: [["VALUE_IN", "task_name", "a.b", "a.c"]],
    },
    {
      title: "tasks by one pattern",
      limits: only("tasks", "?.training.*"),
      scope: { case: "projectId", value: { name: "p", domain: "d" } },
      filters: [["CONTAINS", "task_name", ".training."]],
    },
    {
      title: "tasks by several patterns, which filters cannot say",
      limits: only("tasks", "a.*", "b.*"),
      scope: { case: "projectId", value: { name: "p", domain: "d" } },
      filters: [],
    },
    {
      title: "a pattern that Flyte would take for an escape",
      limits: only("tasks", "a\\b*"),
      scope: { case: "projectId", value: { name: "p", domain: "d" } },
      filters: [],
    },
  ] as const
) {
  Deno.test(`a list is narrowed by Flyte's own filters: ${title}`, async () => {
    const { transport, listed } = flyteWith(["none"]);
    const runs = createClient(RunService, limited(transport, limits));
    await runs.listRuns({ scopeBy: scope });
    assertEquals(
      filtersOf(listed[0] ?? fail()),
      filters.map((one) => [...one]),
    );
  });
}

function fail(): never {
  throw new Error("Flyte was not asked");
}

Deno.test("a list goes on until a page has something to show", async () => {
  const { transport, listed } = flyteWith(["b.x", "b.y", "a.z", "a.w"]);
  const limits = only("tasks", "a.*", "c.*");
  const runs = createClient(RunService, limited(transport, limits));
  const page = await runs.listRuns({
    scopeBy: { case: "projectId", value: { name: "p", domain: "d" } },
    request: { limit: 1 },
  });
  assertEquals([page.runs.length, page.token], [1, "3"]);
  const asked = listed.map(({ request }) => [request?.token, request?.limit]);
  assertEquals(asked, [["", 1], ["1", 200], ["2", 200]]);
});

Deno.test("a list of secrets goes on in each cluster where it stopped", async () => {
  const asked: unknown[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(SecretService, {
      listSecrets({ token, perClusterTokens }) {
        asked.push([token, { ...perClusterTokens }]);
        const id = { name: "s", project: token ? "ours" : "theirs" };
        const more = { token: "2", perClusterTokens: { c1: "x" } };
        return { secrets: [{ id }], ...token ? {} : more };
      },
    });
  });
  const limits = only("projects", "ours");
  const secrets = createClient(SecretService, limited(transport, limits));
  const page = await secrets.listSecrets({});
  assertEquals(page.secrets.length, 1);
  assertEquals(asked, [["", {}], ["2", { c1: "x" }]]);
});

Deno.test("a list does not go on for ever", async () => {
  const { transport, listed } = flyteWith(
    Array.from({ length: 50 }, () => "b"),
  );
  const runs = createClient(
    RunService,
    limited(transport, only("tasks", "a.*", "c.*")),
  );
  const page = await runs.listRuns({});
  assertEquals([page.runs.length, page.token, listed.length], [0, "10", 10]);
});

Deno.test("a filter that names what is not allowed is refused", async () => {
  const { transport, listed } = flyteWith(["a"]);
  for (
    const { what, field } of [
      { what: "projects", field: "project" },
      { what: "domains", field: "domain" },
      { what: "tasks", field: "task_name" },
    ] as const
  ) {
    const runs = createClient(
      RunService,
      limited(transport, only(what, "ours")),
    );
    const filters = [{
      function: Filter_Function.EQUAL,
      field,
      values: ["theirs"],
    }];
    const error = await assertRejects(
      () => runs.listRuns({ request: { filters } }),
      ToolError,
    );
    assertEquals(error.code, "permission_denied");
    assert(
      error.message.includes(
        `"theirs" is not allowed here (--allowed-${what})`,
      ),
      error.message,
    );
  }
  assertEquals(listed, []);
});

Deno.test("totals that count what is not shown are not told", async () => {
  const transport = createRouterTransport(({ service }) => {
    service(TaskService, {
      listTasks: () => ({ metadata: { total: 90, filteredTotal: 80 } }),
    });
  });
  const tasks = createClient(
    TaskService,
    limited(transport, only("tasks", "a")),
  );
  const { metadata } = await tasks.listTasks({});
  assertEquals(metadata, undefined);
});

for (
  const [projects, filters, sent] of [
    [["p"], "", "eq(identifier,p)+ne(state,1)"],
    [["p", "q"], "", "value_in(identifier,p;q)+ne(state,1)"],
    [["p"], "value_in(state,1;3)", "eq(identifier,p)+value_in(state,1;3)"],
    [["p)+ne(state,9"], "", ""],
  ] as const
) {
  Deno.test(`projects ${projects} of "${filters}" are asked for as "${sent}"`, async () => {
    const asked: string[] = [];
    const transport = createRouterTransport(({ service }) => {
      service(ProjectService, {
        listProjects(question) {
          asked.push(question.filters);
          return {};
        },
      });
    });
    const limits = only("projects", ...projects);
    const client = createClient(ProjectService, limited(transport, limits));
    await client.listProjects({ filters });
    assertEquals(asked, [sent]);
  });
}
