/** Hands out names of which no two are equal, in time that grows with their number. */
export class FreeNames {
  readonly #taken: Set<string>;
  readonly #next = new Map<string, number>();

  /** @param taken names that are never handed out */
  constructor(...taken: string[]) {
    this.#taken = new Set(taken);
  }

  /** The name itself, or with a number behind it when it is taken. */
  take(name: string): string {
    let free = name;
    let n = this.#next.get(name) ?? 2;
    while (this.#taken.has(free)) free = `${name} (${n++})`;
    this.#taken.add(free);
    this.#next.set(name, n);
    return free;
  }
}
