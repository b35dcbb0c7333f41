import { z } from "zod";
import type { ClientSet } from "../client/client_set.ts";
import type { Session } from "../client/session.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/mod.ts";
import type { Setting } from "../config/sources.ts";

/** A named group of tools. */
export type Toolset = "identity" | "projects" | "runs";

/** The four hints of MCP, all said. */
export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/** The hints of a tool that only reads Flyte. */
export const READS: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
};

/** What the server remembers between calls, to say what to do next. */
export interface Conversation {
  /** The tool that a login kept from working. */
  blockedTool: string | null;
}

/** What a tool works with. */
export interface ToolContext {
  readonly clients: ClientSet;
  readonly session: Session;
  readonly config: Config;
  /** The control plane's URL with its source. */
  readonly endpoint: Setting<string>;
  /** Sentences on settings that were ignored. */
  readonly notices: readonly string[];
  readonly clock: Clock;
  readonly conversation: Conversation;
  /** Ends when the host cancels, or the call's 40 s are over. */
  readonly signal: AbortSignal;
  /** Tells the host how a wait goes, where it asked to be told. */
  readonly progress: (message: string) => void;
}

/** What a tool answers. */
export interface Answer {
  /** One sentence for the reader of `content`. */
  readonly text: string;
  /** Everything, for the reader of `structuredContent`. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A tool as a plain value: the server binds it to MCP. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly toolset: Toolset;
  readonly description: string;
  readonly input: z.ZodObject;
  /** An open object of optional fields: errors must pass it as well. */
  readonly output: z.ZodObject;
  readonly annotations: ToolAnnotations;
  run(input: unknown, context: ToolContext): Promise<Answer>;
}

/** Defines a tool; `run` gets its input checked and typed. */
export function defineTool<I extends z.ZodRawShape>(
  definition: Omit<Tool, "input" | "output" | "run"> & {
    readonly input: I;
    readonly output: z.ZodRawShape;
    run(
      input: z.output<z.ZodObject<I>>,
      context: ToolContext,
    ): Promise<Answer>;
  },
): Tool {
  const input = z.strictObject(definition.input);
  return {
    ...definition,
    input,
    output: z.looseObject({ status: z.string(), ...definition.output })
      .partial(),
    run: (raw, context) => definition.run(parseInput(input, raw), context),
  };
}

/** Thrown as it is; the error boundary knows how to tell it. */
function parseInput<I extends z.ZodRawShape>(
  schema: z.ZodObject<I>,
  raw: unknown,
): z.output<z.ZodObject<I>> {
  return schema.parse(raw ?? {}) as z.output<z.ZodObject<I>>;
}
