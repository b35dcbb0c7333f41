/** Secrets a page at a time, each once and none left out. */
import { assert, assertEquals } from "@std/assert";
import { connectServer } from "../harness.ts";
import { openSeeded } from "./beds.ts";
import { readPages, secret, serveSecrets } from "./secret_bed.ts";

const SNACKS = { project: "flytesnacks" };
const PD = { project: "p", domain: "d" };

Deno.test("list_secrets leaves out what a wildcard brings along, and shows nothing twice", async () => {
  const all = [
    ...[secret("mine"), secret("of-q", "q"), secret("far", "p", "e")],
    ...[secret("all-d", "", "d"), secret("all-e", "", "e")],
    ...[secret("everybody", "", ""), secret("everybody", "", "")],
  ];
  await using flyte = await serveSecrets(() => ({ secrets: all }));
  await using server = await connectServer(flyte.url);
  assertEquals(await readPages(server, PD), [[
    ...["project mine", "domain all-d", "organization everybody"],
  ]]);
});

for (const limit of [1, 7, 50]) {
  Deno.test(`list_secrets gives all of them, ${limit} a page`, async () => {
    const names = Array.from({ length: 120 }, (_, at) => `s-${1000 + at}`);
    const all = names.toReversed().map((name) => secret(name));
    await using flyte = await serveSecrets(({ project, token, limit }) => {
      if (project === "") return {};
      const from = Number(token);
      const end = from + Math.min(limit, 40);
      return {
        secrets: all.slice(from, end),
        token: end < all.length ? String(end) : "",
      };
    });
    await using server = await connectServer(flyte.url);
    const some = { ...PD, limit, ...limit === 1 && { query: "s-100" } };
    const pages = await readPages(server, some);
    const wanted = names.filter((name) => limit > 1 || name < "s-1010");
    assertEquals(pages.flat(), wanted.map((name) => `project ${name}`));
    for (const page of pages) assert(page.length <= limit);
  });
}

Deno.test("list_secrets shows nothing twice over many pages of a Flyte that takes nothing for anything", async () => {
  const all = Array.from({ length: 60 }, (_, at) => secret(`s-${100 + at}`));
  all.push(secret("everybody", "", ""));
  await using flyte = await serveSecrets(({ token }) => {
    const end = Number(token) + 5;
    return {
      secrets: all.slice(Number(token), end),
      token: end < all.length ? String(end) : "",
    };
  });
  await using server = await connectServer(flyte.url);
  const shown = (await readPages(server, PD)).flat();
  assertEquals(shown.length, new Set(shown).size);
  assertEquals(shown.length, 61);
});

Deno.test("list_secrets goes on on each cluster by its own token", async () => {
  const long = "t".repeat(300);
  const clusters = Array.from({ length: 8 }, (_, at) => [`c${at}`, long]);
  const tokens = Object.fromEntries(clusters);
  let calls = 0;
  await using flyte = await serveSecrets(({ project }) => {
    if (project === "") return {};
    calls++;
    return {
      secrets: [secret(`s-${calls}`)],
      ...calls < 8 && {
        perClusterTokens: { ...tokens, c0: `${long}${calls}` },
      },
    };
  });
  await using server = await connectServer(flyte.url);
  const pages = await readPages(server, PD);
  assertEquals(pages.map(({ length }) => length), [5, 3]);
  const [, second] = flyte.asked;
  assertEquals(second?.perClusterTokens.c7, long);
});

Deno.test("list_secrets cuts a page that is too large, and goes on with the rest", async () => {
  const names = Array.from(
    { length: 90 },
    (_, at) => `${100 + at}-${"n".repeat(180)}`,
  );
  await using flyte = await serveSecrets(({ project }) => ({
    secrets: project === "" ? [] : names.map((name) => secret(name)),
  }));
  await using server = await connectServer(flyte.url);
  const pages = await readPages(server, { ...PD, limit: 100 });
  assert(pages.length > 1);
  assertEquals(pages.flat(), names.map((name) => `project ${name}`));
});

Deno.test("list_secrets ends with tokens that never do", async () => {
  await using flyte = await serveSecrets(({ project }) => ({
    secrets: project === "" ? [] : [secret("a")],
    token: "again",
  }));
  await using server = await connectServer(flyte.url);
  assertEquals(await readPages(server, PD), [["project a"]]);
});

Deno.test("list_secrets refuses a cursor of another question", async () => {
  await using bed = await openSeeded();
  const first = await bed.call("list_secrets", { ...SNACKS, limit: 1 });
  assert(first.data.next_cursor);
  const { data } = await bed.call("list_secrets", {
    ...{ ...SNACKS, query: "x", cursor: first.data.next_cursor },
  });
  assertEquals(data.error.code, "invalid_argument");
});
