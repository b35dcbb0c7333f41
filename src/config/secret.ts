/**
 * A value that must not be printed. Whatever turns it into text by accident
 * (templates, JSON, `Deno.inspect`, stack traces) sees `[secret]`.
 */
export class Secret {
  readonly #read: () => string;

  /** @param read gives the value anew, so that a rotated file is read again */
  constructor(read: string | (() => string)) {
    this.#read = typeof read === "string" ? () => read : read;
  }

  /** The value itself, for the one place that sends it. */
  reveal(): string {
    return this.#read();
  }

  toString(): string {
    return "[secret]";
  }

  toJSON(): string {
    return "[secret]";
  }

  [Symbol.for("Deno.customInspect")](): string {
    return "[secret]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[secret]";
  }
}
