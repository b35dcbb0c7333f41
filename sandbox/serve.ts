/**
 * Serves the sandbox on its own, for whoever wants to point a client at it:
 *
 *     deno task sandbox [--port N] [--auth device|open] [--bare]
 *
 * Prints its URL first. `--bare` is the unseeded plane alone: no ingress, no
 * issuer, nothing checked, as the services behind an ingress are.
 */
import { parseArgs } from "node:util";
import { systemClock } from "../src/clock.ts";
import { listenOnLoopback } from "./loopback.ts";
import { startSandbox } from "./mod.ts";
import { createPlane } from "./plane/mod.ts";

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
  { auth, port }: { auth: "device" | "open"; port: number },
): Promise<Served> {
  const sandbox = await startSandbox({ auth, port });
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

/** @returns what was asked for, or what is wrong with it */
function readArguments(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: "string", default: "0" },
        auth: { type: "string", default: "device" },
        bare: { type: "boolean", default: false },
      },
    });
    const port = Number(values.port);
    const isPort = Number.isInteger(port) && port >= 0 && port < 65536;
    if (!isPort) {
      return `--port is a number from 0 to 65535, not "${values.port}"`;
    }
    const { auth, bare } = values;
    if (auth !== "device" && auth !== "open") {
      return `--auth is device or open, not "${auth}"`;
    }
    return { auth, bare, port } as const;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function print(stream: { writeSync(bytes: Uint8Array): number }, text: string) {
  stream.writeSync(new TextEncoder().encode(`${text}\n`));
}
