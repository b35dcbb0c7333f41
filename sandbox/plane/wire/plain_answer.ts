/** An answer outside Connect. */
export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const TEXT = { "content-type": "text/plain; charset=utf-8" };

/** Text as Go's `http.Error` and `fmt.Fprint` send it. */
export function textAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): PlainAnswer {
  return { status, headers: { ...TEXT, ...headers }, body };
}

/** What Go's mux answers for a path that nothing is mounted at. */
export function notFoundAnswer(): PlainAnswer {
  return textAnswer(404, "404 page not found\n");
}
