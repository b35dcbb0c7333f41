/** How many letters the real services hold for a subscriber. */
const CAPACITY = 100;

/**
 * What a subscriber has not read yet. As with the real services there is room
 * for so much, and what comes beyond it is lost without a word: who is slow to
 * read may never hear of the end.
 */
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

  /** Puts a letter in, if there is room. */
  put(letter: T): void {
    const key = this.#once ? letter : this.#count++;
    if (this.#letters.size >= CAPACITY && !this.#letters.has(key)) return;
    this.#letters.set(key, letter);
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
