/** Why there is no log: a clear word, and where else one may be. */
import { assert, assertEquals } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { SEEDED, TROUBLES } from "../../sandbox/seed/mod.ts";
import type { ActionKey } from "../../sandbox/plane/workflow/actions.ts";
import { connectServer, openTestBed } from "../harness.ts";
import { serveFlyte } from "./beds.ts";

const { actions, runs } = SEEDED;

function rootOf(run: ActionKey["run"]): ActionKey {
  return { run, name: "a0" };
}

for (
  const [what, { run, name }, attempt, reason, links] of [
    ["whose pod is gone", TROUBLES.podGone.cause, 1, "pod_deleted", 1],
    ["of an earlier attempt", actions.failedShard, 1, "pod_replaced", 1],
    ["of an aborted action", rootOf(runs.aborted), 1, "aborted", 1],
    [
      "of an action that is queued",
      TROUBLES.unschedulable.cause,
      1,
      "not_started",
      0,
    ],
    [
      "of an image that cannot be pulled",
      TROUBLES.imagePull.cause,
      1,
      "never_started",
      0,
    ],
    [
      "of a secret that is missing",
      TROUBLES.missingSecret.cause,
      1,
      "never_started",
      0,
    ],
    [
      "of a run that was never enqueued",
      TROUBLES.neverEnqueued.cause,
      null,
      "not_started",
      0,
    ],
    ["of outputs from the cache", actions.cachedShard, 1, "from_cache", 0],
    ["of a condition", actions.approval, null, "no_container", 0],
    ["of a trace", actions.trace, null, "no_container", 0],
    ["whose node is out of reach", TROUBLES.nodeGone.cause, 1, "unreadable", 1],
  ] as const
) {
  Deno.test(`get_logs of a log ${what} says ${reason}`, async () => {
    await using bed = await openTestBed({
      sandbox: { auth: "open", seeded: { troubles: true } },
    });
    const { data, text, isError } = await bed.call("get_logs", {
      ...{ run: run.name, project: run.project, domain: run.domain },
      action: name,
      ...(attempt === 1 && reason === "pod_replaced" && { attempt }),
    });
    assertEquals(isError, false, text);
    const [log] = data.logs;
    assertEquals(log.missing.reason, reason);
    assertEquals(log.attempt, attempt);
    assertEquals([log.text, log.lines, log.reached_end], [null, 0, null]);
    assertEquals([log.older_cursor, log.newer_cursor], [null, null]);
    assertEquals(log.log_links.length, links);
    assert(text.includes(log.missing.message), text);
  });
}

/** A Flyte with one run, whose log fails so. */
async function serveFailing(error: ConnectError | null) {
  const root = { run: { project: "p", domain: "d", name: "r1" }, name: "a0" };
  const status = { phase: ActionPhase.FAILED, attempts: 1 };
  const attempts = [{ attempt: 1, phase: ActionPhase.FAILED }];
  return await serveFlyte((router) => {
    router.service(RunService, {
      getRunDetails: () => ({
        details: { action: { id: root, status, attempts } },
      }),
    });
    router.service(DataProxyService, {
      async *tailLogs() {
        if (error) yield await Promise.reject(error);
      },
    });
  });
}

for (
  const [code, known] of [
    [Code.PermissionDenied, "permission_denied"],
    [Code.Unimplemented, "unimplemented"],
    [Code.Unavailable, "unavailable"],
    [Code.ResourceExhausted, "rate_limited"],
  ] as const
) {
  Deno.test(`get_logs of a Flyte that answers ${Code[code]} says ${known}`, async () => {
    await using flyte = await serveFailing(new ConnectError("no", code));
    await using server = await connectServer(flyte.url);
    const args = { run: "r1", project: "p", domain: "d" };
    const { data, isError } = await server.call("get_logs", args);
    assertEquals([isError, data.error.code], [true, known]);
  });
}

Deno.test("get_logs of a Flyte without a data proxy says unimplemented", async () => {
  await using bed = await openTestBed({
    sandbox: {
      auth: "open",
      without: ["/flyteidl2.dataproxy.DataProxyService/TailLogs"],
    },
  });
  const { data } = await bed.call("get_logs", { run: runs.userError.name });
  assertEquals(data.error?.code, "unimplemented");
});

Deno.test("get_logs of a container that wrote nothing says so", async () => {
  await using flyte = await serveFailing(null);
  await using server = await connectServer(flyte.url);
  const args = { run: "r1", project: "p", domain: "d" };
  const { data, text } = await server.call("get_logs", args);
  const [log] = data.logs;
  assertEquals([log.text, log.missing, log.reached_end], [null, null, true]);
  assert(text.startsWith("No lines of a0 in run r1"), text);
  assertEquals(log.note, "The container has written nothing.");
});
