import type { Literal } from "../../idl/flyteidl2/core/literals_pb.ts";
import { rowKey } from "../plane/row_key.ts";
import type { ActionKey } from "../plane/workflow/actions.ts";

/** An action that goes on. */
export interface Life extends Disposable {
  /** Aborted with the action, or with what is above it. */
  readonly signal: AbortSignal;
}

/** The actions that go on: each can be aborted, conditions can be answered. */
export class Lives {
  readonly #controllers = new Map<string, AbortController>();
  readonly #answers = new Map<string, PromiseWithResolvers<Literal>>();

  /** @param above ends what is below it as well */
  begin(id: ActionKey, above: AbortSignal): Life {
    const key = keyOf(id);
    const controller = new AbortController();
    this.#controllers.set(key, controller);
    return {
      signal: AbortSignal.any([above, controller.signal]),
      [Symbol.dispose]: () => {
        this.#controllers.delete(key);
        this.#answers.delete(key);
      },
    };
  }

  /** Ends an action, and with it what is below. */
  abort(id: ActionKey): void {
    this.#controllers.get(keyOf(id))?.abort();
  }

  /** The answer to a condition, once there is one. */
  answerTo(id: ActionKey): Promise<Literal> {
    const answer = Promise.withResolvers<Literal>();
    this.#answers.set(keyOf(id), answer);
    return answer.promise;
  }

  /** Answers a condition that waits. */
  answer(id: ActionKey, value: Literal): void {
    this.#answers.get(keyOf(id))?.resolve(value);
  }
}

function keyOf({ run, name }: ActionKey): string {
  return rowKey(run.project, run.domain, run.name, name);
}
