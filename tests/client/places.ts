/** Two places with a queue before each, whose answers come when a test says so. */
import { assertEquals } from "@std/assert";
import {
  Code,
  ConnectError,
  createClient,
  createContextValues,
  createRouterTransport,
  type HandlerContext,
} from "@connectrpc/connect";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { admitCalls, IS_WATCH } from "../../src/client/admission/admit.ts";
import {
  endAttempts,
  endCalls,
  retryReads,
} from "../../src/client/interceptors.ts";
import { repeatStreams } from "../../src/client/streams.ts";
import { settle, steppedClock } from "../tools/clocks.ts";

export const RUN = { project: "p", domain: "d", name: "r1" };

/** A call that the server has got. */
export interface Asked {
  readonly signal: AbortSignal;
  answer(): void;
  fail(error: ConnectError): void;
}

/** Two places behind one queue each, whose answers come when a test says so. */
export function newPlaces() {
  const clock = steppedClock();
  const asked: Asked[] = [];
  const ask = async ({ signal }: HandlerContext) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    asked.push({ signal, answer: resolve, fail: reject });
    signal.addEventListener("abort", () => reject(signal.reason));
    await promise;
  };
  const interceptors = [
    ...[endCalls(clock), repeatStreams(), retryReads(clock)],
    ...[admitCalls(clock), endAttempts(clock)],
  ];
  const at = (baseUrl: string) =>
    createClient(
      RunService,
      createRouterTransport((router) => {
        router.service(RunService, {
          getRunDetails: (_request, context) => ask(context).then(() => ({})),
          createRun: (_request, context) => ask(context).then(() => ({})),
          async *watchActions(_request, context) {
            await ask(context);
            yield {};
            await ask(context);
          },
        });
      }, { transport: { baseUrl, interceptors } }),
    );
  return {
    ...{ clock, asked },
    runs: at("https://flyte.example.com"),
    cluster: at("https://dp.example.com"),
  };
}

export type Places = ReturnType<typeof newPlaces>;

/** Resolves once so many calls have come. */
export async function come({ asked }: Places, count: number): Promise<void> {
  for (let turn = 0; turn < 100 && asked.length < count; turn++) await settle();
  for (let turn = 0; turn < 5; turn++) await settle();
  assertEquals(asked.length, count);
}

/** Has a call fail, and everybody know it before time goes on. */
export async function refuse(
  { asked }: Places,
  { at, error }: { at: number; error: ConnectError },
): Promise<void> {
  asked[at]?.fail(error);
  for (let turn = 0; turn < 20; turn++) await settle();
}

export function limited(retryAfter?: string): ConnectError {
  const metadata = retryAfter === undefined
    ? {}
    : { "retry-after": retryAfter };
  return new ConnectError("slow down", Code.ResourceExhausted, metadata);
}

/** Opens a stream; resolves when it has ended. */
export function watch(
  { runs }: Places,
  { signal, isWatch = false }: { signal: AbortSignal; isWatch?: boolean },
): Promise<string> {
  const contextValues = createContextValues().set(IS_WATCH, isWatch);
  const stream = runs.watchActions({ runId: RUN }, { signal, contextValues });
  return Array.fromAsync(stream)
    .then(() => "ended", (error) => Code[ConnectError.from(error).code] ?? "");
}
