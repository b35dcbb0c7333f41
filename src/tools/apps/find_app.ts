import { Code, ConnectError } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import {
  type App,
  type Identifier,
  IdentifierSchema,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import { ToolError } from "../../errors.ts";
import { nameOf } from "../../text.ts";
import { readApps } from "./app_pages.ts";
import { parseApp, placesOf } from "../run_reference.ts";
import {
  needScope,
  type Scope,
  type ScopeArguments,
  showScope,
} from "../scope.ts";
import type { ToolContext } from "../tool.ts";

/** Names that an error tells. */
const MAX_TOLD = 5;

/** An app that is there. */
export interface FoundApp {
  readonly app: App;
  readonly id: Identifier;
  readonly scope: Scope;
}

/**
 * Finds an app by its name or its pasted URL.
 *
 * @throws {ToolError} `not_found`, `scope_missing`, or what a pasted URL is
 * refused with
 */
export async function findApp(
  app: string,
  { given, context }: { given: ScopeArguments; context: ToolContext },
): Promise<FoundApp> {
  const { name, pasted, ...place } = parseApp(app, placesOf(context));
  const { project = "", domain = "" } = place;
  const scope = pasted
    ? { project, domain, source: "url" }
    : needScope(given, context);
  const id = create(IdentifierSchema, {
    org: context.config.org?.value ?? "",
    project: scope.project,
    domain: scope.domain,
    name,
  });
  const found = await readApp(id, context);
  if (!found) throw notFound(name, scope, await readNames(scope, context));
  return { app: found, id, scope };
}

async function readApp(
  id: Identifier,
  { clients, signal }: ToolContext,
): Promise<App | null> {
  try {
    const { app } = await clients.apps.get({
      identifier: { case: "appId", value: id },
    }, { signal });
    return app ?? null;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return null;
    throw error;
  }
}

/** Names of the apps there are; none if they cannot be had. */
async function readNames(
  scope: Scope,
  context: ToolContext,
): Promise<string[]> {
  try {
    const { items } = await readApps(scope, "", context);
    return items.flatMap(({ metadata }) => metadata?.id?.name ?? []);
  } catch (error) {
    context.signal.throwIfAborted();
    // The answer is the same without them: the app is not there.
    if (error instanceof ConnectError) return [];
    throw error;
  }
}

function notFound(
  name: string,
  scope: Scope,
  names: readonly string[],
): ToolError {
  const shown = showScope(scope);
  const { project, domain } = shown;
  const told = names.toSorted().slice(0, MAX_TOLD).map((one) => nameOf(one));
  const rest = names.length - told.length;
  const more = rest > 0 ? ` and ${rest} more` : "";
  const elsewhere = JSON.stringify({
    project,
    domain: "*",
    query: nameOf(name),
  });
  return new ToolError(
    "not_found",
    `App "${nameOf(name)}" is not in ${project}/${domain}.`,
    {
      nextStep: told.length > 0
        ? `Apps there: ${
          told.join(", ")
        }${more}. list_apps ${elsewhere} looks in all domains.`
        : `list_apps ${elsewhere} looks in all domains.`,
      scope: { ...shown },
    },
  );
}
