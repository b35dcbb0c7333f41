/** A Flyte that notes what it is asked, and limits on the way to it. */
import {
  createRouterTransport,
  type ServiceImpl,
  type Transport,
} from "@connectrpc/connect";
import { DataProxyService } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import {
  type GetRunDetailsRequest,
  type ListRunsRequest,
  RunService,
} from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { limiter } from "../../../src/client/limits/limited_transport.ts";
import type { Limits } from "../../../src/client/limits/limits.ts";
import { systemClock } from "../../../src/clock.ts";

const NONE: Limits = { projects: null, domains: null, tasks: null };

/** Limits of one kind. */
export function only(what: keyof Limits, ...value: string[]): Limits {
  return { ...NONE, [what]: { value, source: `--allowed-${what}` } };
}

/** The same way, with limits. */
export function limited(transport: Transport, limits: Limits): Transport {
  const options = { control: transport, clock: systemClock };
  return limiter(limits, options)(transport);
}

export const PLACE = { project: "p", domain: "d" };

/** A run's root, of this task. */
function rootOf(task: string) {
  return {
    id: { name: "a0", run: { ...PLACE, name: "r" } },
    metadata: {
      spec: { case: "task", value: { id: { ...PLACE, name: task } } },
    },
  } as const;
}

/** A Flyte with these runs, one a page, which notes the questions. */
export function flyteWith(
  tasks: readonly string[],
  all: Partial<ServiceImpl<typeof RunService>> = {},
) {
  const listed: ListRunsRequest[] = [];
  const read: GetRunDetailsRequest[] = [];
  const transport = createRouterTransport(({ service }) => {
    service(RunService, {
      listRuns(question) {
        listed.push(question);
        const at = Number(question.request?.token || "0");
        const token = at + 1 < tasks.length ? String(at + 1) : "";
        return {
          runs: tasks.slice(at, at + 1).map((task) => ({
            action: rootOf(task),
          })),
          token,
        };
      },
      getRunDetails(question) {
        read.push(question);
        return {
          details: { action: rootOf(question.runId?.name ?? "") },
        };
      },
      listActions: () => ({}),
      ...all,
    });
    service(DataProxyService, {
      async *tailLogs() {
        yield {};
      },
    });
  });
  return { transport, listed, read };
}
