import { assert, assertEquals, assertMatch } from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { SimpleType } from "../../idl/flyteidl2/core/types_pb.ts";
import {
  FixedRateUnit,
  TriggerAutomationSpecType,
} from "../../idl/flyteidl2/task/common_pb.ts";
import { TaskService } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { string } from "../../sandbox/seed/values.ts";
import { connectServer, openTestBed } from "../harness.ts";
import { openEmpty, openSeeded, serveFlyte } from "./beds.ts";
import { plantTask } from "./task_bed.ts";

const SNACKS = { project: "flytesnacks" };

/** A schedule of a trigger. */
function every(minutes: number) {
  return {
    type: TriggerAutomationSpecType.TYPE_SCHEDULE,
    automation: {
      case: "schedule",
      value: {
        expression: {
          case: "rate",
          value: { value: minutes, unit: FixedRateUnit.MINUTE },
        },
      },
    },
  } as const;
}

Deno.test("get_task tells the latest version, its inputs with defaults, and which versions there are", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("get_task", {
    ...SNACKS,
    task: "training.train_model",
  });
  assertEquals(data.name, "training.train_model");
  assertEquals(data.version, "v4-rc1");
  assertEquals(
    data.versions.map(({ version }: { version: string }) => version),
    ["v4-rc1", "v3", "v2", "v1"],
  );
  assertEquals(data.more_versions, false);
  assertEquals(data.inputs.required, ["dataset", "optimizer"]);
  assertEquals(data.inputs.properties.epochs, { type: "integer", default: 3 });
  assertEquals(data.outputs.properties.o0, { type: "number" });
  assertEquals(data.image, "ghcr.io/example/training:v4-rc1");
  assertEquals(data.resources.requests.cpu, "2");
  assertEquals(data.secrets, [
    { name: "wandb", group: null, env_var: "WANDB_API_KEY" },
  ]);
  assertEquals([data.timeout, data.retries], ["1h0m", 0]);
  assertEquals(data.cache, { enabled: false });
  assertMatch(
    data.url,
    /\/v2\/domain\/development\/project\/flytesnacks\/tasks\/training\.train_model$/,
  );
  assertMatch(
    text,
    /^Task training\.train_model, version v4-rc1, the latest of 4\.\n/,
  );
});

Deno.test("get_task tells the version that is asked for", async () => {
  await using bed = await openSeeded();
  const { data, text } = await bed.call("get_task", {
    ...SNACKS,
    task: "training.train_model",
    version: "v1",
  });
  assertEquals(data.version, "v1");
  // Came with the second version.
  assertEquals("optimizer" in data.inputs.properties, false);
  assertMatch(text, /^Task training\.train_model, version v1 of 4\.\n/);
});

Deno.test("get_task shows a schedule, a cache and retries", async () => {
  await using bed = await openSeeded();
  const daily = await bed.call("get_task", {
    project: "ml-prod",
    domain: "production",
    task: "forecast.daily",
  });
  const [trigger] = daily.data.triggers;
  assertEquals([trigger.name, trigger.active], ["nightly", true]);
  assertMatch(trigger.starts, /^cron \S+ \S+ \* \* \*/);
  const shard = await bed.call("get_task", { ...SNACKS, task: "fit_shard" });
  assertEquals(shard.data.retries, 2);
  assertEquals(shard.data.cache.enabled, true);
  assertMatch(shard.data.cache.version, /^[0-9a-f]{64}$/);
});

Deno.test("get_task shows ten versions of many, and says that there are more", async () => {
  await using bed = await openEmpty();
  for (let at = 1; at <= 12; at++) {
    await plantTask(bed.sandbox.plane, { name: "e.f", version: `v${at}` });
  }
  const { data, text } = await bed.call("get_task", { ...SNACKS, task: "f" });
  assertEquals(data.version, "v12");
  assertEquals(data.versions.length, 10);
  assertEquals(data.more_versions, true);
  assertMatch(text, /the latest of more than 10\./);
});

