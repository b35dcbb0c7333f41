/**
 * The same response, whose body fails with another error when it breaks off.
 *
 * @param named makes that error of the first one
 * @param options.signal ends the body as well: Deno's fetch forgets the signal
 * of a request whose headers have come, once garbage was collected
 */
export function withBodyFailures(
  response: Response,
  named: (error: unknown) => unknown,
  { signal = null }: { signal?: AbortSignal | null } = {},
): Response {
  if (!response.body) return response;
  const reader = response.body.getReader();
  const over = new AbortController();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      const abort = () => {
        controller.error(signal?.reason);
        reader.cancel(signal?.reason).catch(() => {});
      };
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort, { signal: over.signal });
    },
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (signal?.aborted) return;
        if (!done) return controller.enqueue(value);
        over.abort();
        controller.close();
      } catch (error) {
        over.abort();
        controller.error(named(error));
      }
    },
    async cancel(reason) {
      over.abort();
      await reader.cancel(reason);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}
