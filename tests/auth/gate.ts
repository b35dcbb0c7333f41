/** An identity-aware proxy in front of a server, and a command with its tokens. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { listenOnLoopback } from "../../sandbox/loopback.ts";

/** What the tokens of {@linkcode counter} begin with. */
export const TOKEN = "made-up-proxy-token-";

/** A request that came to the gate. */
export interface Gated {
  readonly path: string;
  /** The proxy's token that it brought. */
  readonly token: string;
  /** What the gate answered, or 200 when it let the request through. */
  readonly status: number;
}

/** A proxy that stands before one server: no token, no entry. */
export interface Gate extends AsyncDisposable {
  readonly url: string;
  readonly seen: Gated[];
}

/**
 * Starts a gate.
 *
 * @param target origin of the server behind, asked at each request
 */
export async function startGate(
  target: () => string,
  { takes, refusal = 401 }: {
    takes: (token: string) => boolean;
    refusal?: number;
  },
): Promise<Gate> {
  const seen: Gated[] = [];
  const server = await listenOnLoopback((req, res) => {
    handle(req, res).catch(() => res.destroy());
  }, 0);
  return {
    url: server.url,
    seen,
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };

  async function handle(req: IncomingMessage, res: ServerResponse) {
    const { "proxy-authorization": sent, host: _, ...headers } = req.headers;
    const token = String(sent ?? "").replace(/^Bearer /, "");
    const { url: path = "", method = "POST" } = req;
    const isTaken = takes(token);
    seen.push({ path, token, status: isTaken ? 200 : refusal });
    if (!isTaken) {
      res.writeHead(refusal, { "content-type": "text/html" });
      return void res.end("<h1>Who are you?</h1>");
    }
    const body = new Blob(await Array.fromAsync(req) as BlobPart[]);
    const answer = await fetch(`${target()}${path}`, {
      method,
      // A header that is there has a value.
      headers: headers as Record<string, string>,
      ...(method !== "GET" && { body: await body.bytes() }),
    });
    res.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "",
    });
    res.end(new Uint8Array(await answer.arrayBuffer()));
  }
}

/** A command that prints `made-up-proxy-token-N`, one more each time. */
export async function counter() {
  const folder = await Deno.makeTempDir();
  const file = JSON.stringify(`${folder}/runs`);
  const script = `
    Deno.writeTextFileSync(${file}, "x", { append: true });
    console.log("${TOKEN}" + Deno.readTextFileSync(${file}).length);`;
  return {
    command: JSON.stringify([Deno.execPath(), "eval", script]),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
