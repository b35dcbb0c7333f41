import { create } from "@bufbuild/protobuf";
import { type Client, createClient, type Transport } from "@connectrpc/connect";
import {
  type ActionIdentifier,
  ActionIdentifierSchema,
} from "../../../idl/flyteidl2/common/identifier_pb.ts";
import { Filter_Function } from "../../../idl/flyteidl2/common/list_pb.ts";
import { InternalRunService } from "../../../idl/flyteidl2/workflow/internal_run_service_pb.ts";
import type { Action } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { ActionKey, RunKey } from "../workflow/actions.ts";

/** The most that a list gives at once. */
const PAGE = 200;

/** The services by which a cluster learns and reports. */
export interface Clients {
  readonly runs: Client<typeof RunService>;
  readonly internal: Client<typeof InternalRunService>;
}

/** Clients of the services a cluster needs. */
export function createClients(transport: Transport): Clients {
  return {
    runs: createClient(RunService, transport),
    internal: createClient(InternalRunService, transport),
  };
}

/** A key as the message that requests want. */
export function identifierOf({ run, name }: ActionKey): ActionIdentifier {
  const { project, domain, name: runName } = run;
  return create(ActionIdentifierSchema, {
    run: { project, domain, name: runName },
    name,
  });
}

/** All actions of a run, page by page. */
export async function listActions(
  { runs }: Clients,
  { project, domain, name }: RunKey,
  phases: readonly number[] = [],
): Promise<Action[]> {
  const runId = { project, domain, name };
  const filters = phases.length === 0 ? [] : [{
    function: Filter_Function.VALUE_IN,
    field: "phase",
    values: phases.map(String),
  }];
  const found: Action[] = [];
  let token = "";
  do {
    const request = { limit: PAGE, token, filters };
    const page = await runs.listActions({ runId, request });
    found.push(...page.actions);
    token = page.token;
  } while (token !== "");
  return found;
}
