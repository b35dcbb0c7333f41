import type { Client } from "@connectrpc/connect";
import type { Identifier } from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import type { TailLogsResponse } from "../../../idl/flyteidl2/app/app_logs_payload_pb.ts";
import type { AppLogsService } from "../../../idl/flyteidl2/app/app_logs_service_pb.ts";
import type { LogLine } from "../../../idl/flyteidl2/logs/dataplane/payload_pb.ts";
import { type FollowOptions, followStream } from "./follow_stream.ts";
import { type End, type LogRead, Pass } from "./pass.ts";
import { microseconds } from "./read_log.ts";

/** Replicas whose logs are kept; an app may have hundreds. */
const MAX_REPLICAS = 8;

/** The log of one replica of an app. */
export interface ReplicaLog {
  /** Its pod's name; empty where Flyte does not say. */
  readonly replica: string;
  readonly read: LogRead;
}

/** What the replicas of an app have written. */
export interface AppLogRead {
  /** Names of the replicas that there are. */
  readonly replicas: readonly string[];
  /** Of the first few of them that have written something. */
  readonly logs: readonly ReplicaLog[];
  readonly end: End;
}

/**
 * Reads the end of what each replica of an app has written so far. Apps go on
 * for ever, and Flyte sends their logs from wherever it likes to begin, all
 * replicas at once.
 *
 * @throws {ConnectError} `not_found` when the app has no replicas
 */
export async function readAppLogs(
  client: Client<typeof AppLogsService>,
  appId: Identifier,
  options: Omit<FollowOptions, "follows">,
): Promise<AppLogRead> {
  const replicas = new Replicas();
  const end = await followStream(
    (signal, contextValues) =>
      client.tailLogs({ target: { case: "appId", value: appId } }, {
        ...{ signal, contextValues },
      }),
    replicas,
    { ...options, follows: true },
  );
  return replicas.finish(end);
}

/** Tells the lines of replicas apart. */
class Replicas {
  readonly #names = new Set<string>();
  readonly #passes = new Map<string, Pass>();
  #count = 0;

  hasLines(): boolean {
    return this.#count > 0;
  }

  take({ resp }: TailLogsResponse) {
    const before = this.#count;
    switch (resp.case) {
      case "replicas":
        for (const { name } of resp.value.replicas) this.#names.add(name);
        break;
      case "batches":
        for (const { replicaId, ...chunk } of resp.value.logs) {
          this.#add(replicaId?.name ?? null, chunk);
        }
        break;
      case "logLines":
        this.#add(null, resp.value);
        break;
      case undefined:
        break;
    }
    return { lines: this.#count - before, wantsMore: true };
  }

  /** Lines come with their times, or as bare text. */
  #add(
    replica: string | null,
    { structuredLines, lines }: {
      readonly structuredLines: readonly LogLine[];
      readonly lines: readonly string[];
    },
  ): void {
    for (const { message, timestamp, shortPodName } of structuredLines) {
      this.#pass(replica ?? shortPodName)?.add(
        message,
        microseconds(timestamp),
      );
      this.#count++;
    }
    if (structuredLines.length > 0) return;
    for (const line of lines) this.#pass(replica ?? "")?.add(line, null);
    this.#count += lines.length;
  }

  /** `null` for a replica that is one too many. */
  #pass(replica: string): Pass | null {
    const known = this.#passes.get(replica);
    if (known) return known;
    if (replica !== "") this.#names.add(replica);
    if (this.#passes.size >= MAX_REPLICAS) return null;
    const pass = new Pass(null);
    this.#passes.set(replica, pass);
    return pass;
  }

  finish(end: End): AppLogRead {
    const logs = [...this.#passes].map(([replica, pass]) => ({
      replica,
      read: pass.finish(end),
    }));
    return { replicas: [...this.#names], logs, end };
  }
}
