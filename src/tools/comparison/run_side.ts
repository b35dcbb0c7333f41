import { personOf } from "../../client/people.ts";
import { nameOf } from "../../text.ts";
import { taskOf, timesOf } from "../actions/action_facts.ts";
import type { FoundRun } from "../runs/find_run.ts";
import { consoleUrl, placesOf } from "../run_reference.ts";
import type { ToolContext } from "../tool.ts";

/** One of two runs that are compared. */
export function runSide({ details, scope }: FoundRun, context: ToolContext) {
  const { id, metadata, status } = details.action ?? {};
  const name = id?.run?.name ?? "";
  const { project, domain } = scope;
  return {
    name: nameOf(name),
    project: nameOf(project),
    domain: nameOf(domain),
    ...taskOf(metadata),
    ...timesOf(status),
    by: personOf(metadata?.executedBy),
    url: consoleUrl({ project, domain, name }, placesOf(context)),
  };
}
