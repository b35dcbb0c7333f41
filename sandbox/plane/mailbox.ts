/** What a subscriber has not read yet. */
export class Mailbox<T> implements Disposable {
  /** By themselves, or by a number where the same letter may wait twice. */
  readonly #letters = new Map<unknown, T>();
  #count = 0;
  readonly #once: boolean;
  readonly #close: () => void;
  #wake = () => {};

  /**
   * @param close unsubscribes; called once when the mailbox is disposed of
   * @param options.once whether a letter that waits already is not put in again
   */
  constructor(close: () => void, { once }: { once: boolean }) {
    this.#close = close;
    this.#once = once;
  }

  /** Puts a letter in. */
  put(letter: T): void {
    this.#letters.set(this.#once ? letter : this.#count++, letter);
    this.#wake();
  }

  /** The next letter, or `undefined` once the signal is aborted. */
  async take(signal: AbortSignal): Promise<T | undefined> {
    while (this.#letters.size === 0 && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = () => resolve();
      signal.addEventListener("abort", this.#wake, { once: true });
      await promise;
      signal.removeEventListener("abort", this.#wake);
    }
    if (signal.aborted) return undefined;
    const first = this.#letters.entries().next().value;
    if (first) this.#letters.delete(first[0]);
    return first?.[1];
  }

  [Symbol.dispose](): void {
    this.#close();
  }
}
