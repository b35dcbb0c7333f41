/** Apps a page at a time, by name within what is looked at. */
import { assert, assertEquals } from "@std/assert";
import { Status_DeploymentStatus as DeploymentStatus } from "../../idl/flyteidl2/app/app_definition_pb.ts";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { type Called, connectServer, type TestServer } from "../harness.ts";
import { appOf, serveApps } from "./app_bed.ts";
import { openSeeded, serveFlyte } from "./beds.ts";

const SNACKS = { project: "flytesnacks" };
const PD = { project: "p", domain: "d" };

function namesOf({ data }: Called): string[] {
  return data.apps.map(({ name }: { name: string }) => name);
}

/** The names of each page, to the last one. */
async function readPages(
  { call }: TestServer,
  args: Record<string, unknown>,
): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const called: Called = await call("list_apps", {
      ...args,
      ...cursor && { cursor },
    });
    assertEquals(called.data.status, "ok", called.text);
    assertEquals(called.data.counts === null, cursor !== null);
    pages.push(namesOf(called));
    cursor = called.data.next_cursor;
  } while (cursor && pages.length < 50);
  return pages;
}

/** So many names, in the order of the alphabet. */
function many(count: number): string[] {
  return Array.from(
    { length: count },
    (_, at) => `app-${String(at).padStart(4, "0")}`,
  );
}

for (
  const [count, limit, sizes] of [
    [1, 25, [1]],
    [26, 25, [25, 1]],
    // Flyte gives 100 at a time, of which five pages make one window.
    [501, 100, [...Array(5).fill(100), 1]],
    [250, 100, [100, 100, 50]],
  ] as const
) {
  Deno.test(`list_apps gives ${count} in pages of ${sizes}`, async () => {
    const names = many(count);
    // Flyte has an order of its own.
    const apps = names.toReversed().map((name) => appOf(name));
    await using flyte = await serveApps(apps);
    await using server = await connectServer(flyte.url, {
      env: { FLYTE_MCP_MAX_RESULT_BYTES: "65536" },
    });
    const pages = await readPages(server, { ...PD, limit });
    assertEquals(pages.map(({ length }) => length), [...sizes]);
    assertEquals(pages.flat().toSorted(), names);
  });
}

Deno.test("list_apps counts what it has looked at, and says that there is more", async () => {
  await using flyte = await serveApps(many(600).map((name) => appOf(name)));
  await using server = await connectServer(flyte.url);
  const { data } = await server.call("list_apps", { ...PD, limit: 1 });
  assertEquals(data.counts, {
    ...{ total: 500, by_status: { active: 500 }, complete: false },
  });
  assertEquals(flyte.asked.length, 5);
});

Deno.test("list_apps cuts a page that is too large, and goes on with the rest", async () => {
  const names = many(60);
  const apps = names.map((name) =>
    appOf(name, "FAILED", {
      status: {
        conditions: [{
          deploymentStatus: DeploymentStatus.FAILED,
          message: "ж".repeat(3000),
        }],
      },
    })
  );
  await using flyte = await serveApps(apps);
  await using server = await connectServer(flyte.url);
  const pages = await readPages(server, { ...PD, limit: 100 });
  assert(pages.length > 1);
  assertEquals(pages.flat(), names);
});

Deno.test("list_apps shows an app of which nothing is told, and ends with tokens that never do", async () => {
  await using flyte = await serveFlyte((router) =>
    router.service(AppService, {
      list: ({ request }) =>
        request?.token ? { token: "again" } : { apps: [{}], token: "again" },
    })
  );
  await using server = await connectServer(flyte.url);
  assertEquals(await readPages(server, PD), [[""]]);
});

Deno.test("list_apps refuses a cursor of another question", async () => {
  await using bed = await openSeeded();
  const first = await bed.call("list_apps", { ...SNACKS, limit: 1 });
  const { data } = await bed.call("list_apps", {
    ...{ ...SNACKS, query: "x", cursor: first.data.next_cursor },
  });
  assertEquals(data.error.code, "invalid_argument");
});
