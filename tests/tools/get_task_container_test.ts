/** What a task's code runs in. */
import { assertEquals } from "@std/assert";
import { Resources_ResourceName as ResourceName } from "../../idl/flyteidl2/core/tasks_pb.ts";
import { openEmpty } from "./beds.ts";
import { plantTask } from "./task_bed.ts";

const SNACKS = { project: "flytesnacks" };

Deno.test("get_task reads image and resources of a pod, and never a variable's value", async () => {
  await using bed = await openEmpty();
  const main = {
    name: "main",
    image: "ghcr.io/example/main:1",
    env: [{ name: "PASSWORD", value: "made-up-secret" }],
    resources: { requests: { cpu: 2, memory: "1Gi" }, limits: { cpu: "3" } },
  };
  await plantTask(bed.sandbox.plane, {
    name: "e.f",
    spec: {
      taskTemplate: {
        extendedResources: { gpuAccelerator: { device: "nvidia-tesla-a100" } },
        target: {
          case: "k8sPod",
          value: {
            primaryContainerName: "main",
            podSpec: { containers: [{ name: "side", image: "other" }, main] },
          },
        },
      },
    },
  });
  const { data, text } = await bed.call("get_task", { ...SNACKS, task: "e.f" });
  assertEquals(data.image, "ghcr.io/example/main:1");
  assertEquals(data.resources, {
    requests: { cpu: "2", memory: "1Gi" },
    limits: { cpu: "3" },
    accelerator: "nvidia-tesla-a100",
  });
  assertEquals(data.env, ["PASSWORD"]);
  assertEquals(text.includes("made-up-secret"), false);
});

Deno.test("get_task names thirty variables and secrets of many, and counts the others", async () => {
  await using bed = await openEmpty();
  const names = Array.from({ length: 33 }, (_, at) => `NAME_${at}`);
  await plantTask(bed.sandbox.plane, {
    name: "e.f",
    spec: {
      taskTemplate: {
        securityContext: { secrets: names.map((key) => ({ key })) },
        target: {
          case: "container",
          value: { env: names.map((key) => ({ key, value: "made-up" })) },
        },
      },
    },
  });
  const { data, text } = await bed.call("get_task", { ...SNACKS, task: "e.f" });
  assertEquals([data.env.length, data.env_left_out], [30, 3]);
  assertEquals([data.secrets.length, data.secrets_left_out], [30, 3]);
  assertEquals(text.includes("made-up"), false);
});

Deno.test("get_task reads a container's resources of kinds that are new", async () => {
  await using bed = await openEmpty();
  await plantTask(bed.sandbox.plane, {
    name: "e.f",
    spec: {
      taskTemplate: {
        target: {
          case: "container",
          value: {
            resources: {
              requests: [
                { name: ResourceName.EPHEMERAL_STORAGE, value: "10Gi" },
                // A kind that this version does not know.
                { name: 42 as ResourceName, value: "1" },
              ],
            },
          },
        },
      },
    },
  });
  const { data } = await bed.call("get_task", { ...SNACKS, task: "e.f" });
  assertEquals(data.resources.requests, {
    ephemeral_storage: "10Gi",
    resource_42: "1",
  });
});
