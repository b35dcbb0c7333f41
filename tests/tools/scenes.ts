/** The seeds `troubles` and `hostile`, and what has to be true of the latter. */
import { assert, assertMatch, assertNotMatch } from "@std/assert";
import { createIngress } from "../../sandbox/ingress.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { createIdleCluster } from "../../sandbox/plane/kubernetes/idle_cluster.ts";
import { createPlane, type Plane } from "../../sandbox/plane/mod.ts";
import { seed } from "../../sandbox/seed/mod.ts";
import { systemClock } from "../../src/clock.ts";
import {
  type Called,
  connectServer,
  openTestBed,
  type ServerOptions,
  type TestServer,
} from "../harness.ts";

/** One plane for all tests of a file, for filling one takes a while. */
let troubles: Promise<Plane> | undefined;

function troublesPlane(): Promise<Plane> {
  return troubles ??= Promise.try(async () => {
    const cluster = createIdleCluster();
    const plane = createPlane({ ...systemClock, kubernetes: cluster.connect });
    const now = Math.floor(Date.now() / 1000) * 1000;
    const seeds = { everyday: false, troubles: true };
    await seed({ ...plane, ...cluster }, now, seeds);
    return plane;
  });
}

/** Opens the seed `troubles`, which needs no login and which nobody may change. */
export async function openTroubles(
  options: ServerOptions = {},
): Promise<TestServer> {
  const stack = new AsyncDisposableStack();
  const ingress = createIngress({ plane: (await troublesPlane()).handle });
  const { url } = stack.use(await listenOnLoopback(ingress, 0));
  const env = { FLYTE_PROJECT: "troubles", ...options.env };
  const server = stack.use(await connectServer(url, { ...options, env }));
  return { ...server, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Opens the seed `hostile`, which needs no login. */
export async function openHostile(
  options: ServerOptions = {},
): Promise<TestServer> {
  return await openTestBed({
    ...options,
    env: { FLYTE_PROJECT: "hostile", ...options.env },
    sandbox: { auth: "open", seeded: { everyday: false, hostile: true } },
  });
}

/** What nobody sees, apart from newlines and tabs. */
const INVISIBLE =
  // deno-lint-ignore no-control-regex
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufdd0-\ufdef\u{e0000}-\u{e007f}]/u;

/** Every string within a result, with the way to it. */
function stringsOf(value: unknown, way = ""): [string, string][] {
  if (typeof value === "string") return [[way, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .flatMap(([key, item]) => stringsOf(item, `${way}.${key}`));
}

/**
 * Fails unless every text of the hostile seed stands in a fence, or is one of
 * these names in one short line, and nothing invisible is left.
 */
export function assertFenced(
  { data, text }: Called,
  names: readonly RegExp[],
): void {
  assertNotMatch(text, INVISIBLE);
  const found = stringsOf(data).filter(([, text]) => text.includes("HOSTILE"));
  assert(found.length > 0, "nothing hostile was answered");
  for (const [way, text] of found) {
    if (names.some((name) => name.test(way))) {
      assertNotMatch(text, /\n/);
      assert(text.length <= 700, `${way}: ${text.length} characters`);
      continue;
    }
    assertMatch(text, /^[^<]*<<data-([0-9a-f]{8}) [^]* \1-data>>[^<>]*$/, way);
  }
}
