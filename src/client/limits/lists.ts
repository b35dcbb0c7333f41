import {
  clone,
  create,
  type DescMessage,
  type DescMethod,
  type Message,
  type MessageShape,
} from "@bufbuild/protobuf";
import { AppService } from "../../../idl/flyteidl2/app/app_service_pb.ts";
import {
  type ListRequest,
  ListRequestSchema,
} from "../../../idl/flyteidl2/common/list_pb.ts";
import { ProjectService } from "../../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretService } from "../../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskService } from "../../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { Limits } from "./limits.ts";
import { narrow, narrowProjects, placesOf } from "./list_filters.ts";
import type { Place } from "./places.ts";

/** The most rows that Flyte gives at a time. */
const PAGE = 200;

/** A list that may be of all projects; each of its rows says where it is. */
export interface WideList {
  readonly method: DescMethod;
  /** The places that a question's filters name. */
  filtered(question: Message): Place[];
  /** The question, limited as far as Flyte can do it. */
  narrow(question: Message, limits: Limits): Message;
  /** The question for what comes after an answer; `null`: nothing does. */
  after(question: Message, answer: Message): Message | null;
  /** How many rows there are. */
  count(answer: Message): number;
  /** The answer without numbers that count what is not shown. */
  withoutTotals(answer: Message): Message;
}

const LISTS: readonly WideList[] = [
  wide(RunService.method.listRuns, {
    ...byColumns("task_name"),
    rows: ({ runs }) => runs,
  }),
  wide(TaskService.method.listTasks, {
    ...byColumns("name"),
    rows: ({ tasks }) => tasks,
    veil: (answer) => delete answer.metadata,
  }),
  wide(TriggerService.method.listTriggers, {
    ...byColumns("task_name"),
    rows: ({ triggers }) => triggers,
  }),
  wide(AppService.method.list, {
    pager: requestOf,
    token: ({ token }) => token,
    rows: ({ apps }) => apps,
    veil: (answer) => answer.totalCount = 0n,
  }),
  wide(SecretService.method.listSecrets, {
    pager: (question) => question,
    token: ({ token }) => token,
    rows: ({ secrets }) => secrets,
    carry: (next, { perClusterTokens }) => {
      next.perClusterTokens = perClusterTokens;
    },
  }),
  wide(ProjectService.method.listProjects, {
    pager: (question) => question,
    token: ({ projects }) => projects?.token ?? "",
    rows: ({ projects }) => projects?.projects ?? [],
    narrow: (question, limits) => {
      question.filters = narrowProjects(question.filters, limits);
    },
  }),
];

/** The list that a method is; `null`: it is none, or not of all projects. */
export function listOf(method: DescMethod): WideList | null {
  return LISTS.find((list) => list.method === method) ?? null;
}

/** What is known of a list. */
interface Known<I extends DescMessage, O extends DescMessage> {
  /** What says which page is asked for. */
  pager(question: MessageShape<I>): { limit: number; token: string };
  /** Where the next page starts; empty after the last. */
  token(answer: MessageShape<O>): string;
  rows(answer: MessageShape<O>): readonly unknown[];
  narrow?(question: MessageShape<I>, limits: Limits): void;
  filtered?(question: MessageShape<I>): Place[];
  veil?(answer: MessageShape<O>): void;
  /** Takes over what else of an answer says where the next page starts. */
  carry?(next: MessageShape<I>, answer: MessageShape<O>): void;
}

function wide<I extends DescMessage, O extends DescMessage>(
  method: DescMethod & { readonly input: I; readonly output: O },
  known: Known<I, O>,
): WideList {
  const { input, output } = method;
  // A list is handed questions and answers of its own method alone.
  const asked = (message: Message) => message as MessageShape<I>;
  const answered = (message: Message) => message as MessageShape<O>;
  return {
    method,
    filtered: (question) => known.filtered?.(asked(question)) ?? [],
    narrow(question, limits) {
      const own = clone(input, asked(question));
      known.narrow?.(own, limits);
      return own;
    },
    after(question, answer) {
      const token = known.token(answered(answer));
      if (token === "") return null;
      const next = clone(input, asked(question));
      const pager = known.pager(next);
      pager.token = token;
      pager.limit = Math.max(PAGE, pager.limit);
      known.carry?.(next, answered(answer));
      return next;
    },
    count: (answer) => known.rows(answered(answer)).length,
    withoutTotals(answer) {
      if (!known.veil) return answer;
      const own = Object.assign(create(output), answer);
      known.veil(own);
      return own;
    },
  };
}

/** A question in the form that most lists have. */
interface Question {
  request?: ListRequest | undefined;
  readonly scopeBy: { readonly case?: string | undefined };
}

/** What is known of a list whose filters know project, domain and task. */
function byColumns(taskColumn: string) {
  return {
    pager: requestOf,
    token: ({ token }: { readonly token: string }) => token,
    filtered: ({ request }: Question) => placesOf(request, taskColumn),
    narrow(question: Question, limits: Limits) {
      const scope = question.scopeBy.case;
      const isEverywhere = scope === undefined || scope === "org";
      narrow(requestOf(question), { limits, taskColumn, isEverywhere });
    },
  };
}

function requestOf(
  question: { request?: ListRequest | undefined },
): ListRequest {
  return question.request ??= create(ListRequestSchema);
}
