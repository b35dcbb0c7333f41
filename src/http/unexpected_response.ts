/** An answer that is not one of the protocol that was spoken. */
export class UnexpectedResponse extends Error {
  override readonly name = "UnexpectedResponse";
  readonly status: number;
  /** The host that a redirect names. */
  readonly redirectHost: string | null;
  /** The title of an HTML page, as it was written. */
  readonly title: string | null;

  constructor(
    status: number,
    { redirectHost, title }: {
      redirectHost: string | null;
      title: string | null;
    },
  ) {
    super(`Unexpected answer: HTTP ${status}`);
    this.status = status;
    this.redirectHost = redirectHost;
    this.title = title;
  }

  /**
   * Whether this may be an ingress that wants a login: a page counts where
   * Flyte's answer should be, but not one that tells of a failure.
   */
  get mayWantLogin(): boolean {
    return this.redirectHost !== null ||
      this.status === 200 && this.title !== null ||
      this.status === 401 || this.status === 403;
  }
}

/** How much of an unexpected body is looked at. */
const MAX_BODY_BYTES = 64 * 1024;

/** Reads what is worth telling of a response, and lets go of the rest. */
export async function toUnexpectedResponse(
  response: Response,
  url: string,
): Promise<UnexpectedResponse> {
  const location = response.headers.get("location");
  const isRedirect = response.status >= 300 && response.status < 400;
  const target = isRedirect && location ? URL.parse(location, url) : null;
  const isPage = /html/i.test(response.headers.get("content-type") ?? "");
  const text = isPage ? await readText(response) : await discard(response);
  return new UnexpectedResponse(response.status, {
    redirectHost: target?.host ?? null,
    title: isPage ? titleOf(text) : null,
  });
}

/** The body's text, at most 64 KiB of it, or about `maxBytes`. */
export async function readText(
  response: Response,
  maxBytes = MAX_BODY_BYTES,
): Promise<string> {
  if (!response.body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    text += decoder.decode(chunk, { stream: true });
    if (bytes >= maxBytes) break;
  }
  return text;
}

async function discard(response: Response): Promise<string> {
  await response.body?.cancel();
  return "";
}

function titleOf(html: string): string {
  const title = /<title[^>]*>([^<]*)<\/title>/i.exec(html)?.[1] ?? "";
  return title.replace(/\s+/g, " ").trim();
}
