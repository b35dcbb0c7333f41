import { z } from "zod";
import { isoTimeOf } from "../../client/times.ts";
import type { ConditionPage } from "./condition_page.ts";
import { conditionsOfRun } from "./conditions_of_run.ts";
import { CURSOR, DOMAIN, limitParameter, PROJECT, RUN } from "../parameters.ts";
import { type Elsewhere, elsewhereWords } from "../runs/run_absence.ts";
import { showScope } from "../scope.ts";
import { type Answer, defineTool, READS, type ToolContext } from "../tool.ts";
import { waitingConditions } from "./waiting_conditions.ts";

export const listConditions = defineTool({
  name: "list_conditions",
  title: "List Flyte conditions",
  toolset: "conditions",
  description:
    "Conditions, the questions with which runs wait for a person: prompt, expected type, since when, answer. Of `run` all of them, else those that wait now in a project and domain. Only a person may answer: show prompt and url.",
  input: {
    run: RUN.optional(),
    project: PROJECT.describe(
      'Project id, or "*"; the configured one unless given',
    ),
    domain: DOMAIN.describe(
      'Domain id, or "*"; the configured one unless given',
    ),
    waiting_only: z.boolean().default(false).describe(
      "Of a run, only those that wait now",
    ),
    limit: limitParameter(20),
    cursor: CURSOR,
  },
  output: {
    scope: z.looseObject({}),
    now: z.string(),
    conditions: z.array(z.looseObject({})),
    next_cursor: z.string().nullable(),
    empty_because: z.string().nullable(),
    in_other_domains: z.array(z.looseObject({})).nullable(),
  },
  annotations: READS,
  async run({ run, ...asked }, context) {
    const page = run === undefined
      ? await waitingConditions(asked, context)
      : await conditionsOfRun(run, asked, context);
    return answer(page, context);
  },
});

function answer(page: ConditionPage, { clock }: ToolContext): Answer {
  const { scope, conditions, cursor, elsewhere, whose } = page;
  const isEmpty = conditions.length === 0;
  const empty = isEmpty ? page.empty : null;
  return {
    text: `${
      empty === null
        ? sentenceOf(conditions, whose)
        : `No conditions of ${whose}: ${empty}${othersOf(elsewhere ?? [])}`
    }${cursor ? "; next_cursor has more" : ""}.`,
    data: {
      status: "ok",
      scope: showScope(scope),
      now: isoTimeOf(clock.now()),
      conditions,
      next_cursor: cursor,
      empty_because: empty,
      in_other_domains: isEmpty ? elsewhere : null,
    },
  };
}

function sentenceOf(
  conditions: readonly { readonly phase: string }[],
  whose: string,
): string {
  const { length } = conditions;
  const waiting = conditions.filter(({ phase }) => phase === "paused").length;
  const count = length === 1 ? "1 condition" : `${length} conditions`;
  if (waiting === length) {
    const wait = length === 1 ? "waits" : "wait";
    return `${count} of ${whose} ${wait} for a person's answer`;
  }
  const some = waiting === 0 ? "none" : waiting;
  return `${count} of ${whose}, ${some} of them waiting for a person's answer`;
}

function othersOf(elsewhere: readonly Elsewhere[]): string {
  const told = elsewhereWords(elsewhere);
  return told === "" ? "" : `; runs that wait: ${told}`;
}
