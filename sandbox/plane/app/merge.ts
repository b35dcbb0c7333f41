/** What several streams give, in the order in which it comes; the first error ends all. */
export async function* merge<T>(
  streams: readonly AsyncGenerator<T>[],
): AsyncGenerator<T> {
  const pending = new Map(streams.map((stream) => [stream, step(stream)]));
  try {
    while (pending.size > 0) {
      const { stream, result } = await Promise.race(pending.values());
      if (result.done) {
        pending.delete(stream);
        continue;
      }
      pending.set(stream, step(stream));
      yield result.value;
    }
  } finally {
    // A stream that still waits ends by its own signal.
    for (const [stream, next] of pending) {
      next.catch(() => {});
      stream.return(undefined).catch(() => {});
    }
  }
}

async function step<T>(stream: AsyncGenerator<T>) {
  return { stream, result: await stream.next() };
}
