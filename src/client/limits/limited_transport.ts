import type { Transport, UnaryResponse } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";
import {
  create,
  type DescMessage,
  type DescMethod,
  type Message,
  type MessageShape,
} from "@bufbuild/protobuf";
import type { Clock } from "../../clock.ts";
import { Guard } from "./guard.ts";
import type { Limits } from "./limits.ts";
import { RootTasks } from "./root_tasks.ts";

/** After so many pages of which nothing may be shown, no further one is read. */
const MAX_PAGES = 10;

/**
 * Makes transports that hold to limits, so that no tool can do otherwise.
 *
 * - A call that names a project, domain or task which is not allowed is
 *   refused before it is sent; so is one that names none, unless it is a list.
 * - A list is narrowed by Flyte's own filters, rows that are not allowed are
 *   dropped from answers and streams, and totals that count them are taken
 *   out. An answer about one thing that is not allowed is refused.
 * - A run belongs to the task of its root. Where tasks are limited, each call
 *   for a run, its actions, data or logs is refused unless that task is
 *   allowed, which GetRunDetails is asked once for a run.
 *
 * Before that no cluster is looked up.
 *
 * @param limits `null`: everything may be shown
 * @param options.control to the control plane, without limits
 */
export function limiter(
  limits: Limits | null,
  { control, clock }: { control: Transport; clock: Clock },
): (transport: Transport) => Transport {
  if (!limits) return (transport) => transport;
  const guard = new Guard(limits, new RootTasks(control, clock));
  return (transport) => ({
    async unary(...call) {
      const [method, signal, timeoutMs, header, input, context] = call;
      return await limitedCall(guard, {
        method,
        signal,
        message: create(method.input, input),
        send: (message) =>
          transport.unary(
            ...[method, signal, timeoutMs, header, message, context] as const,
          ),
      });
    },
    async stream(...call) {
      const [method, signal, timeoutMs, header, input, context] = call;
      const messages = await Array.fromAsync(input);
      for (const one of messages) {
        const message = create(method.input, one);
        await guard.check({ method, message, signal: live(signal) });
      }
      const again = createAsyncIterable(messages);
      const response = await transport.stream(
        ...[method, signal, timeoutMs, header, again, context] as const,
      );
      return { ...response, message: limitedStream(guard, response) };
    },
  });
}

/** One call, and how it is sent. */
interface Call<I extends DescMessage, O extends DescMessage> {
  readonly method: DescMethod & { readonly input: I; readonly output: O };
  readonly signal: AbortSignal | undefined;
  readonly message: Message;
  send(message: MessageShape<I>): Promise<UnaryResponse<I, O>>;
}

/** Of a list the first page is the answer of which something may be shown. */
async function limitedCall<I extends DescMessage, O extends DescMessage>(
  guard: Guard,
  { method, signal, message, send }: Call<I, O>,
): Promise<UnaryResponse<I, O>> {
  const list = await guard.check({ method, message, signal: live(signal) });
  let question = list ? list.narrow(message, guard.limits) : message;
  for (let pages = 1;; pages++) {
    // The guard gives back what it is given: the method's own messages.
    const response = await send(question as MessageShape<I>);
    const kept = guard.answer(method, response.message);
    const answer = list ? list.withoutTotals(kept) : kept;
    const isEmpty = list?.count(answer) === 0 && pages < MAX_PAGES;
    const next = isEmpty ? list.after(question, response.message) : null;
    if (!next) return { ...response, message: answer as MessageShape<O> };
    question = next;
  }
}

async function* limitedStream<O extends DescMessage>(
  guard: Guard,
  { method, message }: {
    readonly method: DescMethod & { readonly output: O };
    readonly message: AsyncIterable<MessageShape<O>>;
  },
): AsyncGenerator<MessageShape<O>> {
  for await (const one of message) {
    // The guard gives back what it is given: the method's own messages.
    yield guard.answer(method, one) as MessageShape<O>;
  }
}

/** A signal that never comes, where there is none. */
function live(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal;
}
