import type { Failure, RunStory } from "../story.ts";
import { integer, string } from "../values.ts";
import { cleanByShell, cleanOrders, loadRows } from "./tasks.ts";
import { frame, tell } from "./telling.ts";
import { TROUBLES } from "./troubles.ts";

const ORDERS = "s3://example-datasets/orders/2026-10.csv";
const SHELL_TRACEBACK = [
  "Traceback (most recent call last):",
  '  File "clean.py", line 17, in main',
  "ValueError: row 20481 has 6 cells, not 7",
].join("\n");

/** A `KeyError` says no more than the key, in quotes. */
const noAmount: Failure = {
  message: "'amount'",
  raised: {
    exception: "KeyError",
    cause: {
      exception: "IndexError",
      message: "list index out of range",
      frames: [
        frame("clean.py", 22, ["column", "return row[header.index(name)]"]),
      ],
    },
    frames: [
      frame("clean.py", 41, [
        "clean_orders",
        'amounts = [column(row, "amount") for row in rows]',
      ]),
      frame("clean.py", 24, ["column", "raise KeyError(name) from error"]),
    ],
  },
};

const USER_EXCEPTION = tell(TROUBLES.userException, {
  task: cleanOrders("v2"),
  inputs: { path: string(ORDERS) },
  attempts: [{
    at: 0.3,
    ending: { kind: "failed", at: 21.4, error: noAmount },
    log: [
      [3.4, `reading ${ORDERS}`],
      [19.8, "read 184203 rows"],
      [20.1, "columns: day, order, customer, total, currency"],
    ],
  }],
  before: {
    task: cleanOrders("v1"),
    seconds: 48.2,
    outputs: { o0: integer(182_417) },
  },
});

const POD_GONE = tell(TROUBLES.podGone, {
  task: cleanOrders("v2"),
  inputs: { path: string("s3://example-datasets/orders/2026-09.csv") },
  ago: 30 * 3_600,
  attempts: [{
    at: 0.3,
    ending: { kind: "failed", at: 19.7, error: noAmount },
  }],
  before: { seconds: 47.9, outputs: { o0: integer(179_006) } },
});

const TRACEBACK_IN_MESSAGE = tell(TROUBLES.tracebackInMessage, {
  task: cleanByShell("v1"),
  inputs: { path: string("s3://example-datasets/orders/2026-11.csv") },
  attempts: [{
    at: 0.3,
    ending: { kind: "failed", at: 9.1, error: { message: SHELL_TRACEBACK } },
    log: [[3.2, "clean.py: 20480 rows so far"]],
  }],
  before: {
    inputs: { path: string(ORDERS) },
    seconds: 31.5,
    outputs: { o0: integer(184_203) },
  },
});

/** What the SDK cannot make of an input ends the container before the task is called. */
const WRONG_TYPE = tell(TROUBLES.wrongType, {
  task: loadRows("v1"),
  inputs: { day: string("2026-11-20"), rows: string("many") },
  ago: 1_500,
  attempts: [{
    at: 0.3,
    ending: {
      kind: "crash loop",
      earlierLaunches: [1_486.2, 1_491.7],
      lastLaunch: 1_497.1,
      lines: [
        "[flyte] WARNING Flyte runtime started for action a0 with run name " +
        TROUBLES.wrongType.run.name,
        "Traceback (most recent call last):",
        '  File "/opt/venv/lib/python3.11/site-packages/flyte/types/_type_engine.py", line 431, in to_python_value',
        '    raise TypeTransformerFailedError(f"Cannot convert literal {lv} to {self._type}")',
        "flyte.types._type_engine.TypeTransformerFailedError: Cannot convert literal scalar {",
        "  primitive {",
        '    string_value: "many"',
        "  }",
        "}",
        " to <class 'int'>",
        "",
        "The above exception was the direct cause of the following exception:",
        "",
        "Traceback (most recent call last):",
        '  File "/opt/venv/lib/python3.11/site-packages/flyte/_internal/runtime/taskrunner.py", line 207, in convert_and_run',
        "    inputs_kwargs = await convert_inputs_to_native(inputs, task.native_interface)",
        "flyte.types._type_engine.TypeTransformerFailedError: Error converting input 'rows':",
        "Literal value: scalar {",
        "  primitive {",
        '    string_value: "many"',
        "  }",
        "}",
        "",
        "Expected Python type: <class 'int'>",
        "Exception: Cannot convert literal scalar {",
        "  primitive {",
        '    string_value: "many"',
        "  }",
        "}",
        " to <class 'int'>",
      ],
    },
    log: [],
  }],
  before: {
    inputs: { day: string("2026-11-19"), rows: integer(50_000) },
    seconds: 12.4,
    outputs: { o0: integer(50_000) },
  },
});

const MISSING_INPUT = tell(TROUBLES.missingInput, {
  task: loadRows("v1"),
  inputs: { rows: integer(50_000) },
  attempts: [{
    at: 0.3,
    ending: {
      kind: "failed",
      at: 3.6,
      error: {
        message: "load_rows() missing 1 required positional argument: 'day'",
        raised: { exception: "TypeError", frames: [] },
      },
    },
    log: [],
  }],
  before: {
    inputs: { day: string("2026-11-19"), rows: integer(50_000) },
    seconds: 12.9,
    outputs: { o0: integer(50_000) },
  },
});

/** What goes wrong in Python. */
export const PYTHON_TROUBLES: readonly RunStory[] = [
  ...USER_EXCEPTION,
  ...POD_GONE,
  ...TRACEBACK_IN_MESSAGE,
  ...WRONG_TYPE,
  ...MISSING_INPUT,
];
