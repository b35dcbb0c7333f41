import { integer, string } from "../values.ts";
import { BOOLEAN, FLOAT, INTEGER, STRING } from "./literal_types.ts";
import type { Place } from "./places.ts";
import type { SdkTask } from "./sdk_task.ts";

/** Forecasts demand for every region. */
export function dailyForecast(place: Place, version: string): SdkTask {
  return {
    id: { ...place, name: "forecast.daily", version },
    image: imageOf(version),
    inputs: { horizon_days: INTEGER, model: STRING },
    outputs: { o0: INTEGER },
    defaults: { horizon_days: integer(14), model: string("prophet-7") },
    memory: "1Gi",
    timeoutSeconds: 600,
    description: "Forecast demand for every region.",
  };
}

/** Forecasts demand for one region. */
export function scoreRegion(place: Place, version: string): SdkTask {
  return {
    id: { ...place, name: "forecast.score_region", version },
    image: imageOf(version),
    inputs: { region: STRING },
    outputs: { o0: FLOAT },
    retries: 1,
  };
}

/** Publishes a model once a person has agreed. */
export function publishModel(place: Place, version: string): SdkTask {
  return {
    id: { ...place, name: "release.publish_model", version },
    image: `ghcr.io/example/release:${version}`,
    inputs: { model: STRING, accuracy: FLOAT },
    outputs: { o0: BOOLEAN },
    description: "Publish a model after approval.",
  };
}

function imageOf(version: string): string {
  return `ghcr.io/example/forecast:${version}`;
}
