import {
  type InputRequiredResult,
  McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { ZodError } from "zod";
import { advertised } from "./tools/advertised_schema.ts";
import { LoginRequired } from "./auth/login.ts";
import { loginDeclined } from "./auth/login_failures.ts";
import { abortable } from "./auth/single_flight.ts";
import { toToolError } from "./client/failures/failures.ts";
import { NO_ENDPOINT, viewOf } from "./client/failures/unreachable.ts";
import type { Clock } from "./clock.ts";
import { elicitationOf, InputRequired } from "./elicitation.ts";
import { ToolError } from "./errors.ts";
import { hasDeclined } from "./tools/conversation.ts";
import { argumentError } from "./tools/argument_error.ts";
import {
  errorResult,
  loginResult,
  successResult,
  type ToolResult,
} from "./tools/result.ts";
import type { MachineContext, Tool, ToolContext } from "./tools/tool.ts";

/** Tool definitions are the same for everybody, and for as long as it runs. */
const LIST_TTL_MS = 60 * 60_000;

/** What tools work with, but for what belongs to one call. */
export type Flyte = Omit<
  ToolContext,
  "signal" | "progress" | "clock" | "elicitation" | "maxResultBytes"
>;

/** What a server is made of. */
export interface ServerOptions {
  readonly version: string;
  /** Tells two servers side by side apart, for example `Flyte (host)`. */
  readonly title: string;
  readonly instructions: string;
  readonly tools: readonly Tool[];
  /**
   * Opens Flyte at the first call; nothing happens before.
   *
   * @throws {ToolError} when the configuration cannot be used
   */
  readonly open: () => Promise<Flyte>;
  /** Looks at what keeps it from being opened, or calls from an answer. */
  readonly diagnose: MachineContext["diagnose"];
  readonly clock: Clock;
  /** Bytes that a result may have. */
  readonly maxResultBytes: number;
  /** Takes what should not happen, for stderr. */
  readonly report: (message: string) => void;
}

/** Makes one MCP server; cheap, for each connection has its own. */
export function createServer(options: ServerOptions): McpServer {
  const { title, version, instructions } = options;
  const server = new McpServer({ name: "flyte-mcp", title, version }, {
    instructions,
    cacheHints: {
      "tools/list": { ttlMs: LIST_TTL_MS, cacheScope: "public" },
    },
  });
  for (const tool of options.tools) {
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: advertised(tool.input),
        outputSchema: advertised(tool.output),
        annotations: { title: tool.title, ...tool.annotations },
      },
      (input: unknown, mcp: ServerContext) =>
        call(tool, input, { mcp, options, connection: server.server }),
    );
  }
  return server;
}

/** The one boundary: whatever a tool throws becomes a result. */
async function call(
  tool: Tool,
  input: unknown,
  { mcp, options, connection }: {
    mcp: ServerContext;
    options: ServerOptions;
    connection: McpServer["server"];
  },
): Promise<ToolResult | InputRequiredResult> {
  const { clock, open, diagnose, maxResultBytes } = options;
  const deadline = new AbortController();
  const done = new AbortController();
  clock.sleep(tool.callMs, done.signal).then(() => deadline.abort(), () => {});
  const signal = AbortSignal.any([mcp.mcpReq.signal, deadline.signal]);
  let flyte: Flyte | null = null;
  try {
    if (tool.needs === "machine") {
      const context = { signal, diagnose, maxResultBytes };
      return successResult(await tool.run(input, context), maxResultBytes);
    }
    // Whatever does not heed the signal is left behind.
    flyte = await abortable(open(), signal);
    const { signingKey } = flyte.conversation;
    const asking = { connection, signingKey, clock, signal };
    const context = {
      ...{ ...flyte, clock, signal, maxResultBytes },
      elicitation: elicitationOf(mcp, asking),
      progress: progressOf(mcp),
    };
    const answer = await abortable(tool.run(input, context), signal);
    return successResult(answer, maxResultBytes);
  } catch (error) {
    // Of a call that the host has cancelled nobody reads the answer.
    const known = signal.aborted ? tooLate(tool, error) : error;
    if (known instanceof InputRequired) return known.result;
    return failure(known, { tool, flyte, options });
  } finally {
    done.abort();
  }
}

function failure(
  error: unknown,
  { tool, flyte, options }: {
    tool: Tool;
    flyte: Flyte | null;
    options: ServerOptions;
  },
): ToolResult {
  const { maxResultBytes: max } = options;
  if (error instanceof ZodError) {
    return errorResult(argumentError(error, tool.input), max);
  }
  const view = flyte ? viewOf(flyte.endpoint, flyte.config) : NO_ENDPOINT;
  const known = toToolError(error, view, {
    onDefect: (defect) => options.report(`${tool.name}: ${stackOf(defect)}`),
  });
  if (!(known instanceof LoginRequired)) return errorResult(known, max);
  if (flyte) {
    const { conversation, session } = flyte;
    conversation.blockedTool = tool.name;
    const declined = hasDeclined(conversation, session.authenticator.status());
    if (declined) return errorResult(loginDeclined(), max);
  }
  return loginResult(known, {
    endpoint: view.value,
    now: options.clock.now(),
    tool: tool.name,
    maxBytes: max,
  });
}

/** For whoever mends this program; the agent gets the message alone. */
function stackOf(defect: unknown): string {
  return defect instanceof Error
    ? defect.stack ?? defect.message
    : String(defect);
}

function tooLate(tool: Tool, cause: unknown): ToolError {
  return new ToolError(
    "timeout",
    `${tool.name} did not finish within ${tool.callMs / 1000} s.`,
    {
      nextStep: "Try once more; then tell the person that Flyte is slow.",
      cause,
    },
  );
}

/** Tells the host how a wait goes, where it asked to be told. */
function progressOf({ mcpReq }: ServerContext): (message: string) => void {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return (message) => {
    if (progressToken === undefined) return;
    const params = { progressToken, progress: ++progress, message };
    mcpReq.notify({ method: "notifications/progress", params }).catch(() => {});
  };
}
