import type { Timestamp } from "@bufbuild/protobuf/wkt";
import type { TailLogsResponse } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import {
  type FollowOptions,
  followStream,
  type OpenStream,
} from "./follow_stream.ts";
import type { LogRead, Pass } from "./pass.ts";

/** How a log is read. */
export interface ReadOptions extends FollowOptions {
  /** Is told about once a second. */
  readonly onProgress?: ((pass: Pass) => void) | undefined;
}

/**
 * Passes a log through, from where Flyte begins to where there is no more,
 * nothing more is asked for, or time is over; Flyte cannot begin elsewhere. Of
 * a container that goes on, all that it has written so far.
 *
 * @throws what the stream fails with before its first line
 */
export async function readLog(
  open: OpenStream<TailLogsResponse>,
  pass: Pass,
  { onProgress, ...options }: ReadOptions,
): Promise<LogRead> {
  const end = await followStream(open, {
    take: (message) => passOn(message, pass),
    hasLines: () => pass.count > 0,
    onProgress: () => onProgress?.(pass),
  }, options);
  return pass.finish(end);
}

function passOn({ logs }: TailLogsResponse, pass: Pass) {
  let lines = 0;
  for (const chunk of logs) {
    for (const { message, timestamp } of chunk.lines) {
      lines++;
      if (!pass.add(message, microseconds(timestamp))) {
        return { lines, wantsMore: false };
      }
    }
  }
  return { lines, wantsMore: true };
}

/** A time in microseconds since the epoch; `null`: not known. */
export function microseconds(time: Timestamp | undefined): number | null {
  return time
    ? Number(time.seconds) * 1_000_000 + Math.floor(time.nanos / 1000)
    : null;
}
