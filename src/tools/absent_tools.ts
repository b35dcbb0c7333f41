import { ToolError } from "../errors.ts";
import type { Answer, MachineContext, Tool, ToolContext } from "./tool.ts";

/** Parts of an answer that propose calls. */
const PROPOSING = ["next_steps", "note", "missing_evidence", "empty_because"];

/**
 * A tool that says so where it proposes others which this server does not
 * have, for an agent would take the host's "tool not found" for a fault.
 */
export function knowingAbsent(tool: Tool, absent: readonly string[]): Tool {
  if (absent.length === 0) return tool;
  const mentioned = new RegExp(`\\b(?:${absent.join("|")})\\b`, "g");
  const notHere = (text: string) => [...new Set(text.match(mentioned) ?? [])];
  const told = async (answering: Promise<Answer>): Promise<Answer> => {
    try {
      const { text, data } = await answering;
      const parts = PROPOSING.flatMap((key) => data[key] ?? []);
      const names = notHere(JSON.stringify([text, ...parts]));
      if (names.length === 0) return { text, data };
      return {
        text: `${text} ${sentence(names)}`,
        data: { ...data, tools_not_here: names },
      };
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      const names = notHere(error.nextStep);
      throw names.length > 0 ? withMore(error, sentence(names)) : error;
    }
  };
  return tool.needs === "machine"
    ? {
      ...tool,
      run: (raw: unknown, context: MachineContext) =>
        told(tool.run(raw, context)),
    }
    : {
      ...tool,
      run: (raw: unknown, context: ToolContext) => told(tool.run(raw, context)),
    };
}

function sentence(names: readonly string[]): string {
  const [only] = names;
  return names.length === 1
    ? `${only} is not on this server.`
    : `${names.join(" and ")} are not on this server.`;
}

function withMore(error: ToolError, more: string): ToolError {
  const { code, message, nextStep, retryAfterS, requestId, scope, cause } =
    error;
  return new ToolError(code, message, {
    nextStep: `${nextStep} (${more})`,
    ...{ retryAfterS, requestId, scope, cause },
  });
}
