import {
  BOOLEAN,
  FILE,
  FLOAT,
  INTEGER,
  listOf,
  STRING,
} from "../tasks/literal_types.ts";
import type { SdkTask } from "../tasks/sdk_task.ts";
import { TROUBLES_PLACE } from "./troubles.ts";

type Its = Partial<Omit<SdkTask, "id">>;

const ORDERS: Its = {
  inputs: { path: STRING },
  outputs: { o0: INTEGER },
  description: "Clean a file of orders and count its rows.",
};

export function cleanOrders(version: string): SdkTask {
  return task("clean.clean_orders", version, ORDERS);
}

/** A container of its own, without the SDK. */
export function cleanByShell(version: string): SdkTask {
  return task("clean.by_shell", version, ORDERS);
}

export function joinCustomers(version: string): SdkTask {
  return task("features.join_customers", version, {
    inputs: { years: listOf(INTEGER) },
    outputs: { o0: FILE },
    memory: "4Gi",
    retries: 1,
    description: "Join orders and customers of some years.",
  });
}

export function scoreOrders(version: string, image = version): SdkTask {
  return {
    ...task("serving.score_orders", version, {
      inputs: { model: STRING },
      outputs: { o0: FLOAT },
    }),
    image: `ghcr.io/example/serving:${image}`,
  };
}

export function exportReport(version: string): SdkTask {
  return task("reports.export", version, {
    inputs: { quarter: STRING },
    outputs: { o0: FILE },
  });
}

export function postSummary(version: string): SdkTask {
  return task("notify.post_summary", version, {
    inputs: { channel: STRING },
    outputs: { o0: BOOLEAN },
    ...version !== "v1" && { secrets: { "chat-token": "CHAT_TOKEN" } },
  });
}

export function countRows(version: string): SdkTask {
  return task("stats.count_rows", version, {
    inputs: { table: STRING },
    outputs: { o0: INTEGER },
  });
}

export function dropDuplicates(version: string): SdkTask {
  return task("clean.drop_duplicates", version, {
    inputs: { table: STRING },
    outputs: { o0: INTEGER },
    env: { SPILL_FOLDER: version === "v1" ? "s3://example-tmp" : "/tmp/spill" },
  });
}

export function backfillDay(version: string): SdkTask {
  return task("etl.backfill_day", version, {
    inputs: { day: STRING },
    outputs: { o0: INTEGER },
    cpu: "8",
    retries: 2,
  });
}

/** Asks for ever more. */
export function trainRanker(version: string, cpu = "8"): SdkTask {
  return task("ranking.train_ranker", version, {
    inputs: { epochs: INTEGER },
    outputs: { o0: FLOAT },
    cpu,
    memory: "16Gi",
  });
}

export function crawlSites(version: string): SdkTask {
  return task("crawl.crawl_sites", version, {
    inputs: { depth: INTEGER },
    outputs: { o0: INTEGER },
    timeoutSeconds: 1_800,
  });
}

export function embedTexts(version: string): SdkTask {
  return task("search.embed_texts", version, {
    inputs: { corpus: STRING },
    outputs: { o0: FILE },
    cached: true,
    serializable: true,
  });
}

export function loadRows(version: string): SdkTask {
  return task("etl.load_rows", version, {
    inputs: { day: STRING, rows: INTEGER },
    outputs: { o0: INTEGER },
  });
}

export function dailyReport(version: string): SdkTask {
  return task("reports.daily", version, {
    inputs: { day: STRING },
    outputs: { o0: FILE },
    description: "Load every region and write the report of a day.",
  });
}

export function loadRegions(version: string): SdkTask {
  return task("reports.load_regions", version, {
    inputs: { day: STRING },
    outputs: { o0: INTEGER },
  });
}

export function loadRegion(version: string): SdkTask {
  return task("reports.load_region", version, {
    inputs: { region: STRING, day: STRING },
    outputs: { o0: INTEGER },
    retries: 1,
  });
}

export function mergeParts(version: string): SdkTask {
  return task("etl.merge_parts", version, {
    inputs: { parts: INTEGER },
    outputs: { o0: INTEGER },
  });
}

export function mergePart(version: string): SdkTask {
  return task("etl.merge_part", version, {
    inputs: { part: INTEGER },
    outputs: { o0: INTEGER },
  });
}

export function ingestEvents(version: string): SdkTask {
  return task("ingest.ingest_events", version, {
    inputs: { topic: STRING },
    outputs: { o0: INTEGER },
  });
}

export function publishPrices(version: string): SdkTask {
  return task("release.publish_prices", version, {
    inputs: { list: STRING },
    outputs: { o0: BOOLEAN },
  });
}

function task(name: string, version: string, its: Its): SdkTask {
  const environment = name.slice(0, name.indexOf("."));
  return {
    id: { ...TROUBLES_PLACE, name, version },
    image: `ghcr.io/example/${environment}:${version}`,
    inputs: {},
    outputs: {},
    ...its,
  };
}
