import { z } from "zod";
import { findRun } from "./find_run.ts";
import { DOMAIN, PROJECT, RUN } from "../parameters.ts";
import { describeRun } from "./run_description.ts";
import { defineTool, READS } from "../tool.ts";

export const getRun = defineTool({
  name: "get_run",
  title: "Get a Flyte run",
  toolset: "runs",
  description:
    "State of one run: phase, timing, task and version, who started it, attempts, actions by phase, error if it failed, gates it waits for, console link. `run` is a name or pasted console URL. Project and domain are needed only if the name is not unique.",
  input: { run: RUN, project: PROJECT, domain: DOMAIN },
  output: {
    scope: z.looseObject({}),
    name: z.string(),
    phase: z.string(),
    task: z.string().nullable(),
    version: z.string().nullable(),
    source: z.string().nullable(),
    started_by: z.string().nullable(),
    started_at: z.string().nullable(),
    ended_at: z.string().nullable(),
    duration: z.string().nullable(),
    elapsed: z.string().nullable(),
    attempts: z.number(),
    actions: z.looseObject({}),
    error: z.looseObject({}).nullable(),
    abort_reason: z.string().nullable(),
    waiting_for: z.array(z.looseObject({})).nullable(),
    url: z.string(),
  },
  annotations: READS,
  async run({ run, ...given }, context) {
    const tool = "get_run";
    const { details, scope } = await findRun(run, { given, tool, context });
    return await describeRun(details, { scope, context });
  },
});
