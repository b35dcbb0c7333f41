/** The console may be elsewhere than the control plane. */
import { assertEquals } from "@std/assert";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { consoleUrl } from "../../src/tools/run_reference.ts";
import { openSeeded } from "./beds.ts";

const RUN = { project: "ml-prod", domain: "production", name: "train" };

const PAGE = "v2/domain/production/project/ml-prod/runs/train";

Deno.test.each([
  ["https://flyte.example.com", null, "https://flyte.example.com"],
  ["https://flyte.example.com/prefix", null, "https://flyte.example.com"],
  ["http://localhost:8090", null, "http://localhost:8080"],
  ["http://localhost:30080", null, "http://localhost:30080"],
  ["https://a.example", "https://b.example/", "https://b.example"],
  ["https://a.example", "http://localhost:8090", "http://localhost:8090"],
])(
  "consoleUrl() of %s with the console %s is below %s",
  (endpoint, console, origin) => {
    assertEquals(consoleUrl(RUN, { endpoint, console }), `${origin}/${PAGE}`);
  },
);

Deno.test("consoleUrl() encodes names that are no path", () => {
  const run = { project: "a/b", domain: "c?d", name: "e#f %" };
  assertEquals(
    consoleUrl(run, { endpoint: "https://flyte.example", console: null }),
    "https://flyte.example/v2/domain/c%3Fd/project/a%2Fb/runs/e%23f%20%25",
  );
});

Deno.test("get_run shows the console that is set, and reads its URLs", async () => {
  await using bed = await openSeeded({
    env: { FLYTE_CONSOLE_ENDPOINT: "https://console.example.com" },
  });
  const { project, domain, name } = SEEDED.runs.userError;
  const url =
    `https://console.example.com/v2/domain/${domain}/project/${project}/runs/${name}`;
  const shown = await bed.call("get_run", { run: name, project, domain });
  assertEquals(shown.data.url, url);
  const read = await bed.call("get_run", { run: url });
  assertEquals(read.data.name, name);
  const other = url.replace("console.example", "another.example");
  const { data } = await bed.call("get_run", { run: other });
  assertEquals(data.error.code, "different_endpoint");
});
