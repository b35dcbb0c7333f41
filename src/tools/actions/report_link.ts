import { Code, ConnectError } from "@connectrpc/connect";
import { ArtifactType } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import type { ActionDetails } from "../../../idl/flyteidl2/workflow/run_definition_pb.ts";
import { isoTime } from "../../client/times.ts";
import { nameOf } from "../../text.ts";
import type { ToolContext } from "../tool.ts";

/** Characters of a link; a signature with a session takes some thousand. */
const MAX_LINK = 4000;

/** A link to a page that a task wrote, for whoever has it. */
export interface ReportLink {
  /** `null`: there is no report, or no link to be had. */
  readonly url: string | null;
  readonly expiresAt: string | null;
  /** Why there may be a report without a link, as a sentence. */
  readonly note: string | null;
}

/** No report, or nobody asked for a link. */
export const NO_REPORT: ReportLink = { url: null, expiresAt: null, note: null };

/** Flyte names a report for every attempt, and knows only when asked. */
const NO_FILE = [Code.NotFound, Code.Unimplemented];

/** An object store that signs nothing, such as one on a laptop. */
const NO_LINK = [Code.Internal, Code.InvalidArgument, Code.FailedPrecondition];

/**
 * Asks for a link to the report (deck) of an action's last attempt.
 *
 * @throws {ConnectError} when Flyte cannot be asked, or refuses
 */
export async function linkToReport(
  { id, attempts }: ActionDetails,
  { clients, signal }: ToolContext,
): Promise<ReportLink> {
  const last = attempts.at(-1);
  if (!id || !last?.outputs?.reportUri) return NO_REPORT;
  const { attempt } = last;
  try {
    const { preSignedUrls } = await clients.dataproxy.createDownloadLink({
      artifactType: ArtifactType.REPORT,
      source: { case: "actionAttemptId", value: { actionId: id, attempt } },
    }, { signal });
    const [url] = preSignedUrls?.signedUrl ?? [];
    return {
      url: url === undefined ? null : nameOf(url, MAX_LINK),
      expiresAt: isoTime(preSignedUrls?.expiresAt),
      note: null,
    };
  } catch (error) {
    const { code } = ConnectError.from(error);
    if (NO_FILE.includes(code)) return NO_REPORT;
    if (!NO_LINK.includes(code)) throw error;
    return {
      ...NO_REPORT,
      note: "There may be a report, but this Flyte makes no link to it.",
    };
  }
}
