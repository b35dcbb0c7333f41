import { Buffer } from "node:buffer";
import { fromBinary } from "@bufbuild/protobuf";
import { InputsSchema } from "../../idl/flyteidl2/task/common_pb.ts";
import { toTimestamp } from "../plane/clock.ts";
import type { ClusterResources } from "../plane/kubernetes/idle_cluster.ts";
import type {
  EnqueuedRun,
  KubernetesWorld,
} from "../plane/kubernetes/kubernetes.ts";
import { rowKey } from "../plane/row_key.ts";
import { createStage, type Stage } from "../seed/play/stage.ts";
import type { TaskStory } from "../seed/story.ts";
import type { SdkTask } from "../seed/tasks/sdk_task.ts";
import type { Values } from "../seed/values.ts";
import { Lives } from "./lives.ts";
import type { LiveScene } from "./live_scene.ts";
import { liveTask } from "./live_task.ts";
import { type Script, SUBMITTED } from "./script.ts";

const MICROS_PER_SECOND = 1_000_000;
const MICROS_PER_MS = 1_000;

/** Executes the runs of a plane: they live through what a script tells of them. */
export class Executor {
  readonly #world: KubernetesWorld;
  readonly #cluster: ClusterResources;
  readonly #stage: Stage;
  readonly #script: Script;
  /** Outputs by the task and the inputs they are of. */
  readonly #cache = new Map<string, TaskStory["outputs"]>();
  readonly lives = new Lives();

  constructor(
    world: KubernetesWorld,
    { cluster, script }: { cluster: ClusterResources; script: Script },
  ) {
    this.#world = world;
    this.#cluster = cluster;
    this.#script = script;
    const { transport, objects } = world;
    const putObject = (uri: string, content: Uint8Array) =>
      objects.put(uri, content);
    this.#stage = createStage({ ...cluster, transport, putObject });
  }

  /** Begins a run now. It ends by itself, when it is aborted, or with the plane. */
  begin(run: EnqueuedRun): void {
    const { signal } = this.#world;
    this.#live(run).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }

  async #live(run: EnqueuedRun): Promise<void> {
    const { id, runSpec, inputUri } = run;
    const { now, sleep, signal } = this.#world;
    const start = Math.floor(now() * MICROS_PER_MS);
    const scene: LiveScene = {
      stage: this.#stage,
      run: id.run,
      moment: (at) => start + Math.round(at * MICROS_PER_SECOND),
      runStartTime: runSpec.runStartTime ?? toTimestamp(start),
      storagePrefix: runSpec.rawDataStorage?.rawDataPrefix ?? "",
      now,
      sleep,
      lives: this.lives,
    };
    const uri = `${inputUri}/inputs.pb`;
    const place = { name: id.name, inputUri: uri };
    const key = this.#cacheKey(run, uri);
    const story = this.#storyOf(run, uri, key);
    const { aborted } = await liveTask(scene, story, { place, above: signal });
    const { kind } = story.attempts.at(-1)?.ending ?? {};
    if (!aborted && key !== undefined && kind === "succeeded") {
      this.#cache.set(key, story.outputs);
    }
  }

  #storyOf(
    { id, spec }: EnqueuedRun,
    uri: string,
    key: string | undefined,
  ): TaskStory {
    const task = taskOf(spec);
    const inputs = this.#inputsAt(uri);
    if (key !== undefined && this.#cache.has(key)) {
      const outputs = this.#cache.get(key) ?? {};
      const ending = { kind: "cache hit" } as const;
      return { task, inputs, outputs, attempts: [{ at: SUBMITTED, ending }] };
    }
    return this.#script({ id, task, inputs, cluster: this.#cluster });
  }

  /** What a run is cached by; `undefined` if it is not to be. */
  #cacheKey({ spec, runSpec }: EnqueuedRun, uri: string): string | undefined {
    const { id, metadata } = spec.taskTemplate ?? {};
    if (!metadata?.discoverable || runSpec.overwriteCache) return undefined;
    const inputs = this.#world.objects.get(uri) ?? new Uint8Array();
    const { discoveryVersion } = metadata;
    const hash = Buffer.from(inputs).toString("base64");
    return rowKey(id?.project ?? "", id?.name ?? "", discoveryVersion, hash);
  }

  #inputsAt(uri: string): Values {
    const content = this.#world.objects.get(uri);
    if (!content) return {};
    const { literals } = fromBinary(InputsSchema, content);
    return Object.fromEntries(
      literals.flatMap(({ name, value }) => value ? [[name, value]] : []),
    );
  }
}

/** A task of which there is only what was deployed. */
function taskOf(spec: EnqueuedRun["spec"]): SdkTask {
  const { id, target } = spec.taskTemplate ?? {};
  const { project = "", domain = "", name = "", version = "" } = id ?? {};
  return {
    id: { project, domain, name, version },
    image: target?.case === "container" ? target.value.image : "",
    inputs: {},
    outputs: {},
    spec,
  };
}
