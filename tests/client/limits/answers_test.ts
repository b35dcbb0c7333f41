/** What is taken out of answers, and what stays in them. */
import { assert, assertEquals } from "@std/assert";
import { clone, create, equals, toJson } from "@bufbuild/protobuf";
import fc from "fast-check";
import {
  ListTasksResponseSchema,
} from "../../../idl/flyteidl2/task/task_service_pb.ts";
import { ListProjectsResponseSchema } from "../../../idl/flyteidl2/project/project_service_pb.ts";
import { ListSecretsResponseSchema } from "../../../idl/flyteidl2/secret/payload_pb.ts";
import { TailLogsResponseSchema } from "../../../idl/flyteidl2/app/app_logs_payload_pb.ts";
import {
  GetActionDetailsResponseSchema,
  GetRunDetailsResponseSchema,
  ListRunsResponseSchema,
  WatchActionsResponseSchema,
  WatchGroupsResponseSchema,
} from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import { AnswerFilter } from "../../../src/client/limits/answers.ts";
import type { Limits } from "../../../src/client/limits/limits.ts";

const OURS = { project: "ours", domain: "development" };
const THEIRS = { project: "theirs", domain: "production" };

const PLACES: Limits = {
  projects: { value: ["ours"], source: "--allowed-projects" },
  domains: { value: ["development"], source: "--allowed-domains" },
  tasks: null,
};

const TASKS: Limits = {
  projects: null,
  domains: null,
  tasks: { value: ["ours.*"], source: "--allowed-tasks" },
};

function rootOf(place: typeof OURS, { name = "r", task = "ours.main" } = {}) {
  return {
    id: { name: "a0", run: { ...place, name } },
    metadata: {
      spec: { case: "task", value: { id: { ...place, name: task } } },
    },
  } as const;
}

Deno.test("AnswerFilter drops the rows of other projects", () => {
  const answer = create(ListRunsResponseSchema, {
    runs: [
      { action: rootOf(THEIRS) },
      { action: rootOf(OURS) },
      { action: rootOf({ ...OURS, domain: "production" }) },
      // What does not say where it is is not shown.
      {},
    ],
    token: "4",
  });
  const kept = new AnswerFilter(PLACES).filter(ListRunsResponseSchema, answer);
  const expected = create(ListRunsResponseSchema, {
    runs: [{ action: rootOf(OURS) }],
    token: "4",
  });
  assert(kept);
  assertEquals(
    equals(ListRunsResponseSchema, kept as typeof answer, expected),
    true,
  );
});

Deno.test("AnswerFilter drops the runs of other tasks, and of unknown ones", () => {
  const answer = create(ListRunsResponseSchema, {
    runs: [
      { action: rootOf(OURS, { name: "one" }) },
      { action: rootOf(OURS, { name: "two", task: "theirs.main" }) },
      { action: { id: { name: "a0", run: { ...OURS, name: "three" } } } },
    ],
  });
  const kept = new AnswerFilter(TASKS).filter(ListRunsResponseSchema, answer);
  const text = JSON.stringify(kept);
  assert(text.includes('"one"'));
  assertEquals(/"two"|"three"/.test(text), false);
});

Deno.test("AnswerFilter leaves nothing of one thing that is not allowed", () => {
  const answer = create(GetRunDetailsResponseSchema, {
    details: { action: rootOf(THEIRS) },
  });
  const filter = new AnswerFilter(PLACES);
  assertEquals(filter.filter(GetRunDetailsResponseSchema, answer), null);
});

Deno.test("AnswerFilter empties what an allowed run names elsewhere", () => {
  const answer = create(GetRunDetailsResponseSchema, {
    details: {
      runSpec: { relatedTo: { ...THEIRS, name: "secret-run" } },
      action: {
        ...rootOf(OURS),
        metadata: {
          spec: {
            case: "task",
            value: { id: { ...THEIRS, name: "hidden.task" }, shortName: "f" },
          },
        },
      },
    },
  });
  const before = clone(GetRunDetailsResponseSchema, answer);
  const kept = new AnswerFilter(PLACES).filter(
    GetRunDetailsResponseSchema,
    answer,
  );
  const text = JSON.stringify(kept);
  assertEquals(/theirs|secret-run|hidden/.test(text), false, text);
  assert(text.includes('"shortName":"f"'), text);
  // Somebody else may hold the same answer.
  assertEquals(equals(GetRunDetailsResponseSchema, answer, before), true);
});

