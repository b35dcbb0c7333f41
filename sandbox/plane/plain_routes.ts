import {
  WELL_KNOWN_PATH,
  wellKnownAnswer,
} from "./auth/auth_metadata_service.ts";
import type { Metadata } from "./auth/metadata.ts";
import { answerObject } from "./object_store/object_routes.ts";
import { OBJECT_PATH } from "./object_store/signed_urls.ts";
import type { Store } from "./store.ts";
import type { PlainRequest } from "./wire/listener.ts";
import { type PlainAnswer, textAnswer } from "./wire/plain_answer.ts";

/** What the plain routes answer from. */
export interface PlainWorld {
  readonly metadata: Metadata;
  readonly store: Store;
}

/** The paths outside Connect that the real services answer. */
export async function answerPlain(
  request: PlainRequest,
  { metadata, store }: PlainWorld,
): Promise<PlainAnswer | undefined> {
  const { method, url, signal } = request;
  switch (url.pathname) {
    case "/healthz":
      return textAnswer(200, "OK");
    case "/readyz":
      // An object store without a bucket never becomes ready.
      return store.objects.container === ""
        ? textAnswer(503, "storage connection error")
        : textAnswer(200, "OK");
    case WELL_KNOWN_PATH:
      return await wellKnownAnswer(method, metadata, signal);
    case OBJECT_PATH:
      return store.objects.signer && await answerObject(request, store);
    default:
      return undefined;
  }
}
