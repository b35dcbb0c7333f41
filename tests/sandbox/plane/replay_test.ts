import { type Exchange, readRecorded } from "./replay/recorded.ts";
import { Replay } from "./replay/replay.ts";
import { type ServedPlane, servePlane } from "./replay/served_plane.ts";
import { createTestClock } from "./replay/test_clock.ts";

/** The numbered files, which tell one story in the order of `n`. */
const FILES = [
  "wire",
  "identity",
  "projects",
  "tasks",
  "runs-build",
  "runs-read",
  "streams",
  "data",
  "translator",
  "triggers",
  "aborts",
  "missing-ids",
];

/** Exchanges that cannot or need not be replayed, by `n`, each with its reason. */
const NOT_REPLAYED: ReadonlyMap<number, string> = new Map<number, string>();

/** The second in which the recording began. */
const START_MS = Date.parse("2026-11-22T18:35:58Z");

const EXCHANGES = FILES
  .flatMap((file) => readRecorded(file).map((exchange) => ({ file, exchange })))
  .toSorted((a, b) => (a.exchange.n ?? 0) - (b.exchange.n ?? 0));

/** The outcome of every exchange sent so far, in order. */
const outcomes: (Error | undefined)[] = [];
let served: ServedPlane;
let replay: Replay;

Deno.test.beforeAll(async () => {
  const clock = createTestClock(START_MS);
  served = await servePlane(clock);
  const { client, plane } = served;
  replay = new Replay({ client, clock, putObject: plane.putObject });
});

Deno.test.afterAll(async () => await served[Symbol.asyncDispose]());

/** The outcome of an exchange, after all those before it: a test may run alone. */
async function outcomeOf(index: number): Promise<Error | undefined> {
  for (let i = outcomes.length; i <= index; i++) {
    outcomes[i] = await outcomeOfOne(EXCHANGES[i]?.exchange);
  }
  return outcomes[index];
}

async function outcomeOfOne(
  exchange: Exchange | undefined,
): Promise<Error | undefined> {
  try {
    if (exchange) await replay.exchange(exchange);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

for (const [index, { file, exchange }] of EXCHANGES.entries()) {
  const { n = 0 } = exchange;
  const reason = NOT_REPLAYED.get(n);
  const title = `plane answers as recorded: ${file} ${n}, ${exchange.case}`;
  Deno.test(reason ? `${title} (not: ${reason})` : title, async () => {
    const failure = await outcomeOf(index);
    if (reason === undefined) {
      if (failure) throw failure;
    } else if (!failure) {
      throw new Error(`Take ${n} off NOT_REPLAYED: it is answered as recorded`);
    }
  });
}
