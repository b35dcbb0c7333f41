/** What a command gave. */
export type CommandResult =
  | {
    readonly kind: "ended";
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
  }
  /** No such program in any of these folders. */
  | { readonly kind: "not_found"; readonly searched: string }
  /** Deno's permissions do not allow it. */
  | { readonly kind: "not_permitted" }
  /** It did not end in time. */
  | { readonly kind: "timeout" };

/** Runs a program; `main.ts` passes the real one in. */
export type RunCommand = (
  argv: readonly string[],
  options: {
    /** Milliseconds. */
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
) => Promise<CommandResult>;

/** Output beyond this is not read: a token is small. */
const MAX_OUTPUT_BYTES = 256 * 1024;

/**
 * Variables that credential commands need, by name and by prefix: where they
 * keep their state, how they reach the network, and which profile they use.
 */
export const COMMAND_VARIABLES = {
  names: [
    ...["HOME", "PATH", "USER", "LOGNAME", "LANG", "TMPDIR", "KUBECONFIG"],
    ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"],
    ...["http_proxy", "https_proxy", "no_proxy", "all_proxy"],
    ...["SSL_CERT_FILE", "SSL_CERT_DIR"],
    // Keychains on Linux are reached by the session's bus.
    "DBUS_SESSION_BUS_ADDRESS",
    // Windows cannot start a program without these.
    ...["SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PATHEXT"],
  ],
  prefixes: ["XDG_", "AWS_", "CLOUDSDK_", "GOOGLE_", "AZURE_"],
} as const;

/**
 * Makes the adapter that runs commands: no shell, stdin closed, an environment
 * of its own in which Flyte's secrets are not.
 *
 * @param environment gives the variables that the command may see
 */
export function createRunCommand(
  environment: () => Record<string, string>,
): RunCommand {
  return async ([program = "", ...args], { timeoutMs, signal }) => {
    const env = environment();
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const child = new Deno.Command(program, {
        args,
        env,
        clearEnv: true,
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        signal: AbortSignal.any([signal, timeout]),
      }).spawn();
      const [stdout, stderr, { code }] = await Promise.all([
        readSome(child.stdout),
        readSome(child.stderr),
        child.status,
      ]);
      signal.throwIfAborted();
      if (timeout.aborted) return { kind: "timeout" };
      return { kind: "ended", code, stdout, stderr };
    } catch (error) {
      signal.throwIfAborted();
      if (timeout.aborted) return { kind: "timeout" };
      if (error instanceof Deno.errors.NotFound) {
        return { kind: "not_found", searched: env.PATH ?? "" };
      }
      if (error instanceof Deno.errors.NotCapable) {
        return { kind: "not_permitted" };
      }
      throw error;
    }
  };
}

/** Reads a stream to its end, and keeps its last part. */
async function readSome(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text = (text + decoder.decode(chunk, { stream: true }))
      .slice(-MAX_OUTPUT_BYTES);
  }
  return text;
}
