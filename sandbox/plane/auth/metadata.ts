import { fromJson, type JsonValue } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type GetOAuth2MetadataResponse,
  GetOAuth2MetadataResponseSchema,
} from "../../../idl/flyteidl2/auth/auth_service_pb.ts";
import { fetchWithin, type IssuerOptions, type IssuerWorld } from "./issuer.ts";

const ATTEMPTS = 5;
const DELAY_MS = 1_000;
const CACHE_MS = 5 * 60 * 1_000;
const TIMEOUT_MS = 10_000;

/** The issuer's metadata document as the plane passes it on. */
export type Metadata = (
  signal: AbortSignal,
) => Promise<GetOAuth2MetadataResponse>;

/**
 * A proxy of the issuer's RFC 8414 document: tried five times, kept for five
 * minutes, cut down to the members that Flyte's message has.
 */
export function createMetadata(
  issuer: IssuerOptions | undefined,
  world: IssuerWorld,
): Metadata {
  let cached: GetOAuth2MetadataResponse | undefined;
  let expiresAt = 0;
  return async (signal) => {
    if (!issuer) {
      throw new ConnectError(
        "oauth2 metadata is not configured; set runs.authMetadata.externalAuthServerBaseUrl",
        Code.Unimplemented,
      );
    }
    if (cached && world.now() < expiresAt) return cached;
    const base = issuer.url.replace(/\/$/, "");
    const { metadataUrl = ".well-known/oauth-authorization-server" } = issuer;
    const url = `${base}/${metadataUrl}`;
    cached = parseDocument(await fetchDocument(url, signal, world));
    expiresAt = world.now() + CACHE_MS;
    return cached;
  };
}

async function fetchDocument(
  url: string,
  signal: AbortSignal,
  world: IssuerWorld,
): Promise<string> {
  let failure = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await world.sleep(DELAY_MS, signal);
    const tried = await tryDocument(url, signal, world);
    if ("body" in tried) return tried.body;
    failure = tried.failure;
  }
  throw new ConnectError(
    `failed to fetch OAuth2 metadata: all ${ATTEMPTS} attempts failed for ${url}: ${failure}`,
    Code.Unavailable,
  );
}

/** One attempt; only what another attempt may cure is returned as a failure. */
async function tryDocument(
  url: string,
  signal: AbortSignal,
  world: IssuerWorld,
): Promise<{ body: string } | { failure: string }> {
  try {
    const given = { ...world, ms: TIMEOUT_MS };
    const { response, body } = await fetchWithin(url, { signal }, given);
    const { status } = response;
    if (response.ok) return { body };
    if (status >= 400 && status < 500) {
      throw new ConnectError(
        `non-retryable status code ${status} from ${url}`,
        Code.Internal,
      );
    }
    return { failure: `unexpected status code ${status} from ${url}` };
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    signal.throwIfAborted();
    const cause = error instanceof Error ? error.message : String(error);
    return { failure: `Get "${url}": ${cause}` };
  }
}

function parseDocument(body: string): GetOAuth2MetadataResponse {
  try {
    const json: JsonValue = JSON.parse(body);
    return fromJson(GetOAuth2MetadataResponseSchema, json, {
      ignoreUnknownFields: true,
    });
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : String(cause);
    throw new ConnectError(
      `failed to unmarshal OAuth2 metadata: ${text}`,
      Code.Internal,
    );
  }
}
