import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  type InputRequiredResult,
  inputResponse,
  type McpServer,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { type Clock, within } from "./clock.ts";
import type { Elicitation } from "./tools/login/elicitation.ts";

/** What an elicitation needs of the call that it belongs to. */
export interface ElicitationOptions {
  /** Knows what was agreed on when the client connected. */
  readonly connection: Pick<
    McpServer["server"],
    "getClientCapabilities" | "getNegotiatedProtocolVersion"
  >;
  /** See `Conversation.signingKey`. */
  readonly signingKey: Uint8Array;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Since this revision servers send no requests, and each call says it all. */
const STATELESS_SINCE = "2026-07-28";

/** Capabilities of a client that shows pages; `elicitation: {}` means forms. */
const SHOWS_PAGES = z.object({
  elicitation: z.object({ url: z.looseObject({}) }),
});

/** What the one question of a call is called. */
const KEY = "login";

/** Longer than a login waits for its person. */
const STATE_SECONDS = 60 * 60;

/** Ends a call whose host asks the person and then calls again. */
export class InputRequired extends Error {
  override readonly name = "InputRequired";
  readonly result: InputRequiredResult;

  constructor(result: InputRequiredResult) {
    super("The host has to ask the person");
    this.result = result;
  }
}

/**
 * How this call can ask the person to open a page; `null`: its client has not
 * declared that it can. Forms are never used: a login needs a link, and no
 * secret goes through one.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation
 */
export function elicitationOf(
  mcp: ServerContext,
  options: ElicitationOptions,
): Elicitation | null {
  const { connection } = options;
  const revision = connection.getNegotiatedProtocolVersion() ?? "";
  const isStateless = revision >= STATELESS_SINCE;
  const envelope: Record<string, unknown> = mcp.mcpReq.envelope ?? {};
  const declared = isStateless
    ? envelope[CLIENT_CAPABILITIES_META_KEY]
    : connection.getClientCapabilities();
  if (!SHOWS_PAGES.safeParse(declared).success) return null;
  return isStateless ? byCallingAgain(mcp, options) : byRequest(mcp, options);
}

/**
 * Revision 2026-07-28: the result asks, and the host calls again with what the
 * person did. What it carries back in between names the login and is signed;
 * what is not ours is as good as nothing.
 */
function byCallingAgain(
  mcp: ServerContext,
  { signingKey }: ElicitationOptions,
): Elicitation {
  const { mcpReq } = mcp;
  const states = createRequestStateCodec<string>({
    key: signingKey,
    ttlSeconds: STATE_SECONDS,
  });
  return {
    async earlier() {
      const state = mcpReq.requestState<string>();
      const { inputResponses } = mcpReq;
      if (state === undefined && inputResponses === undefined) return null;
      const response = inputResponse(inputResponses, KEY);
      return {
        flowId: await states.verify(state ?? "", mcp).catch(() => null),
        action: response.kind === "elicit" ? response.action : "cancel",
      };
    },
    async ask({ url, message, flowId }) {
      throw new InputRequired(inputRequired({
        inputRequests: { [KEY]: inputRequired.elicitUrl({ url, message }) },
        requestState: await states.mint(flowId),
      }));
    },
  };
}

/** Revision 2025-11-25: a request of ours in the middle of the host's call. */
function byRequest(
  { mcpReq }: ServerContext,
  { clock, signal }: ElicitationOptions,
): Elicitation {
  return {
    earlier: () => Promise.resolve(null),
    async ask({ url, message }, ms) {
      const over = new AbortController();
      const elicitationId = crypto.randomUUID();
      try {
        const asked = mcpReq.elicitInput(
          { mode: "url", url, message, elicitationId },
          { relatedRequestId: mcpReq.id, signal: over.signal },
        );
        const answer = await within(asked, ms, { clock, signal });
        return answer === "late" ? "cancel" : answer.action;
      } catch {
        // The login can still be finished without the host's help.
        return "cancel";
      } finally {
        over.abort("Not waited for any more");
      }
    },
  };
}
