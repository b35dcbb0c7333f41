import type { Cause, Failure, Frame, Raised } from "../story.ts";

const SITE = "/opt/venv/lib/python3.11/site-packages/flyte";

/** The calls by which the SDK comes to a task's function. */
const ENTRY: readonly Frame[] = [
  {
    file: `${SITE}/_internal/runtime/taskrunner.py`,
    line: 121,
    function: "run_task",
    code: "outputs = await task.execute(**inputs)",
  },
  {
    file: `${SITE}/_task.py`,
    line: 711,
    function: "execute",
    code: "v = await self.func(*args, **kwargs)",
  },
];

/** The calls by which the SDK waits for a child. */
const SUBMIT: readonly Frame[] = [
  {
    file: `${SITE}/_internal/controllers/remote/_controller.py`,
    line: 346,
    function: "submit",
    code: "result = await self._submit(_task, *args, **kwargs)",
  },
  {
    file: `${SITE}/_internal/controllers/remote/_controller.py`,
    line: 312,
    function: "_submit",
    code: "raise exc",
  },
];

/** What Python prints of an exception that nobody caught. */
export function tracebackOf(
  { message }: Pick<Failure, "message">,
  { exception, frames, child, cause }: Raised,
): string[] {
  const calls = [...ENTRY, ...frames, ...child === undefined ? [] : SUBMIT];
  const raised = child === undefined
    ? exception
    : "flyte.errors.RuntimeUserError";
  return [
    ...cause ? causeOf(cause) : [],
    ...stackOf(calls),
    `${raised}: ${message}`,
  ];
}

function causeOf({ exception, message, frames }: Cause): string[] {
  return [
    ...stackOf(frames),
    `${exception}: ${message}`,
    "",
    "The above exception was the direct cause of the following exception:",
    "",
  ];
}

/** The calls that led to an exception, the innermost last. */
export function stackOf(frames: readonly Frame[]): string[] {
  return [
    "Traceback (most recent call last):",
    ...frames.flatMap((frame) => [
      `  File "${frame.file}", line ${frame.line}, in ${frame.function}`,
      `    ${frame.code}`,
    ]),
  ];
}
