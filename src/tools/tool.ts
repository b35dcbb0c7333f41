import { z } from "zod";
import type { ClientSet } from "../client/client_set.ts";
import type { Session } from "../client/session.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/mod.ts";
import type { Setting } from "../config/sources.ts";
import type { Diagnosis } from "../doctor/diagnosis.ts";
import type { Conversation } from "./conversation.ts";
import type { Elicitation } from "./login/elicitation.ts";

/** Milliseconds of a call, unless its tool says otherwise. */
const CALL_MS = 40_000;

/** Groups of tools that are listed unless the settings say otherwise. */
export const DEFAULT_TOOLSETS = [
  ...["identity", "projects", "tasks", "runs", "logs", "conditions"] as const,
] as const;

/** Groups of tools that are listed where the settings ask for them. */
export const OPT_IN_TOOLSETS = ["triggers", "apps", "secrets"] as const;

/** A named group of tools. */
export type Toolset =
  | typeof DEFAULT_TOOLSETS[number]
  | typeof OPT_IN_TOOLSETS[number];

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

/** What a tool works with. */
export interface ToolContext {
  readonly clients: ClientSet;
  readonly session: Session;
  readonly config: Config;
  /** The control plane's URL with its source. */
  readonly endpoint: Setting<string>;
  /** Sentences on settings that were ignored. */
  readonly notices: readonly string[];
  /** Bytes that the result may have. */
  readonly maxResultBytes: number;
  readonly clock: Clock;
  readonly conversation: Conversation;
  /** Asks the person to open a page; `null`: this host cannot. */
  readonly elicitation: Elicitation | null;
  /** Ends when the host cancels, or the call's 40 s are over. */
  readonly signal: AbortSignal;
  /** Tells the host how a wait goes, where it asked to be told. */
  readonly progress: (message: string) => void;
}

/** What a tool works with that must do without Flyte. */
export interface MachineContext
  extends Pick<ToolContext, "signal" | "maxResultBytes"> {
  /** Looks at everything that calls depend on; never rejects. */
  readonly diagnose: (signal: AbortSignal) => Promise<Diagnosis>;
}

/** What a tool answers. */
export interface Answer {
  /** One sentence for the reader of `content`. */
  readonly text: string;
  /** Everything, for the reader of `structuredContent`. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What every tool has. */
interface ToolDefinition {
  readonly name: string;
  readonly title: string;
  readonly toolset: Toolset;
  readonly description: string;
  readonly input: z.ZodObject;
  /** An open object of optional fields: errors must pass it as well. */
  readonly output: z.ZodObject;
  readonly annotations: ToolAnnotations;
  /** A call ends within so many milliseconds, whatever Flyte does. */
  readonly callMs: number;
}

/** A tool that calls Flyte. */
interface FlyteTool extends ToolDefinition {
  readonly needs: "flyte";
  run(input: unknown, context: ToolContext): Promise<Answer>;
}

/** A tool that works before any login, and with a broken configuration. */
interface MachineTool extends ToolDefinition {
  readonly needs: "machine";
  run(input: unknown, context: MachineContext): Promise<Answer>;
}

/** A tool as a plain value: the server binds it to MCP. */
export type Tool = FlyteTool | MachineTool;

/** A definition as it is written, with what it works with. */
type Written<I extends z.ZodRawShape, Context> =
  & Omit<ToolDefinition, "input" | "output" | "callMs">
  & {
    readonly input: I;
    readonly output: z.ZodRawShape;
    /** @default {40000} */
    readonly callMs?: number;
    run(input: z.output<z.ZodObject<I>>, context: Context): Promise<Answer>;
  };

/** Defines a tool; `run` gets its input checked and typed. */
export function defineTool<I extends z.ZodRawShape>(
  definition: Written<I, ToolContext>,
): Tool {
  return { needs: "flyte", ...checked(definition) };
}

/** Defines a tool that needs no Flyte. */
export function defineMachineTool<I extends z.ZodRawShape>(
  definition: Written<I, MachineContext>,
): Tool {
  return { needs: "machine", ...checked(definition) };
}

function checked<I extends z.ZodRawShape, Context>(
  definition: Written<I, Context>,
) {
  const input = z.strictObject(definition.input);
  return {
    callMs: CALL_MS,
    ...definition,
    input,
    output: z.looseObject({ status: z.string(), ...definition.output })
      .partial(),
    run: (raw: unknown, context: Context) =>
      definition.run(parseInput(input, raw), context),
  };
}

/** Thrown as it is; the error boundary knows how to tell it. */
function parseInput<I extends z.ZodRawShape>(
  schema: z.ZodObject<I>,
  raw: unknown,
): z.output<z.ZodObject<I>> {
  return schema.parse(raw ?? {}) as z.output<z.ZodObject<I>>;
}
