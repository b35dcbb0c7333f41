import { z } from "zod";
import { describeAction } from "./action_description.ts";
import { actionName, findAction, ROOT } from "./find_action.ts";
import { findAttempt } from "./find_attempt.ts";
import { findRun } from "../runs/find_run.ts";
import { ACTION, DOMAIN, PROJECT, responseFormat, RUN } from "../parameters.ts";
import { consoleUrl, placesOf } from "../run_reference.ts";
import { showScope } from "../scope.ts";
import { defineTool, READS } from "../tool.ts";

export const getAction = defineTool({
  name: "get_action",
  title: "Get an action of a Flyte run",
  toolset: "runs",
  description:
    "One action of a run: phase, error, cache, what it waits for; of its last attempt, or of `attempt`, the time spent in each phase, Kubernetes events and log links. Names come from list_actions. For the run as a whole get_run.",
  input: {
    run: RUN,
    action: ACTION,
    attempt: z.number().int().min(1).max(1000).optional().describe(
      "Whose events and log links; the last one unless given",
    ),
    response_format: responseFormat(
      "all attempts and events",
    ),
    project: PROJECT,
    domain: DOMAIN,
  },
  output: {
    scope: z.looseObject({}),
    run: z.string(),
    name: z.string(),
    parent: z.string().nullable(),
    group: z.string().nullable(),
    kind: z.string().nullable(),
    task: z.string().nullable(),
    version: z.string().nullable(),
    phase: z.string(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    duration: z.string().nullable(),
    cache: z.string().nullable(),
    error: z.looseObject({}).nullable(),
    abort_reason: z.string().nullable(),
    waiting_for: z.looseObject({}).nullable(),
    condition: z.looseObject({}).nullable(),
    attempts_total: z.number(),
    attempts: z.array(z.looseObject({})),
    attempt: z.number().nullable(),
    events: z.array(z.looseObject({})),
    events_left_out: z.number(),
    log_links: z.array(z.looseObject({})),
    url: z.string(),
  },
  annotations: READS,
  async run({ run, action, attempt, response_format, ...given }, context) {
    const tool = "get_action";
    const found = await findRun(run, { given, tool, context });
    const called = actionName(action, found, context);
    const details = await findAction(called, found, context);
    const name = details.id?.run?.name ?? "";
    const page = called === ROOT ? { name } : { name, action: called };
    return describeAction(details, {
      scope: { ...showScope(found.scope) },
      attempt: findAttempt(details, attempt),
      url: consoleUrl({ ...found.scope, ...page }, placesOf(context)),
      now: context.clock.now(),
      format: response_format,
      maxBytes: context.maxResultBytes,
    });
  },
});
