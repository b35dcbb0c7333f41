/** list_runs over several domains and projects, and what other domains have. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Called } from "../harness.ts";
import { openSeeded } from "./beds.ts";

function namesOf({ data, text }: Called): string[] {
  assertEquals(data.status, "ok", text);
  return data.runs.map(({ name }: { name: string }) => name);
}

Deno.test("list_runs lists every domain, or everything, with where each run is", async () => {
  await using bed = await openSeeded();
  const wide = await bed.call("list_runs", { project: "ml-prod", domain: "*" });
  assertEquals(wide.data.scope.domain, "*");
  for (const run of wide.data.runs) {
    assertEquals([run.domain, "project" in run], ["production", false]);
  }
  const all = await bed.call("list_runs", {
    project: "*",
    domain: "*",
    query: "weekly",
  });
  const places = all.data.runs.map((
    { project, domain }: { project: string; domain: string },
  ) => `${project}/${domain}`);
  assertEquals(places.toSorted(), [
    "flytesnacks/development",
    "ml-prod/production",
  ]);
  const some = await bed.call("list_runs", {
    project: "*",
    domain: "production",
    limit: 100,
  });
  assertEquals(namesOf(some).length, 4);
});

Deno.test("list_runs pages through runs of one name in several projects", async () => {
  await using bed = await openSeeded();
  const args = { project: "*", domain: "*", query: "weekly", limit: 1 };
  const first = await bed.call("list_runs", args);
  const second = await bed.call("list_runs", {
    ...args,
    cursor: first.data.next_cursor,
  });
  const [one, other] = [first.data.runs[0], second.data.runs[0]];
  assertEquals([one.name, other.name], ["train-weekly", "train-weekly"]);
  assert(one.project !== other.project);
  assertEquals(second.data.next_cursor, null);
});

Deno.test("list_runs says what the same question finds in other domains", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("list_runs", {
    project: "ml-prod",
    domain: "development",
    phases: ["timed_out"],
  });
  assertEquals(data.runs, []);
  assertEquals(data.in_other_domains, [{ domain: "production", runs: 1 }]);
  assertMatch(
    text,
    /^No runs in ml-prod\/development: .*; the same question finds 1 in production\.\n/,
  );
  const none = await bed.call("list_runs", {
    project: "ml-prod",
    domain: "development",
    phases: ["recovered"],
  });
  assertEquals(none.data.in_other_domains, []);
});
