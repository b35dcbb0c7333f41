import type { Micros } from "../clock.ts";
import { rowKey } from "../row_key.ts";

/** A line that a container wrote. */
export interface PodLine {
  readonly time: Micros;
  readonly message: string;
}

/** What a pod is named by. */
export interface PodKey {
  readonly namespace: string;
  readonly name: string;
}

/** A pod with the log of its one container. */
export interface PodOptions extends PodKey {
  /** What the container has written so far; read anew by every reader. */
  readonly lines?: Iterable<PodLine>;
  /** Whether it goes on writing. @default {false} */
  readonly running?: boolean;
  /** The address of its node, where nobody answers; its log cannot be read. */
  readonly unreachable?: string;
}

/** The pods of a cluster, by namespace and name. */
export class Pods {
  readonly #pods = new Map<string, Pod>();

  /** Adds a pod; one of the same name is replaced, as by a relaunch. */
  add(options: PodOptions): Pod {
    const pod = new Pod(options);
    const key = rowKey(options.namespace, options.name);
    this.#pods.get(key)?.finish();
    this.#pods.set(key, pod);
    return pod;
  }

  get(namespace: string, name: string): Pod | undefined {
    return this.#pods.get(rowKey(namespace, name));
  }

  /** Deletes a pod with its log, as an abort or a retry does. */
  remove(namespace: string, name: string): void {
    this.get(namespace, name)?.finish();
    this.#pods.delete(rowKey(namespace, name));
  }
}

/** A pod that may still be running. */
export class Pod {
  readonly #first: Iterable<PodLine>;
  readonly #later: PodLine[] = [];
  readonly #waiting = new Set<() => void>();
  #running: boolean;
  readonly unreachable: string | undefined;

  constructor({ lines = [], running = false, unreachable }: PodOptions) {
    this.#first = lines;
    this.#running = running;
    this.unreachable = unreachable;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Everything written until it was asked for, however slowly it is read. */
  *lines(written = this.written): Generator<PodLine> {
    yield* this.#first;
    yield* Iterator.from(this.#later).take(written);
  }

  /** How many lines were written since the pod was added. */
  get written(): number {
    return this.#later.length;
  }

  /** Lines written after the pod was added, from a number on. */
  writtenFrom(from: number): readonly PodLine[] {
    return this.#later.slice(from);
  }

  /** Writes a line. */
  write(line: PodLine): void {
    this.#later.push(line);
    this.#wake();
  }

  /** Ends the container: readers that follow come to the end of its log. */
  finish(): void {
    this.#running = false;
    this.#wake();
  }

  /** Resolves when something was written, the pod has ended or the signal is aborted. */
  async changed(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    this.#waiting.add(wake);
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    this.#waiting.delete(wake);
    signal.removeEventListener("abort", wake);
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
