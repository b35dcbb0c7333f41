/** A Flyte with one run that has whatever values a test says. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { ActionPhase } from "../../idl/flyteidl2/common/phase_pb.ts";
import { SimpleType } from "../../idl/flyteidl2/core/types_pb.ts";
import {
  DataProxyService,
  type GetActionDataRequest,
  type GetActionDataResponseSchema,
} from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import {
  type ActionDetailsSchema,
  RunSource,
} from "../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { named, type Values } from "../../sandbox/seed/values.ts";
import { type Called, connectServer } from "../harness.ts";
import { serveFlyte } from "./beds.ts";

const RUN = { project: "p", domain: "d", name: "r1" };
/** The run as an argument. */
export const IO = { run: "r1", project: "p", domain: "d" };
/** The type of texts. */
export const STRING = {
  type: { case: "simple", value: SimpleType.STRING },
} as const;

type Action = Pick<
  Extract<MessageInitShape<typeof ActionDetailsSchema>, { $typeName?: never }>,
  "spec" | "result"
>;
type Data = MessageInitShape<typeof GetActionDataResponseSchema>;

/** A Flyte with one run, whose root has these values. */
export async function serveIo(
  data: Data | (() => never),
  { phase = ActionPhase.SUCCEEDED, ...action }:
    & Action
    & { phase?: ActionPhase } = {},
) {
  const asked: GetActionDataRequest[] = [];
  const flyte = await serveFlyte((router) => {
    router.service(RunService, {
      getRunDetails: () => ({
        details: {
          action: {
            id: { run: RUN, name: "a0" },
            status: { phase },
            metadata: { source: RunSource.CLI },
            ...action,
          },
        },
      }),
    });
    router.service(DataProxyService, {
      getActionData(request) {
        asked.push(request);
        return typeof data === "function" ? data() : data;
      },
    });
  });
  return { ...flyte, asked };
}

/** What the tool makes of these values. */
export async function ioOf(
  values: { inputs?: Values; outputs?: Values },
  args: Record<string, unknown> = {},
): Promise<Called> {
  await using flyte = await serveIo({
    inputs: { literals: named(values.inputs ?? {}) },
    outputs: { literals: named(values.outputs ?? {}) },
  });
  await using server = await connectServer(flyte.url);
  return await server.call("get_run_io", { ...IO, ...args });
}
