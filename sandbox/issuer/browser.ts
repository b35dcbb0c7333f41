/**
 * As much of a browser as plain forms need: cookies, redirects, hidden fields,
 * buttons. It knows nothing of the issuer's pages but HTML.
 */

export interface Form {
  readonly action: string;
  /** Hidden and text inputs, as they would be sent. */
  readonly fields: Readonly<Record<string, string>>;
  readonly buttons: readonly {
    readonly name: string;
    readonly value: string;
  }[];
}

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly text: string;
  /** The `data-outcome` of the page's `main`, if it has one. */
  readonly outcome: string | undefined;
  /** What stands in `role="alert"`. */
  readonly alert: string | undefined;
  readonly form: Form | undefined;
}

/** Where a redirect leaves the site; a browser would go there. */
export interface Departure {
  readonly location: string;
}

interface Cookie {
  readonly value: string;
  readonly path: string;
}

/** No login takes more hops; more of them are a loop. */
const MAX_REDIRECTS = 10;

/** One person's browser on one site. */
export class Browser {
  readonly #origin: string;
  readonly #signal: AbortSignal | undefined;
  readonly #fetch: typeof fetch;
  readonly #cookies = new Map<string, Cookie>();

  constructor(
    origin: string,
    options: { signal?: AbortSignal; fetch?: typeof fetch } = {},
  ) {
    this.#origin = origin;
    this.#signal = options.signal;
    this.#fetch = options.fetch ?? fetch;
  }

  open(url: string): Promise<Page | Departure> {
    return this.#go(new URL(url), undefined);
  }

  /** Sends a form, with `values` typed in or a button pressed. */
  submit(
    page: Page,
    values: Readonly<Record<string, string>>,
  ): Promise<Page | Departure> {
    if (!page.form) {
      throw new Error(`Cannot submit ${page.url}: it has no form`);
    }
    const body = new URLSearchParams({ ...page.form.fields, ...values });
    return this.#go(new URL(page.form.action, page.url), body);
  }

  async #go(
    start: URL,
    form: URLSearchParams | undefined,
  ): Promise<Page | Departure> {
    let url = start;
    let body = form;
    for (let hops = 0; hops < MAX_REDIRECTS; hops++) {
      if (url.origin !== this.#origin) return { location: url.href };
      const response = await this.#request(url, body);
      const location = response.headers.get("location");
      const text = await response.text();
      if (location === null) {
        return readPage(text, { url: url.href, status: response.status });
      }
      url = new URL(location, url);
      body = undefined;
    }
    throw new Error(`Cannot open ${start.href}: more than 10 redirects`);
  }

  async #request(
    url: URL,
    body: URLSearchParams | undefined,
  ): Promise<Response> {
    const call = this.#fetch;
    const response = await call(url, {
      method: body ? "POST" : "GET",
      headers: { accept: "text/html", cookie: this.#cookiesFor(url.pathname) },
      redirect: "manual",
      ...(body && { body }),
      ...(this.#signal && { signal: this.#signal }),
    });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  #cookiesFor(path: string): string {
    return [...this.#cookies]
      .filter(([, cookie]) =>
        path === cookie.path ||
        path.startsWith(cookie.path.replace(/\/?$/, "/"))
      )
      .map(([name, { value }]) => `${name}=${value}`)
      .join("; ");
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(";").map((part) =>
      part.trim()
    );
    const name = pair.slice(0, pair.indexOf("="));
    const value = pair.slice(pair.indexOf("=") + 1);
    const find = (attribute: string) =>
      attributes.find((each) => each.toLowerCase().startsWith(`${attribute}=`))
        ?.slice(attribute.length + 1);
    const expires = find("expires");
    if (expires !== undefined && Date.parse(expires) < Date.now()) {
      this.#cookies.delete(name);
      return;
    }
    this.#cookies.set(name, { value, path: find("path") ?? "/" });
  }
}

/** Reads a page of well-formed HTML with at most one form. */
export function readPage(
  text: string,
  { url, status }: { url: string; status: number },
): Page {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(text);
  const alert = /<(\w+)\b[^>]*\brole="alert"[^>]*>([\s\S]*?)<\/\1>/i.exec(text);
  return {
    url,
    status,
    text,
    outcome: /\bdata-outcome="([^"]*)"/.exec(text)?.[1],
    alert: alert?.[2] === undefined ? undefined : unescape(alert[2]),
    form: form ? readForm(form[1] ?? "", form[2] ?? "") : undefined,
  };
}

function readForm(tag: string, content: string): Form {
  const controls = (name: string) =>
    [...content.matchAll(new RegExp(`<${name}\\b([^>]*)>`, "gi"))]
      .map(([, attributes = ""]) => ({
        name: attribute(attributes, "name"),
        value: attribute(attributes, "value"),
      }))
      .filter((control) => control.name !== "");
  return {
    action: attribute(tag, "action"),
    fields: Object.fromEntries(
      controls("input").map(({ name, value }) => [name, value]),
    ),
    buttons: controls("button"),
  };
}

function attribute(tag: string, name: string): string {
  return unescape(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? "");
}

function unescape(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
