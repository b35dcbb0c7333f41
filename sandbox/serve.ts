/**
 * Serves the sandbox on its own, for whoever wants to point a client at it:
 *
 *     deno task sandbox [--port N] [--auth device|open] [--bare]
 *                       [--seed everyday,troubles,hostile] [--actions N] [--log-lines N]
 *
 * Prints its URL first. Runs that are created happen. `--seed` names the
 * made-up data; `--actions` and `--log-lines` add a run of that size. `--bare`
 * is the unseeded plane alone: no ingress, no issuer, nothing checked, as the
 * services behind an ingress are.
 */
import { systemClock } from "../src/clock.ts";
import { listenOnLoopback } from "./loopback.ts";
import { startSandbox } from "./mod.ts";
import { createPlane } from "./plane/mod.ts";
import { readArguments, type ServeArguments } from "./serve_arguments.ts";

/** What is served, and what there is to say of it. */
interface Served extends AsyncDisposable {
  readonly lines: readonly string[];
}

if (import.meta.main) await main(Deno.args);

async function main(args: string[]): Promise<void> {
  const options = readArguments(args);
  if (typeof options === "string") {
    print(Deno.stderr, options);
    Deno.exit(2);
  }
  await using served = options.bare
    ? await serveBare(options.port)
    : await serveSandbox(options);
  for (const line of served.lines) print(Deno.stdout, line);
  const { promise, resolve } = Promise.withResolvers<void>();
  Deno.addSignalListener("SIGINT", resolve);
  Deno.addSignalListener("SIGTERM", resolve);
  await promise;
}

async function serveBare(port: number): Promise<Served> {
  const plane = createPlane(systemClock);
  const server = await listenOnLoopback(plane.handle, port);
  return {
    lines: [server.url],
    [Symbol.asyncDispose]: async () => {
      await plane[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function serveSandbox(
  { auth, port, seeded }: ServeArguments,
): Promise<Served> {
  const sandbox = await startSandbox({ auth, port, seeded, executor: true });
  const { endpoint, issuer } = sandbox;
  return {
    lines: [
      endpoint,
      issuer ? `Tokens come from ${issuer.url}` : "No login is needed",
      `Try: FLYTE_ENDPOINT=${endpoint} FLYTE_PROJECT=flytesnacks deno run -P main.ts`,
    ],
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

function print(stream: { writeSync(bytes: Uint8Array): number }, text: string) {
  stream.writeSync(new TextEncoder().encode(`${text}\n`));
}
