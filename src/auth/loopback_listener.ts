/** A listener on this machine; dispose of it to stop. */
export type LoopbackListener = AsyncDisposable;

/** Why nothing could be listened on. */
export type ListenFailure = "in_use" | "not_permitted" | "impossible";

/** What to listen for. */
export interface ListenOptions {
  /** The host as the redirect URI writes it. */
  readonly hostname: string;
  readonly port: number;
  readonly handle: (request: Request) => Promise<Response>;
}

/** Listens for the browser; `main.ts` passes the real one in. */
export type ListenOnLoopback = (
  options: ListenOptions,
) => LoopbackListener | ListenFailure;

/** The addresses that a name may mean: a browser picks one of them. */
function addressesOf(hostname: string): string[] {
  if (hostname === "localhost") return ["127.0.0.1", "::1"];
  if (hostname === "[::1]") return ["::1"];
  return [hostname];
}

/**
 * Listens on every loopback address that the name may mean. A machine without
 * IPv6 is served by the other one.
 */
export function listenOnLoopback(
  { hostname, port, handle }: ListenOptions,
): LoopbackListener | ListenFailure {
  const servers: Deno.HttpServer[] = [];
  const close = async () => {
    await Promise.all(servers.map((server) => server.shutdown()));
  };
  for (const address of addressesOf(hostname)) {
    try {
      servers.push(
        Deno.serve({ hostname: address, port, onListen() {} }, handle),
      );
    } catch (error) {
      const isSecond = error instanceof Deno.errors.AddrNotAvailable &&
        servers.length > 0;
      if (isSecond) continue;
      close();
      return failureOf(error);
    }
  }
  return { [Symbol.asyncDispose]: close };
}

function failureOf(error: unknown): ListenFailure {
  if (error instanceof Deno.errors.AddrInUse) return "in_use";
  if (error instanceof Deno.errors.NotCapable) return "not_permitted";
  return "impossible";
}
