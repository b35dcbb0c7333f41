/** The link to the report that a task wrote, over a plane with a bucket. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createClient } from "@connectrpc/connect";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { createIngress } from "../../sandbox/ingress.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createIdleCluster } from "../../sandbox/plane/kubernetes/idle_cluster.ts";
import { createPlane } from "../../sandbox/plane/mod.ts";
import { seed, SEEDED } from "../../sandbox/seed/mod.ts";
import { systemClock } from "../../src/clock.ts";
import { connectServer, type TestServer } from "../harness.ts";

const RUN = SEEDED.runs.fanOut;
const PAGE = "<h1>Losses</h1>";

interface Bed extends TestServer {
  /** Puts the report of the run where Flyte looks for it. */
  writeReport(): Promise<void>;
  readonly asked: () => string[];
}

async function openBed({ signs, without = [] }: {
  signs: boolean;
  without?: readonly string[];
}): Promise<Bed> {
  const stack = new AsyncDisposableStack();
  const cluster = createIdleCluster();
  let url = "";
  const plane = stack.use(createPlane({
    ...{ ...systemClock, kubernetes: cluster.connect, without },
    ...signs && {
      storage: { container: "s3://example-data", publicUrl: () => url },
    },
  }));
  await seed({ ...plane, ...cluster }, Date.now());
  // Signed URLs do not go through Flyte's ingress.
  ({ url } = stack.use(await listenOnLoopback(plane.handle, 0)));
  const ingress = createIngress({ plane: plane.handle });
  const flyte = stack.use(await listenOnLoopback(ingress, 0));
  const server = stack.use(
    await connectServer(flyte.url, { env: { FLYTE_PROJECT: RUN.project } }),
  );
  return {
    ...server,
    asked: () => ingress.requests.map(({ path }) => path),
    async writeReport() {
      const runs = createClient(RunService, plane.transport);
      const { details } = await runs.getRunDetails({ runId: RUN });
      const uri = details?.action?.attempts.at(-1)?.outputs?.reportUri;
      assert(uri);
      plane.putObject(uri, new TextEncoder().encode(PAGE));
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const ASKED = { run: RUN.name, include_urls: true };

Deno.test("get_run_io links to the report of the last attempt with include_urls", async () => {
  await using bed = await openBed({ signs: true });
  await bed.writeReport();
  const { data, text } = await bed.call("get_run_io", ASKED);
  assertEquals(data.status, "ok", text);
  assertMatch(data.report_url, /report\.html&.*signature=/);
  assert(Date.parse(data.report_expires_at) > Date.now());
  assertEquals(await (await fetch(data.report_url)).text(), PAGE);
});

Deno.test("get_run_io asks for no link without include_urls", async () => {
  await using bed = await openBed({ signs: true });
  await bed.writeReport();
  const { data } = await bed.call("get_run_io", { run: RUN.name });
  assertEquals([data.report_url, data.report_expires_at], [null, null]);
  assert(!bed.asked().some((path) => path.includes("CreateDownloadLink")));
});

Deno.test("get_run_io has no link where the task wrote no report", async () => {
  await using bed = await openBed({ signs: true });
  const { data } = await bed.call("get_run_io", ASKED);
  assertEquals([data.status, data.report_url, data.note], ["ok", null, null]);
});

Deno.test("get_run_io says that a Flyte signs nothing", async () => {
  await using bed = await openBed({ signs: false });
  await bed.writeReport();
  const { data, text } = await bed.call("get_run_io", ASKED);
  assertEquals([data.status, data.report_url], ["ok", null], text);
  assertMatch(data.note, /^There may be a report/);
  assert(data.outputs !== null);
});

Deno.test("get_run_io does without the service that makes links", async () => {
  const path = "/flyteidl2.dataproxy.DataProxyService/CreateDownloadLink";
  await using bed = await openBed({ signs: true, without: [path] });
  await bed.writeReport();
  const { data } = await bed.call("get_run_io", ASKED);
  assertEquals([data.status, data.report_url, data.note], ["ok", null, null]);
});
