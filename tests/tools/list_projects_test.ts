import { assert, assertEquals, assertMatch } from "@std/assert";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Sort_Direction } from "../../idl/flyteidl2/common/list_pb.ts";
import {
  type ListProjectsRequest,
  type ProjectSchema,
  ProjectService,
  ProjectState,
} from "../../idl/flyteidl2/project/project_service_pb.ts";
import { connectServer, type TestServer } from "../harness.ts";
import { openEmpty, openSeeded, serveFlyte } from "./beds.ts";
import { plantingIn } from "./planting.ts";

type ProjectInit = MessageInitShape<typeof ProjectSchema>;

/** An empty plane with this many projects, `flytesnacks` among them. */
async function openWith(count: number) {
  const bed = await openEmpty();
  const { projects } = plantingIn(bed.sandbox.plane);
  for (let at = 1; at < count; at++) {
    const id = `p-${String(at).padStart(3, "0")}`;
    await projects.createProject({ project: { id, name: `Project ${at}` } });
  }
  return bed;
}

/** The ids of each page, to the last one. */
async function readPages(
  { call }: TestServer,
  args: Record<string, unknown> = {},
): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const { data, text }: Awaited<ReturnType<typeof call>> = await call(
      "list_projects",
      { ...args, ...(cursor && { cursor }) },
    );
    assertEquals(data.status, "ok", text);
    pages.push(data.projects.map(({ id }: { id: string }) => id));
    cursor = data.next_cursor;
  } while (cursor && pages.length < 50);
  return pages;
}

/** A Flyte with these projects, in pages as it is asked for them. */
async function serveProjects(all: readonly ProjectInit[]) {
  const asked: ListProjectsRequest[] = [];
  const flyte = await serveFlyte((router) =>
    router.service(ProjectService, {
      listProjects(request) {
        asked.push(request);
        const from = Number(request.token || 0);
        const end = from + request.limit;
        const projects = all.slice(from, end);
        // The real one gives a token whenever the page is full.
        const token = projects.length === request.limit ? String(end) : "";
        return { projects: { projects: [...projects], token } };
      },
    })
  );
  return { ...flyte, asked };
}

Deno.test("list_projects shows the seeded projects with the domains of all", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("list_projects");
  assertEquals(data, {
    status: "ok",
    projects: [
      {
        id: "data-platform",
        name: "Data platform",
        description: data.projects[0].description,
      },
      { id: "flytesnacks", name: "flytesnacks", description: null },
      {
        id: "ml-prod",
        name: "ML production",
        description: data.projects[2].description,
      },
    ],
    domains: ["development", "production", "staging"],
    next_cursor: null,
  });
  assertMatch(data.projects[0].description, /Loading and cleaning\./);
  assertMatch(data.projects[2].description, /forecasts that customers see\./);
  assertMatch(text, /^3 active projects\.\n/);
});

for (
  const [query, ids] of [
    ["ML-PROD", ["ml-prod"]],
    ["production", ["ml-prod"]],
    ["LOADING and", ["data-platform"]],
    ["AT", ["data-platform", "ml-prod"]],
    ["fly", ["flytesnacks"]],
    ["", ["data-platform", "flytesnacks", "ml-prod"]],
    ["no such thing", []],
    ["%", []],
  ] as const
) {
  Deno.test(`list_projects finds "${query}" in id, name or description`, async () => {
    await using bed = await openSeeded();
    const { data } = await bed.call("list_projects", { query });
    const found = data.projects.map(({ id }: { id: string }) => id);
    assertEquals(found, [...ids]);
  });
}

Deno.test("list_projects says what it looked for where there is nothing", async () => {
  await using bed = await openSeeded();
  const { data, text, isError } = await bed.call("list_projects", {
    query: "no\nsuch",
    state: "archived",
  });
  assertEquals(isError, false);
  assertEquals(data.projects, []);
  assertEquals(data.domains, []);
  assertMatch(text, /^No archived projects match "no such"\.\n/);
});

for (
  const [count, sizes] of [
    [1, [1]],
    [25, [25]],
    [26, [25, 1]],
    [50, [25, 25]],
    [51, [25, 25, 1]],
  ] as const
) {
  Deno.test(`list_projects gives ${count} in pages of ${sizes}`, async () => {
    await using bed = await openWith(count);
    const pages = await readPages(bed);
    assertEquals(pages.map(({ length }) => length), [...sizes]);
    const ids = pages.flat();
    assertEquals(new Set(ids).size, count);
    assertEquals(ids, ids.toSorted());
  });
}

Deno.test("list_projects pages through what a query found, as large as asked", async () => {
  await using bed = await openWith(20);
  const pages = await readPages(bed, { query: "PROJECT 1", limit: 4 });
  assertEquals(pages.map(({ length }) => length), [4, 4, 3]);
  const { text } = await bed.call("list_projects", { limit: 4 });
  assertMatch(text, /^20 active projects, 4 of them here\./);
});

Deno.test("list_projects takes another page size with the same cursor", async () => {
  await using bed = await openWith(6);
  const first = await bed.call("list_projects", { limit: 2 });
  const { data } = await bed.call("list_projects", {
    limit: 10,
    cursor: first.data.next_cursor,
  });
  assertEquals(data.projects.length, 4);
});

