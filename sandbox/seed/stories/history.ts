import { RunSource } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import type { RunKey } from "../../plane/workflow/actions.ts";
import { SEEDED } from "../seeded.ts";
import type { RunStory, Seconds } from "../story.ts";
import { trainModel } from "../tasks/training.ts";
import { file, float } from "../values.ts";
import { trainingInputs } from "./training.ts";

const DAY = 86_400;
const WEEK = 7 * DAY;
/** Before this many days the second version was used. */
const SECOND_VERSION_DAYS = 3;
const PRODUCTION_SECONDS = 214.7;

/** What came of a training. */
interface Outcome {
  readonly ago: Seconds;
  readonly seconds: Seconds;
  readonly accuracy: number;
  readonly version: string;
}

/** Older successes, and two runs of one name in two projects. */
export const HISTORY: readonly RunStory[] = [
  ...SEEDED.history.map((run, index) => {
    const days = index + 1;
    return training(run, {
      ago: days * DAY,
      seconds: 118.4 + index * 6.3,
      accuracy: 0.926 - index * 0.004,
      version: days > SECOND_VERSION_DAYS ? "v2" : "v3",
    });
  }),
  ...SEEDED.twins.map((run, index) =>
    training(run, {
      ago: WEEK - index * DAY,
      seconds: PRODUCTION_SECONDS - index,
      accuracy: 0.911,
      version: index === 0 ? "v2" : "v3",
    })
  ),
];

/** A training whose pod was cleaned up long ago. */
function training(run: RunKey, outcome: Outcome): RunStory {
  const { project, domain, name } = run;
  const { ago, seconds, accuracy, version } = outcome;
  const { people } = SEEDED;
  return {
    run,
    ago,
    source: RunSource.CLI,
    startedBy: project === SEEDED.projects.mlProd ? people.mary : people.grace,
    root: {
      task: trainModel({ project, domain }, version),
      inputs: trainingInputs(`s3://example-datasets/orders/${name}`),
      outputs: {
        o0: float(accuracy),
        o1: file(`s3://example-models/orders/${name}/model.pt`),
      },
      attempts: [{ at: 0.3, ending: { kind: "succeeded", at: seconds } }],
    },
  };
}
