/** A Flyte that asks for fewer calls, and who heeds it. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { ToolError } from "../../src/errors.ts";
import { settle } from "../tools/clocks.ts";
import {
  come,
  limited,
  newPlaces,
  type Places,
  refuse,
  RUN,
  watch,
} from "./places.ts";

/** Calls that are refused for being too many. */
const OPENINGS: Record<string, (places: Places) => Promise<unknown>> = {
  "a read": ({ runs }) => runs.getRunDetails({ runId: RUN }),
  "the opening of a stream": ({ runs }) =>
    Array.fromAsync(runs.watchActions({ runId: RUN })),
};

for (const [what, call] of Object.entries(OPENINGS)) {
  Deno.test(`${what} that is refused with 429 is tried once more after the pause`, async () => {
    const places = newPlaces();
    const { asked, clock } = places;
    const result = call(places);
    await come(places, 1);
    await refuse(places, { at: 0, error: limited("3") });
    await clock.advance(2999);
    await come(places, 1);
    await clock.advance(1);
    await come(places, 2);
    // A stream asks for its second message then.
    for (let turn = 0; turn < 20; turn++) {
      for (const { answer } of asked) answer();
      await settle();
    }
    await result;
  });

  Deno.test(`${what} that is refused twice fails, with the second pause`, async () => {
    const places = newPlaces();
    const { clock } = places;
    const result = call(places).catch(ConnectError.from);
    await come(places, 1);
    await refuse(places, { at: 0, error: limited("1") });
    await clock.advance(1000);
    await come(places, 2);
    await refuse(places, { at: 1, error: limited("2") });
    const error = await result;
    assert(error instanceof ConnectError);
    assertEquals(error.code, Code.ResourceExhausted);
    assertEquals(error.metadata.get("retry-after"), "2");
    await come(places, 2);
  });

  Deno.test(`${what} that is told to wait for more than 5 s fails at once`, async () => {
    const places = newPlaces();
    const result = call(places).catch(ConnectError.from);
    await come(places, 1);
    await refuse(places, { at: 0, error: limited("6") });
    const error = await result;
    assert(error instanceof ConnectError);
    assertEquals(error.metadata.get("retry-after"), "6");
    await come(places, 1);
  });
}

Deno.test("a 429 to the last attempt of a read allows one more, and no others", async () => {
  const places = newPlaces();
  const { runs, clock } = places;
  const down = new ConnectError("down", Code.Unavailable);
  const result = runs.getRunDetails({ runId: RUN }).catch(ConnectError.from);
  for (const [at, error] of [down, down, limited("1"), down].entries()) {
    await come(places, at + 1);
    await refuse(places, { at, error });
    if (at < 3) await clock.advance(1500);
  }
  const error = await Promise.race([result, clock.advance(5000)]);
  assert(error instanceof ConnectError);
  assertEquals(error.code, Code.Unavailable);
  await come(places, 4);
});

Deno.test("a write that is refused with 429 is not sent again", async () => {
  const places = newPlaces();
  const result = assertRejects(() => places.runs.createRun({}), ConnectError);
  await come(places, 1);
  await refuse(places, { at: 0, error: limited("1") });
  assertEquals((await result).code, Code.ResourceExhausted);
  await places.clock.advance(5000);
  await come(places, 1);
});

Deno.test("one 429 holds everybody's calls to that place, and nobody's to another", async () => {
  const places = newPlaces();
  const { runs, cluster, asked, clock } = places;
  const first = runs.createRun({}).catch(() => {});
  await come(places, 1);
  await refuse(places, { at: 0, error: limited("4") });
  await first;
  const held = runs.getRunDetails({ runId: RUN });
  const elsewhere = cluster.getRunDetails({ runId: RUN });
  await come(places, 2);
  asked[1]?.answer();
  await elsewhere;
  await clock.advance(4000);
  await come(places, 3);
  asked[2]?.answer();
  await held;
});

Deno.test("while a long pause lasts, calls are answered without being sent", async () => {
  const places = newPlaces();
  const { runs, clock } = places;
  const first = runs.getRunDetails({ runId: RUN }).catch(() => {});
  await come(places, 1);
  await refuse(places, { at: 0, error: limited("60") });
  await first;
  await clock.advance(20_000);
  const error = await assertRejects(
    () => runs.getRunDetails({ runId: RUN }),
    ConnectError,
  );
  assert(error.cause instanceof ToolError);
  assertEquals(error.cause.code, "rate_limited");
  assertEquals(error.cause.retryAfterS, 40);
  await come(places, 1);
});

Deno.test("a 429 without a time means a second", async () => {
  const places = newPlaces();
  const { runs, asked, clock } = places;
  const call = runs.getRunDetails({ runId: RUN });
  await come(places, 1);
  await refuse(places, { at: 0, error: limited() });
  await clock.advance(999);
  await come(places, 1);
  await clock.advance(1);
  await come(places, 2);
  asked[1]?.answer();
  await call;
});

Deno.test("a stream that fails after its first message asks for no pause", async () => {
  const places = newPlaces();
  const { signal } = new AbortController();
  const ended = watch(places, { signal });
  await come(places, 1);
  places.asked[0]?.answer();
  await come(places, 2);
  await refuse(places, { at: 1, error: limited("60") });
  assertEquals(await ended, "ResourceExhausted");
  const call = places.runs.getRunDetails({ runId: RUN });
  await come(places, 3);
  places.asked[2]?.answer();
  await call;
});
