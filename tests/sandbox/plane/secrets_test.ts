import { assertEquals, assertThrows } from "@std/assert";
import { Secrets } from "../../../sandbox/plane/kubernetes/secrets.ts";

const PLACE = { project: "flytesnacks", domain: "development" };

Deno.test("Secrets.list() gives pages, each secret once", () => {
  const secrets = new Secrets();
  for (const name of ["a", "b", "c"]) {
    secrets.create({ ...PLACE, name, createdAt: 0 });
  }
  const first = secrets.list(PLACE, { limit: 2, token: "" });
  const second = secrets.list(PLACE, { limit: 2, token: first.token });
  assertEquals([first.items.length, second.items.length], [2, 1]);
  assertEquals(second.token, "");
  const names = [...first.items, ...second.items].map(({ name }) => name);
  assertEquals(names.toSorted(), ["a", "b", "c"]);
});

Deno.test("Secrets.list() refuses a token that it did not give", () => {
  const page = { limit: 2, token: "e30" };
  assertThrows(() => new Secrets().list(PLACE, page), TypeError, "token");
});

const SCOPES: [string, { project: string; domain: string }, boolean][] = [
  ["its own", PLACE, true],
  ["its domain's", { project: "", domain: "development" }, true],
  ["everybody's", { project: "", domain: "" }, true],
  ["another project's", { project: "ml-prod", domain: "development" }, false],
  ["another domain's", { project: "flytesnacks", domain: "staging" }, false],
];

for (const [whose, scope, found] of SCOPES) {
  Deno.test(`Secrets.isFound() is ${found} for a task when a secret is ${whose}`, () => {
    const secrets = new Secrets();
    secrets.create({ ...scope, name: "key", createdAt: 0 });
    assertEquals(secrets.isFound({ ...PLACE, name: "key" }), found);
  });
}
