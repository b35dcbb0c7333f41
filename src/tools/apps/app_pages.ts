import { Code, ConnectError } from "@connectrpc/connect";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { App } from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import type {
  ListRequestSchema,
  ListResponse,
} from "../../../idl/flyteidl2/app/app_payload_pb.ts";
import { EVERY, isWide, type Scope } from "../scope.ts";
import { type FlytePage, readWindow } from "../sorted_window.ts";
import type { ToolContext } from "../tool.ts";

/** Apps read at a time. */
const PAGE = 100;

type FilterBy = MessageInitShape<typeof ListRequestSchema>["filterBy"];

/** Reads some hundred apps of a scope, from a token of Flyte's on. */
export async function readApps(
  scope: Scope,
  token: string,
  context: ToolContext,
): Promise<FlytePage<App, string>> {
  const { project, domain } = scope;
  const { items, next } = await readWindow(token, async (token) => {
    const page = await readPage(scope, token, context);
    return { items: page.apps, next: page.token === "" ? null : page.token };
  });
  if (!isWide(scope)) return { items, next };
  const apps = items.filter(({ metadata }) =>
    [EVERY, metadata?.id?.project].includes(project) &&
    [EVERY, metadata?.id?.domain].includes(domain)
  );
  return { items: apps, next };
}

/**
 * Flyte lists by project and domain. For more of them it is asked for the
 * organization's apps, which the open-source Flyte does not do: there, no
 * filter at all means everything.
 */
async function readPage(
  scope: Scope,
  token: string,
  { clients, config, signal }: ToolContext,
): Promise<ListResponse> {
  const { project: name, domain } = scope;
  const org = config.org?.value ?? "";
  const request = { limit: PAGE, token };
  const list = (filterBy: FilterBy) =>
    clients.apps.list({ request, ...filterBy && { filterBy } }, { signal });
  if (!isWide(scope)) {
    const value = { organization: org, name, domain };
    return await list({ case: "project", value });
  }
  try {
    return await list({ case: "org", value: org });
  } catch (error) {
    const { code } = ConnectError.from(error);
    if (code !== Code.Unimplemented) throw error;
    return await list(undefined);
  }
}
