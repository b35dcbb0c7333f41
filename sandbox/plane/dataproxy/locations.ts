import { Code, ConnectError } from "@connectrpc/connect";
import { durationMs as toMs } from "@bufbuild/protobuf/wkt";
import {
  ArtifactType,
  type CreateDownloadLinkRequest,
  type CreateUploadLocationRequest,
} from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { toTimestamp } from "../clock.ts";
import { goDuration } from "../go_duration.ts";
import { invalidArgument } from "../list/sql_error.ts";
import type { SignedUrl } from "../object_store/signed_urls.ts";
import { requireProject } from "../project/project_service.ts";
import type { Store } from "../store.ts";
import { readAttempts, requireAction } from "../workflow/details.ts";
import { describeAction } from "../workflow/log_context.ts";
import { base32 } from "./base32.ts";
import { md5OfObject } from "./md5.ts";
import { find } from "./upload_inputs.ts";

const MAX_EXPIRES_MS = 3_600_000;
const MAX_BYTES = 100n * 1024n * 1024n;

/** Where a client may put a file, and until when. */
export async function uploadLocation(
  store: Store,
  request: CreateUploadLocationRequest,
) {
  checkUpload(request);
  requireProject(store, request.project);
  const nativeUrl = pathOf(store, request);
  checkOverwrite(store, nativeUrl, request);
  const { contentMd5, expiresIn } = request;
  const signed = await sign(store, nativeUrl, {
    method: "PUT",
    ms: expiresIn ? toMs(expiresIn) : MAX_EXPIRES_MS,
    contentMd5: contentMd5.length > 0 ? contentMd5.toBase64() : undefined,
  });
  const { url, headers, expiresAt } = signed;
  return {
    signedUrl: url,
    nativeUrl,
    expiresAt: toTimestamp(expiresAt),
    headers: { ...headers },
  };
}

function checkUpload(
  { filenameRoot, contentMd5, expiresIn, contentLength }:
    CreateUploadLocationRequest,
): void {
  if (filenameRoot === "" && contentMd5.length === 0) {
    throw invalidArgument(
      "either filename_root or content_md5 must be provided",
    );
  }
  const ms = expiresIn ? toMs(expiresIn) : 0;
  if (ms > MAX_EXPIRES_MS) {
    throw invalidArgument(
      `expires_in (${goDuration(ms)}) exceeds maximum allowed duration of ${
        goDuration(MAX_EXPIRES_MS)
      }`,
    );
  }
  if (contentLength > MAX_BYTES) {
    throw invalidArgument(
      `content_length (${contentLength} bytes) exceeds maximum allowed size of ${MAX_BYTES} bytes`,
    );
  }
}

function pathOf(
  { objects }: Store,
  { project, domain, filename, filenameRoot, contentMd5 }:
    CreateUploadLocationRequest,
): string {
  const folder = filenameRoot || base32(contentMd5);
  return [`${objects.container}/uploads`, project, domain, folder, filename]
    .filter((part) => part !== "").join("/");
}

/** A file that is there may only be replaced by the same content. */
function checkOverwrite(
  { objects }: Store,
  uri: string,
  { filename, filenameRoot, contentMd5 }: CreateUploadLocationRequest,
): void {
  const there = objects.get(uri);
  if (filename === "" || filenameRoot === "" || !there) return;
  if (contentMd5.length === 0) {
    throw new ConnectError(
      `file already exists at [${uri}]; content_md5 is required to verify safe overwrite`,
      Code.AlreadyExists,
    );
  }
  if (contentMd5.toBase64() === md5OfObject(there)) return;
  throw new ConnectError(
    `file already exists at [${uri}] with different content (hash mismatch)`,
    Code.AlreadyExists,
  );
}

/** A link to the report of an attempt; there are links to nothing else. */
export async function downloadLink(
  store: Store,
  request: CreateDownloadLinkRequest,
) {
  if (request.artifactType !== ArtifactType.REPORT) {
    throw invalidArgument("artifact_type is required");
  }
  const uri = reportUri(store, request);
  if (!store.objects.get(uri)) {
    throw new ConnectError(`artifact not found at [${uri}]`, Code.NotFound);
  }
  const { expiresIn } = request;
  const ms = expiresIn ? toMs(expiresIn) : MAX_EXPIRES_MS;
  const { url, expiresAt } = await sign(store, uri, { method: "GET", ms });
  const preSignedUrls = {
    signedUrl: [url],
    expiresAt: toTimestamp(expiresAt),
  };
  return { preSignedUrls };
}

function reportUri(
  store: Store,
  { source }: CreateDownloadLinkRequest,
): string {
  if (source.case !== "actionAttemptId") {
    throw invalidArgument("unsupported source type");
  }
  const { actionId, attempt } = source.value;
  const run = actionId?.run;
  if (!run) {
    throw new ConnectError(
      "failed to get action details: unavailable: unexpected EOF",
      Code.NotFound,
    );
  }
  const key = { run, name: actionId.name };
  const row = find("action details", () => requireAction(store, key));
  const found = readAttempts(store, row).find((one) => one.attempt === attempt);
  const of = `action [${describeAction(key)}]`;
  if (!found) {
    throw new ConnectError(
      `attempt ${attempt} not found for ${of}`,
      Code.NotFound,
    );
  }
  if (found.outputs?.reportUri) return found.outputs.reportUri;
  throw new ConnectError(
    `no report URI found for ${of} attempt ${attempt}`,
    Code.NotFound,
  );
}

async function sign(
  { objects, reading }: Store,
  uri: string,
  { method, ms, contentMd5 }: {
    method: "GET" | "PUT";
    ms: number;
    contentMd5?: string | undefined;
  },
): Promise<SignedUrl> {
  if (!objects.signer) {
    throw new ConnectError(
      "failed to create signed URL: unsupported",
      Code.Internal,
    );
  }
  const expiresAt = reading() + ms * 1_000;
  return await objects.signer.sign({ method, uri, expiresAt, contentMd5 });
}
