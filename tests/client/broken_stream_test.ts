/** A stream that breaks off tells what came before once, and ends. */
import { assertEquals } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { openFlyte } from "../../src/open.ts";
import { testMachine, testSources } from "../harness.ts";
import { serveFlyte } from "../tools/beds.ts";
import { impatientClock } from "../tools/clocks.ts";

for (
  const code of [
    Code.Unavailable,
    Code.Internal,
    Code.ResourceExhausted,
    Code.Unauthenticated,
    Code.Unknown,
  ]
) {
  Deno.test(`a stream that breaks off with ${Code[code]} is not begun again`, async () => {
    let begun = 0;
    await using flyte = await serveFlyte((router) =>
      router.service(RunService, {
        async *watchActions() {
          begun++;
          yield { enrichedActions: [{}] };
          yield await Promise.reject(new ConnectError("over", code));
        },
      })
    );
    using fetch = createFetch({ caCert: null });
    const sources = testSources({ FLYTE_ENDPOINT: flyte.url });
    const { clients } = openFlyte(resolveConfig(sources), {
      fetch,
      clock: impatientClock(),
      newRequestId: () => "made-up",
      ...testMachine(),
    });
    let messages = 0;
    let end: unknown;
    try {
      for await (const _ of clients.runs.watchActions({})) messages++;
    } catch (error) {
      end = error;
    }
    assertEquals(ConnectError.from(end).code, code);
    assertEquals([messages, begun], [1, 1]);
  });
}