Deno.test("AnswerFilter shows any task within a run, and no other run, where tasks are limited", () => {
  const answer = create(GetActionDetailsResponseSchema, {
    details: {
      ...rootOf(OURS, { task: "lib.step" }),
      attempts: [{
        attempt: 1,
        cacheMetadata: {
          sourceActionAttempt: {
            actionId: { name: "a1", run: { ...OURS, name: "other-run" } },
          },
        },
      }],
    },
  });
  const kept = new AnswerFilter(TASKS).filter(
    GetActionDetailsResponseSchema,
    answer,
  );
  const text = JSON.stringify(kept);
  assert(text.includes("lib.step") && text.includes('"r"'), text);
  assertEquals(text.includes("other-run"), false);
});

Deno.test("AnswerFilter shows of projects the domains that are allowed", () => {
  const domains = [{ id: "development" }, { id: "production" }];
  const answer = create(ListProjectsResponseSchema, {
    projects: {
      projects: [{ id: "theirs", domains }, { id: "ours", domains }],
    },
  });
  const kept = new AnswerFilter(PLACES).filter(
    ListProjectsResponseSchema,
    answer,
  );
  assertEquals(
    toJson(ListProjectsResponseSchema, kept as typeof answer),
    {
      projects: {
        projects: [{ id: "ours", domains: [{ id: "development" }] }],
      },
    },
  );
});

Deno.test("AnswerFilter shows secrets that are every project's", () => {
  const answer = create(ListSecretsResponseSchema, {
    secrets: [
      { id: { name: "of-all" } },
      { id: { name: "of-domain", domain: "production" } },
      { id: { name: "ours", ...OURS } },
      { id: { name: "theirs", ...THEIRS } },
    ],
  });
  const kept = new AnswerFilter(PLACES).filter(
    ListSecretsResponseSchema,
    answer,
  ) as typeof answer;
  const names = kept.secrets.map(({ id }) => id?.name);
  assertEquals(names, ["of-all", "ours"]);
});

Deno.test("AnswerFilter drops groups of other tasks, which name no project", () => {
  const answer = create(WatchGroupsResponseSchema, {
    taskGroups: [{ taskName: "ours.a" }, { taskName: "theirs.b" }],
  });
  const kept = new AnswerFilter(TASKS).filter(
    WatchGroupsResponseSchema,
    answer,
  ) as typeof answer;
  assertEquals(kept.taskGroups.map(({ taskName }) => taskName), ["ours.a"]);
});

Deno.test("AnswerFilter drops what it does not know where that names another place", () => {
  const answer = create(TailLogsResponseSchema, {
    resp: {
      case: "replicas",
      value: {
        replicas: [
          { appId: { ...THEIRS, name: "app" } },
          { appId: { ...OURS, name: "app" } },
        ],
      },
    },
  });
  const kept = new AnswerFilter(PLACES).filter(TailLogsResponseSchema, answer);
  const text = JSON.stringify(kept);
  assertEquals([text.includes("theirs"), text.includes("ours")], [false, true]);
});

Deno.test("AnswerFilter gives back the very answer of which everything may be shown", () => {
  const answer = create(ListTasksResponseSchema, {
    tasks: [{ taskId: { ...OURS, name: "ours.a", version: "v1" } }],
  });
  const filter = new AnswerFilter({ ...PLACES, tasks: TASKS.tasks });
  assert(filter.filter(ListTasksResponseSchema, answer) === answer);
});

Deno.test("AnswerFilter keeps exactly the rows that are allowed, in their order", () => {
  const place = fc.constantFrom(OURS, THEIRS);
  const rows = fc.array(fc.record({ place, name: fc.string() }));
  const filter = new AnswerFilter(PLACES);
  fc.assert(fc.property(rows, (rows) => {
    const enrichedActions = rows.map(({ place, name }) => ({
      action: rootOf(place, { name }),
    }));
    const answer = create(WatchActionsResponseSchema, { enrichedActions });
    const kept = filter.filter(WatchActionsResponseSchema, answer);
    const names = (kept as typeof answer).enrichedActions
      .map(({ action }) => action?.id?.run?.name);
    const wanted = rows.filter(({ place }) => place === OURS)
      .map(({ name }) => name);
    assertEquals(names, wanted);
  }));
});
