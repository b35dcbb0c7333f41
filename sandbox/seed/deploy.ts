import { triggersOf } from "./everyday_triggers.ts";
import type { Stage } from "./play/stage.ts";
import { SEEDED } from "./seeded.ts";
import {
  dailyForecast,
  publishModel,
  scoreRegion,
} from "./tasks/forecasting.ts";
import { DEVELOPMENT, PRODUCTION, STAGING } from "./tasks/places.ts";
import { type SdkTask, specOf } from "./tasks/sdk_task.ts";
import {
  fineTune,
  fitShard,
  loadOrders,
  trainModel,
} from "./tasks/training.ts";

const TRAINING_VERSIONS = ["v1", "v2", "v3", "v4-rc1"];
const FORECAST_VERSIONS = ["v1", "v2"];

/** Every version of every task, oldest first. */
const TASKS: readonly SdkTask[] = [
  ...["v1", "v2"].map((version) => loadOrders(DEVELOPMENT, version)),
  ...TRAINING_VERSIONS.map((version) => trainModel(DEVELOPMENT, version)),
  ...TRAINING_VERSIONS.map((version) => fitShard(DEVELOPMENT, version)),
  fineTune(DEVELOPMENT, "v1"),
  trainModel(PRODUCTION, "v3"),
  ...FORECAST_VERSIONS.map((version) => scoreRegion(PRODUCTION, version)),
  ...FORECAST_VERSIONS.map((version) => dailyForecast(PRODUCTION, version)),
  publishModel(PRODUCTION, "v1"),
  loadOrders(STAGING, "v1"),
];

/** Creates the projects that a new deployment has not, and deploys the tasks. */
export async function deploy({ projects, tasks }: Stage): Promise<void> {
  const { mlProd, dataPlatform } = SEEDED.projects;
  await projects.createProject({
    project: {
      id: mlProd,
      name: "ML production",
      description: "Models and forecasts that customers see.",
      labels: { values: { team: "ml" } },
    },
  });
  await projects.createProject({
    project: {
      id: dataPlatform,
      name: "Data platform",
      description: "Loading and cleaning.",
    },
  });
  for (const task of TASKS) {
    await tasks.deployTask({
      taskId: task.id,
      spec: specOf(task),
      triggers: triggersOf(task.id),
    });
  }
}
