import { type Timestamp, timestampMs } from "@bufbuild/protobuf/wkt";
import type { Run } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { personOf } from "../../client/people.ts";
import { nameOf } from "../../text.ts";
import { taskOf, timesOf } from "../actions/action_facts.ts";
import type { TimeColumn } from "./run_pages.ts";
import { EVERY, type Scope } from "../scope.ts";

/** A run in a list; its project and domain where the list has several. */
export function describeRunRow({ action }: Run, scope: Scope) {
  const { metadata, status } = action ?? {};
  const run = action?.id?.run;
  const { phase, ...times } = timesOf(status);
  return {
    name: nameOf(run?.name ?? ""),
    ...(scope.project === EVERY && { project: nameOf(run?.project ?? "") }),
    ...(scope.domain === EVERY && { domain: nameOf(run?.domain ?? "") }),
    phase,
    ...taskOf(metadata),
    ...times,
    by: personOf(metadata?.executedBy),
  };
}

/** What tells a run from all others. */
export function keyOf({ action }: Run): string {
  const { project, domain, name } = action?.id?.run ?? {};
  return [project, domain, name].join("/");
}

/** When a run began or ended, in milliseconds since the epoch. */
export function timeOf({ action }: Run, by: TimeColumn): number | null {
  const { startTime, endTime } = action?.status ?? {};
  const time: Timestamp | undefined = by === "ended_at" ? endTime : startTime;
  return time ? timestampMs(time) : null;
}
