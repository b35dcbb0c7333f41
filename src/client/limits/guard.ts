import type { DescMethod, Message } from "@bufbuild/protobuf";
import { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { AnswerFilter } from "./answers.ts";
import { breachOf, type Limits } from "./limits.ts";
import { listOf, type WideList } from "./lists.ts";
import { checkQuestion } from "./questions.ts";
import { answerNotAllowed, runNotAllowed } from "./refusals.ts";
import type { RootTasks } from "./root_tasks.ts";

/** Calls whose answer says which task a run has. */
const TELL_THE_TASK: readonly DescMethod[] = [
  RunService.method.getRunDetails,
  RunService.method.watchRunDetails,
];

/** What is asked. */
export interface Question {
  readonly method: DescMethod;
  readonly message: Message;
  readonly signal: AbortSignal;
}

/** Judges questions before they are sent, and answers before they are seen. */
export class Guard {
  readonly limits: Limits;
  readonly #rootTasks: RootTasks;
  readonly #answers: AnswerFilter;

  constructor(limits: Limits, rootTasks: RootTasks) {
    this.limits = limits;
    this.#rootTasks = rootTasks;
    this.#answers = new AnswerFilter(limits);
  }

  /**
   * @returns what is known of the call if it is a list, which may be of all
   * projects
   * @throws {ToolError} `permission_denied`
   */
  async check(question: Question): Promise<WideList | null> {
    const { limits } = this;
    const list = listOf(question.method);
    const runs = checkQuestion(question, { limits, list });
    if (!limits.tasks || TELL_THE_TASK.includes(question.method)) return list;
    for (const { run = "", ...place } of runs) {
      const task = await this.#rootTasks.get(
        { ...place, run },
        question.signal,
      );
      if (breachOf({ task }, limits)) throw runNotAllowed(run, limits);
    }
    return list;
  }

  /**
   * The answer without what may not be shown.
   *
   * @throws {ToolError} `permission_denied` when nothing is left
   */
  answer(method: DescMethod, answer: Message): Message {
    const kept = this.#answers.filter(method.output, answer);
    if (!kept) throw answerNotAllowed(this.limits);
    return kept;
  }
}
