import { z } from "zod";
import type { App } from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import { isAsDesired, isServing } from "../../client/app_status.ts";
import { shortened } from "../../text.ts";
import { describeApp } from "./app_description.ts";
import { describeAppLog, readAppLog } from "./app_log.ts";
import { roomBeside } from "../budget.ts";
import { findApp } from "./find_app.ts";
import { DOMAIN, PROJECT } from "../parameters.ts";
import { appUrl, placesOf } from "../run_reference.ts";
import { showScope } from "../scope.ts";
import { defineTool, READS } from "../tool.ts";

/** Of a result, what a log may take for sure. */
const LOG_SHARE = 0.5;

export const getApp = defineTool({
  name: "get_app",
  title: "Get a Flyte app",
  toolset: "apps",
  description:
    "One app: status against desired state and why it is not active (image pull, crash, unschedulable), conditions, replicas, address, scaling, resources, image, environment (names), who may call it, links. `log_lines` adds the end of what each replica printed.",
  input: {
    app: z.string().min(1).max(1000).describe(
      "App name, from list_apps, or the app's console URL as pasted",
    ),
    log_lines: z.number().int().min(0).max(200).default(0).describe(
      "Last lines of each replica's log, as many as fit; takes some seconds",
    ),
    project: PROJECT,
    domain: DOMAIN,
  },
  output: {
    scope: z.looseObject({}),
    name: z.string(),
    deployment_status: z.string(),
    substate: z.string().nullable(),
    desired_state: z.string(),
    trouble: z.looseObject({}).nullable(),
    conditions: z.array(z.looseObject({})),
    replicas: z.looseObject({}),
    address: z.string().nullable(),
    image: z.string().nullable(),
    resources: z.looseObject({}),
    env: z.array(z.string()),
    security: z.looseObject({}),
    logs: z.array(z.looseObject({})).nullable(),
    log_missing: z.looseObject({}).nullable(),
    url: z.string(),
  },
  annotations: READS,
  async run({ app: wanted, log_lines: lines, ...given }, context) {
    const { app, id, scope } = await findApp(wanted, { given, context });
    const log = lines > 0
      ? await readAppLog(id, context)
      : { kind: "not_asked" } as const;
    const about = { status: "ok", scope: showScope(scope) };
    const url = appUrl(id, placesOf(context));
    const room = roomBeside({ ...about, url }, context.maxResultBytes);
    const share = log.kind === "read" ? 1 - LOG_SHARE : 1;
    const facts = describeApp(app, room * share);
    const bytes = roomBeside(
      { ...about, ...facts, url },
      context.maxResultBytes,
    );
    return {
      text: sentence(app, facts),
      data: {
        ...about,
        ...facts,
        ...describeAppLog(log, { lines, bytes }),
        url,
      },
    };
  },
});

type Facts = ReturnType<typeof describeApp>;

/** How a status is said of an app. */
function stateWords(status: string): string {
  return status === "failed"
    ? "has failed"
    : `is ${status.replaceAll("_", " ")}`;
}

function sentence(app: App, facts: Facts): string {
  const { name, deployment_status: status, address, trouble } = facts;
  const { desired_state: desired } = facts;
  if (status === "unspecified") {
    return `Flyte has not said yet how app ${name} does; it should be ${desired}.`;
  }
  const is = `App ${name} ${stateWords(status)}`;
  if (isAsDesired(app)) {
    const at = address === null ? "" : ` at ${address}`;
    return isServing(app) ? `${is}${at}.` : `${is}, as it should be.`;
  }
  const why = trouble?.reason ? ` (${trouble.reason})` : "";
  const said = trouble?.message ? `: ${shortened(trouble.message)}` : "";
  return `${is}${why}, and should be ${desired}${said}.`;
}
