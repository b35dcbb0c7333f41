import type { Signer } from "./signed_urls.ts";

/** What a store of objects is made from. */
export interface ObjectsOptions {
  /** The bucket, as `s3://name`. Empty for a store that has none. */
  readonly container: string;
  /** Makes URLs by which clients reach files. */
  readonly signer: Signer | undefined;
}

/** The object store, which the services and the tasks share: files by their URI. */
export class Objects {
  readonly #files = new Map<string, Uint8Array>();

  readonly container: string;
  readonly signer: Signer | undefined;
  /** Where run data goes. */
  readonly storagePrefix: string;

  constructor({ container, signer }: ObjectsOptions) {
    this.container = container;
    this.signer = signer;
    this.storagePrefix = container || "mem://flyte-data";
  }

  get(uri: string): Uint8Array | undefined {
    return this.#files.get(uri);
  }

  put(uri: string, content: Uint8Array): void {
    this.#files.set(uri, content);
  }
}
