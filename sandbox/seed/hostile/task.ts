import { create } from "@bufbuild/protobuf";
import { LiteralTypeSchema } from "../../../idl/flyteidl2/core/types_pb.ts";
import { dataclass, STRING } from "../tasks/literal_types.ts";
import type { SdkTask } from "../tasks/sdk_task.ts";
import { string } from "../values.ts";
import { HOSTILE } from "./hostile.ts";
import { TEXTS } from "./texts.ts";

const CHOICE = create(LiteralTypeSchema, {
  type: { case: "enumType", value: { values: [TEXTS["enum value"], "b"] } },
});

/** A task whose author writes for those who read about it. */
export const HOSTILE_TASK: SdkTask = {
  id: HOSTILE.task,
  image: "ghcr.io/example/hostile:v1",
  inputs: {
    [TEXTS["input name"]]: STRING,
    settings: dataclass(TEXTS["input type"], {
      rate: { type: "number", default: 1 },
    }),
    choice: CHOICE,
  },
  outputs: { o0: STRING },
  defaults: { choice: string(TEXTS["default"]) },
  env: { HINT: TEXTS["environment variable"] },
  description: TEXTS["task description"],
  longDescription: TEXTS["task long description"],
  environmentDescription: TEXTS["environment description"],
};