Deno.test("get_task shows ten triggers of many", async () => {
  await using bed = await openEmpty();
  const triggers = Array.from({ length: 11 }, (_, at) => ({
    name: `t${at}`,
    spec: { active: at === 5 },
    automationSpec: every(at + 1),
  }));
  await plantTask(bed.sandbox.plane, { name: "e.f", triggers });
  const { data } = await bed.call("get_task", { ...SNACKS, task: "e.f" });
  assertEquals(data.triggers.length, 10);
  assertEquals(data.more_triggers, true);
  // The active ones come first.
  assertEquals(data.triggers[0], {
    name: "t5",
    active: true,
    starts: "every 6 minutes",
  });
});

/** A task with so many inputs, each an enum of its own. */
function specOfMany(count: number) {
  const values = Array.from({ length: 40 }, (_, at) => `choice-number-${at}`);
  const variables = Array.from({ length: count }, (_, at) => ({
    key: `input_${at}`,
    value: {
      type: { type: { case: "enumType", value: { values } } },
      description: "what it is for",
    },
  } as const));
  return {
    taskTemplate: {
      interface: { inputs: { variables }, outputs: { variables } },
    },
  };
}

for (const count of [14, 20, 400]) {
  Deno.test(`get_task fits ${count} large inputs and outputs into a result, and gives one input whole`, async () => {
    await using bed = await openEmpty();
    const spec = specOfMany(count);
    await plantTask(bed.sandbox.plane, { name: "e.f", spec });
    const args = { ...SNACKS, task: "e.f" };
    const { data, text } = await bed.call("get_task", args);
    assertEquals(data.status, "ok", text);
    assert(new TextEncoder().encode(JSON.stringify(data)).length <= 20_480);
    assertMatch(JSON.stringify(data), /its schema of \d+ bytes/);
    const one = await bed.call("get_task", { ...args, input: "input_7" });
    assertEquals(Object.keys(one.data.inputs.properties), ["input_7"]);
    assertEquals(one.data.inputs.properties.input_7.enum.length, 40);
  });
}

Deno.test("get_task of an input that is not there says which are", async () => {
  await using bed = await openEmpty();
  const spec = specOfMany(2);
  await plantTask(bed.sandbox.plane, { name: "e.f", spec });
  const { data } = await bed.call("get_task", {
    ...SNACKS,
    task: "e.f",
    input: "nope",
  });
  assertEquals(data.error.code, "not_found");
  assertEquals(data.error.next_step, "Its inputs: input_0, input_1.");
});

Deno.test("get_task merges the defaults that were deployed", async () => {
  await using bed = await openEmpty();
  const type = { type: { case: "simple", value: SimpleType.STRING } } as const;
  await plantTask(bed.sandbox.plane, {
    name: "e.f",
    spec: {
      taskTemplate: {
        interface: {
          inputs: {
            variables: [
              { key: "a", value: { type } },
              { key: "b", value: { type, description: "what it is for" } },
            ],
          },
        },
      },
      defaultInputs: [{
        name: "a",
        parameter: { behavior: { case: "default", value: string("x") } },
      }],
    },
  });
  const { data } = await bed.call("get_task", { ...SNACKS, task: "e.f" });
  assertEquals(data.inputs.required, ["b"]);
  assertEquals(data.inputs.properties.a.default, "x");
  assertMatch(data.inputs.properties.b.description, /what it is for/);
});

Deno.test("get_task does without triggers where Flyte has no trigger service", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open", without: ["/flyteidl2.trigger.TriggerService/"] },
  });
  const { data, text } = await bed.call("get_task", {
    ...SNACKS,
    task: "fit_shard",
  });
  assertEquals(data.status, "ok", text);
  assertEquals(data.triggers, null);
});

for (
  const [code, expected] of [
    [Code.PermissionDenied, "ok"],
    [Code.InvalidArgument, "error"],
  ] as const
) {
  Deno.test(`get_task is ${expected} when triggers answer ${Code[code]}`, async () => {
    await using flyte = await serveFlyte((router) => {
      router.service(TaskService, {
        listVersions: () => ({ versions: [{ version: "v1" }] }),
        getTaskDetails: () => ({ details: {} }),
      });
      router.service(TriggerService, {
        listTriggers() {
          throw new ConnectError("no", code);
        },
      });
    });
    await using server = await connectServer(flyte.url);
    const { data } = await server.call("get_task", {
      project: "p",
      task: "e.f",
    });
    assertEquals(data.status, expected);
  });
}
