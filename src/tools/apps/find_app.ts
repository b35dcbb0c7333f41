import { Code, ConnectError } from "@connectrpc/connect";
import { create } from "@bufbuild/protobuf";
import {
  type App,
  type Identifier,
  IdentifierSchema,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import { ToolError } from "../../errors.ts";
import { firstNames, nameOf } from "../../text.ts";
import { readApps } from "./app_pages.ts";
import { parseApp, placesOf } from "../run_reference.ts";
import {
  needPlace,
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
    : needPlace(given, context);
  const id = create(IdentifierSchema, {
    org: context.config.org?.value ?? "",
    project: scope.project,
    domain: scope.domain,
    name,
  });
  const found = await readApp(id, context);
  if (!found) {
    const names = await readNames(scope, context);
    const canLook = !context.config.pin?.value.includes("domain");
    throw notFound(name, scope, { names, canLook });
  }
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
  { names, canLook }: {
    names: readonly string[];
    /** Whether a call may look in other domains. */
    canLook: boolean;
  },
): ToolError {
  const shown = showScope(scope);
  const { project, domain } = shown;
  const told = firstNames(names.toSorted(), MAX_TOLD);
  const elsewhere = JSON.stringify({
    project,
    domain: "*",
    query: nameOf(name),
  });
  const steps = [
    ...told === "" ? [] : [`Apps there: ${told}.`],
    canLook
      ? `list_apps ${elsewhere} looks in all domains.`
      : "Ask the person for the app's name.",
  ];
  return new ToolError(
    "not_found",
    `App "${nameOf(name)}" is not in ${project}/${domain}.`,
    { nextStep: steps.join(" "), scope: { ...shown } },
  );
}
