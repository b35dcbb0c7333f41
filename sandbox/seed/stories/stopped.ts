import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { SEEDED } from "../seeded.ts";
import type { RunStory } from "../story.ts";
import { shard, trained } from "./shards.ts";
import { FORECAST } from "./forecasting.ts";
import { FIT, TRAIN, trainingInputs } from "./training.ts";
import { integer, string } from "../values.ts";

const HOUR = 3_600;
const ABORTED_AT = 38.2;
/** The children follow a moment later. */
const CHILDREN_AT = ABORTED_AT + 0.025;

/** Aborted with a reason; what was finished by then keeps its phase. */
export const ABORTED: RunStory = {
  run: SEEDED.runs.aborted,
  ago: 3 * HOUR,
  source: RunSource.CLI,
  startedBy: SEEDED.people.ada,
  abort: { by: SEEDED.people.grace, reason: "wrong dataset, see the 2026 one" },
  root: {
    task: TRAIN,
    inputs: trainingInputs("s3://example-datasets/orders/2025", 3),
    attempts: [{ at: 0.4, ending: { kind: "aborted", at: ABORTED_AT } }],
    children: [
      shard({
        task: FIT,
        index: 0,
        loss: 0.31,
        attempts: [trained(0, { at: 4.4, seconds: 30.7, loss: 0.31 })],
      }),
      ...[1, 2].map((index) =>
        shard({
          task: FIT,
          index,
          attempts: [{
            at: 4.4 + index,
            ending: { kind: "aborted", at: CHILDREN_AT },
          }],
        })
      ),
    ],
  },
};

/** The phase of the action tells; the text of its error is in the attempt alone. */
export const TIMED_OUT: RunStory = {
  run: SEEDED.runs.timedOut,
  ago: 8 * HOUR,
  source: RunSource.CLI,
  startedBy: SEEDED.people.mary,
  root: {
    task: FORECAST,
    inputs: { horizon_days: integer(365), model: string("prophet-7") },
    attempts: [{
      at: 0.3,
      ending: {
        kind: "timed out",
        at: 600.3,
        error: { message: "task timed out after 600s" },
      },
      log: [[3.1, "forecasting 365 days for 412 regions"]],
    }],
  },
};