Deno.test("list_projects shows archived projects only with state", async () => {
  await using bed = await openWith(3);
  const { projects } = plantingIn(bed.sandbox.plane);
  const archived = { id: "p-001", name: "Old", state: ProjectState.ARCHIVED };
  await projects.updateProject({ project: archived });
  const idsOf = async (args: Record<string, unknown>) => {
    const { data } = await bed.call("list_projects", args);
    return data.projects.map((
      { id, state }: { id: string; state?: string },
    ) => [id, state]);
  };
  assertEquals(await idsOf({}), [["flytesnacks", undefined], [
    "p-002",
    undefined,
  ]]);
  assertEquals(await idsOf({ state: "archived" }), [["p-001", "archived"]]);
  assertEquals(await idsOf({ state: "all" }), [
    ["flytesnacks", "active"],
    ["p-001", "archived"],
    ["p-002", "active"],
  ]);
});

Deno.test("list_projects says domains once while all projects have the same", async () => {
  const domains = [{ id: "development" }, { id: "production" }];
  await using flyte = await serveProjects([
    { id: "a", domains },
    { id: "b", domains },
  ]);
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_projects");
  assertEquals(data.domains, ["development", "production"]);
  assertEquals("domains" in data.projects[0], false);
});

Deno.test("list_projects says the domains of each project where they differ", async () => {
  await using flyte = await serveProjects([
    { id: "a", domains: [{ id: "development" }] },
    { id: "b", domains: [{ id: "development" }, { id: "production" }] },
    { id: "c" },
  ]);
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_projects");
  assertEquals(data.domains, null);
  assertEquals(
    data.projects.map(({ domains }: { domains: string[] }) => domains),
    [["development"], ["development", "production"], []],
  );
});

/** So many projects, each with an id of its own. */
function many(count: number): ProjectInit[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `p-${String(at).padStart(5, "0")}`,
  }));
}

Deno.test("list_projects says that it looked at the first 1,000 of more", async () => {
  await using flyte = await serveProjects(many(1250));
  await using server = await connectServer(flyte.url);
  const { data, text } = await server.call("list_projects");
  assertEquals(data.only_first, 1000);
  assertEquals(data.projects.length, 25);
  assertMatch(text, /^1000 active projects among the first 1000, 25 of them/);
});

Deno.test("list_projects has seen all where there are 1,000", async () => {
  await using flyte = await serveProjects(many(1000));
  await using server = await connectServer(flyte.url);
  const { data, text } = await server.call("list_projects");
  assertEquals("only_first" in data, false);
  assertMatch(text, /^1000 active projects, 25 of them here/);
});

Deno.test("list_projects ends with a server whose tokens never do", async () => {
  let calls = 0;
  await using flyte = await serveFlyte((router) =>
    router.service(ProjectService, {
      listProjects() {
        calls++;
        const projects = [{ id: "a" }, { id: "b" }];
        return { projects: { projects, token: "again" } };
      },
    })
  );
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_projects");
  assertEquals(data.projects.length, 2);
  assertEquals(data.next_cursor, null);
  assert(calls <= 3, `${calls} calls`);
});

Deno.test("list_projects sends its order, and filters only by state", async () => {
  await using flyte = await serveProjects([{ id: "a" }]);
  await using server = await connectServer(flyte.url, {
    env: { FLYTE_ORG: "acme" },
  });
  for (const state of ["active", "archived", "all"]) {
    await server.call("list_projects", { state, query: "x" });
  }
  const sent = flyte.asked.map(({ filters }) => filters);
  assertEquals(sent, [
    "",
    "value_in(state,1;3)",
    "value_in(state,0;1;2;3)",
  ]);
  for (const { sortBy, org } of flyte.asked) {
    assertEquals(sortBy?.key, "identifier");
    assertEquals(sortBy?.direction, Sort_Direction.ASCENDING);
    assertEquals(org, "acme");
  }
});

for (const args of [{ query: "project" }, { state: "all" }, {}]) {
  Deno.test(`list_projects refuses a cursor of another question: ${JSON.stringify(args)}`, async () => {
    await using bed = await openWith(5);
    const first = await bed.call("list_projects", { limit: 2, query: "p-" });
    const { data, isError } = await bed.call("list_projects", {
      ...args,
      cursor: first.data.next_cursor,
    });
    assertEquals(isError, true);
    assertEquals(data.error.code, "invalid_argument");
    assertMatch(data.error.next_step, /^Pass a cursor as it was given/);
  });
}

for (
  const cursor of ["", "2", "not base64!", "e30", "bnVsbA", "A".repeat(99)]
) {
  Deno.test(`list_projects refuses a cursor that is none: "${cursor}"`, async () => {
    await using bed = await openSeeded();
    const { data } = await bed.call("list_projects", { cursor });
    assertEquals(data.error.code, "invalid_argument");
  });
}

Deno.test("list_projects refuses the cursor of list_runs", async () => {
  await using bed = await openSeeded();
  const runs = await bed.call("list_runs", {
    project: "flytesnacks",
    limit: 1,
  });
  const { data } = await bed.call("list_projects", {
    cursor: runs.data.next_cursor,
  });
  assertEquals(data.error.code, "invalid_argument");
});

Deno.test("list_projects leaves out and repeats nothing when projects are made between two pages", async () => {
  await using bed = await openEmpty();
  const { projects } = plantingIn(bed.sandbox.plane);
  const make = (id: string) =>
    projects.createProject({ project: { id, name: id } });
  for (const id of ["bears", "cats", "dogs"]) await make(id);
  const first = await bed.call("list_projects", { limit: 2 });
  await make("ants");
  const cursor = first.data.next_cursor;
  const second = await bed.call("list_projects", { limit: 2, cursor });
  const shown = [first, second].flatMap(({ data }) =>
    data.projects.map(({ id }: { id: string }) => id)
  );
  const known = ["bears", "cats", "dogs"];
  assertEquals(shown.filter((id) => known.includes(id)), known);
});
