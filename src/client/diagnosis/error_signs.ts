import type { TroubleClass } from "./trouble.ts";

/** A message by which a class is known. */
interface Sign {
  readonly class: TroubleClass;
  readonly said: RegExp;
}

/**
 * How errors begin that Flyte's executor, Kubernetes and the SDK write
 * themselves. They carry neither type nor code, and a task may raise any text,
 * so the whole beginning must fit. The first sign that fits decides.
 */
const SIGNS: readonly Sign[] = [
  {
    class: "missing_secret",
    said:
      /^admission webhook "[^"]*" denied the request: none of the secret managers injected secret/,
  },
  {
    class: "container_config",
    said: /^admission webhook "[^"]*" denied the request/,
  },
  {
    class: "image_pull",
    said:
      /^Grace period \[[^\]]*\] exceeded\|\|.*(ErrImage|ImagePullBackOff|InvalidImageName|ImageInspectError|[Bb]ack-off pulling image|[Ff]ailed to pull)/s,
  },
  { class: "container_config", said: /^Grace period \[[^\]]*\] exceeded\|\|/ },
  {
    class: "out_of_memory",
    said: /^(Pod failed\. .*Reason \[OOMKilled\]|OOMKilled\b)/s,
  },
  {
    class: "killed",
    said: /^Pod failed\. .*terminated with exit code \((137|139|143)\)/s,
  },
  {
    class: "evicted",
    said:
      /^(The node was low on resource|The node had condition|Pod ephemeral local storage usage exceeds|Container \S+ exceeded its local ephemeral storage|Usage of EmptyDir volume \S+ exceeds|Evicted\b)/,
  },
  {
    class: "preempted",
    said: /^(Preempted\b|Preempting\b|Pod was preempted)/,
  },
  {
    class: "node_unreachable",
    said:
      /^(Node is not ready|Pod was terminated in response to imminent node)/,
  },
  { class: "quota", said: /^pods "[^"]*" is forbidden: exceeded quota:/ },
  {
    class: "container_config",
    said: /^(pods "[^"]*" is forbidden:|Pod "[^"]*" is invalid:)/,
  },
  {
    class: "missing_outputs",
    said:
      /^(plugin "[^"]*" failed with system error \d+ times: )?failed to read data from dataDir \[/,
  },
  { class: "timeout", said: /^task timed out after \d/ },
  {
    class: "condition_timed_out",
    said: /^Condition '.*' was not signaled within the timeout period/s,
  },
  {
    class: "aborted",
    said: /^Action \S+ was aborted, aborting current Action/,
  },
  {
    class: "input_type",
    said: /^Error converting input '|^(\S*\.)?TypeTransformerFailedError\b/,
  },
];

/** What an error's message tells by its beginning; `null`: nothing. */
export function readError(message: string): TroubleClass | null {
  return SIGNS.find(({ said }) => said.test(message))?.class ?? null;
}

/** What Python says when a task itself was called with the wrong arguments. */
const ARGUMENTS =
  /^(\w+)\(\) (missing \d+ required (positional|keyword-only) arguments?:|got an unexpected keyword argument|takes \d+ positional arguments?)/;

/**
 * Whether an exception tells that inputs did not fit the task.
 *
 * @param text what was raised, with or without its type
 * @param functionName the task's function: of its own calls Python says the same
 */
export function isInputError(text: string, functionName: string): boolean {
  const message = text.replace(/^(\w+\.)*\w*(Error|Exception): /, "");
  return ARGUMENTS.exec(message)?.[1] === functionName ||
    readError(message) === "input_type" ||
    /(^|\.)TypeTransformerFailedError: /.test(text);
}
