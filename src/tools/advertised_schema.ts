import type { StandardSchemaWithJSON } from "@modelcontextprotocol/server";
import type { ZodObject } from "zod";
import { compactSchema } from "./compact_schema.ts";

/**
 * Shows a schema to the host and lets every argument through to the tool,
 * which checks them itself: the SDK's own refusal has no code and no next step.
 */
export function advertised(schema: ZodObject): StandardSchemaWithJSON {
  const { jsonSchema } = schema["~standard"];
  return {
    "~standard": {
      version: 1,
      vendor: "flyte-mcp",
      validate: (value) => ({ value }),
      jsonSchema: {
        input: (options) => compactSchema(jsonSchema.input(options)),
        output: (options) => compactSchema(jsonSchema.output(options)),
      },
    },
  };
}
