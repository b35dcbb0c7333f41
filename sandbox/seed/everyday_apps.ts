import type { AppStory } from "./apps.ts";
import { SEEDED } from "./seeded.ts";

const HOUR = 3_600;
const DAY = 24 * HOUR;

/** Apps that run, rest, fail and start. */
export const APPS: readonly AppStory[] = [
  {
    app: SEEDED.apps.active,
    image: "ghcr.io/example/review-chat:v3",
    profile: {
      type: "FastAPI",
      name: "Review chat",
      shortDescription: "Answers questions about customer reviews.",
    },
    env: { MODEL: "orders-7" },
    ago: 3 * DAY,
    maxReplicas: 4,
    logs: [
      [
        "INFO:     Started server process [1]",
        "INFO:     Uvicorn running on http://0.0.0.0:8080",
        'INFO:     127.0.0.1:51842 - "POST /ask HTTP/1.1" 200 OK',
      ],
      [
        "INFO:     Started server process [1]",
        "INFO:     Uvicorn running on http://0.0.0.0:8080",
        'INFO:     127.0.0.1:40212 - "POST /ask HTTP/1.1" 500 Internal Server Error',
      ],
    ],
  },
  {
    app: SEEDED.apps.stopped,
    image: "ghcr.io/example/labeling:v1",
    profile: {
      type: "Streamlit",
      name: "Labeling",
      shortDescription: "Labels for orders, by hand.",
    },
    ago: 9 * DAY,
    stopped: true,
  },
  {
    app: SEEDED.apps.failed,
    image: "ghcr.io/example/embeddings:v9",
    profile: {
      type: "FastAPI",
      name: "Embeddings",
      shortDescription: "Vectors for texts.",
    },
    ago: 2 * HOUR,
    state: {
      kind: "failed",
      why:
        'Unable to fetch image "ghcr.io/example/embeddings:v9": 401 Unauthorized',
    },
  },
  {
    app: SEEDED.apps.starting,
    image: "ghcr.io/example/dashboard:v2",
    profile: {
      type: "Panel",
      name: "Training dashboard",
      shortDescription: "Losses and accuracies of all trainings.",
    },
    ago: 20,
    state: { kind: "starting" },
  },
  {
    app: SEEDED.apps.production,
    image: "ghcr.io/example/forecast-api:v2",
    profile: {
      type: "FastAPI",
      name: "Forecast API",
      shortDescription: "Demand by region and day.",
    },
    ago: 12 * DAY,
    logs: [["INFO:     Uvicorn running on http://0.0.0.0:8080"]],
  },
];
