import { assertEquals } from "@std/assert";
import {
  isInputError,
  readError,
} from "../../../src/client/diagnosis/error_signs.ts";
import { recorded } from "../../replay/replay_server.ts";

/** Messages of clusters, and what they are. */
const MESSAGES = [
  [
    "Pod failed. No message received from kubernetes.\n[a-0] terminated with exit code (137). Reason [OOMKilled]. Message: \n.",
    "out_of_memory",
  ],
  [
    "Pod failed. No message received from kubernetes.\n[a-0] terminated with exit code (139). Reason [Error]. Message: \n.",
    "killed",
  ],
  [
    'Grace period [3m0s] exceeded||Back-off pulling image "a": ErrImagePull: no',
    "image_pull",
  ],
  ['Grace period [0s] exceeded||secret "nope" not found', "container_config"],
  [
    'admission webhook "a" denied the request: none of the secret managers injected secret [key:"k"]',
    "missing_secret",
  ],
  [
    'admission webhook "policy" denied the request: no latest tags',
    "container_config",
  ],
  [
    'plugin "pod" failed with system error 4 times: failed to read data from dataDir [s3://b/outputs.pb]',
    "missing_outputs",
  ],
  ["The node was low on resource: memory.", "evicted"],
  ['pods "a" is forbidden: exceeded quota: compute', "quota"],
  ["task timed out after 1800s", "timeout"],
  [
    "Condition 'a' was not signaled within the timeout period.",
    "condition_timed_out",
  ],
  ["Action b was aborted, aborting current Action a0", "aborted"],
  ["bad input: oops", null],
  ["", null],
  // Whoever raises such a text is no cluster.
  ["the pod said: Reason [OOMKilled]", null],
  ["ValueError: Grace period [0s] exceeded||x", null],
] as const;

for (const [message, known] of MESSAGES) {
  Deno.test(`readError() takes "${message.slice(0, 60)}" for ${known}`, () => {
    assertEquals(readError(message), known);
  });
}

const INPUTS = [
  ["load() missing 1 required positional argument: 'day'", true],
  [
    "TypeError: load() missing 2 required positional arguments: 'a' and 'b'",
    true,
  ],
  ["TypeError: load() got an unexpected keyword argument 'x'", true],
  ["TypeError: helper() missing 1 required positional argument: 'day'", false],
  [
    "flyte.types._type_engine.TypeTransformerFailedError: Error converting input 'rows':",
    true,
  ],
  ["ValueError: Error converting input", false],
] as const;

for (const [text, expected] of INPUTS) {
  Deno.test(`isInputError() is ${expected} of "${text}"`, () => {
    assertEquals(isInputError(text, "load"), expected);
  });
}

/** What was recorded of failures, and their classes. */
const RECORDED: readonly (readonly [RegExp, string | null])[] = [
  [/OOMKilled/, "out_of_memory"],
  [/ErrImagePull/, "image_pull"],
  [/dataDir/, "missing_outputs"],
  [/oops|Traceback/, null],
];

const ERRORS = new Set(
  recorded("kubernetes").flatMap(({ response }) => {
    // deno-lint-ignore no-explicit-any
    const json = response?.json as any;
    const action = json?.details?.action ?? json?.details;
    return action?.errorInfo?.message ?? [];
  }),
);

for (const message of ERRORS) {
  const known = RECORDED.find(([sign]) => sign.test(message));
  Deno.test(`readError() knows the recorded "${message.slice(0, 50)}"`, () => {
    assertEquals(readError(message), known?.[1] ?? null);
  });
}
