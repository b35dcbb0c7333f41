import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import type { TaskService } from "../../../idl/flyteidl2/task/task_service_pb.ts";
import type { Store } from "../store.ts";
import { deployTask } from "./deploy.ts";
import { listTasks, listVersions } from "./list_tasks.ts";
import { taskDetails } from "./messages.ts";
import { type TaskKey, type TaskRow, taskRowKey } from "./tasks.ts";

/** TaskService over the plane's store. */
export function taskService(store: Store): ServiceImpl<typeof TaskService> {
  return {
    deployTask(request) {
      deployTask(store, request);
      return {};
    },
    getTaskDetails: ({ taskId }) => ({
      details: taskDetails(requireTask(store, taskId, Code.NotFound)),
    }),
    listTasks: (request) => listTasks(store, request),
    listVersions: (request) => listVersions(store, request),
  };
}

/**
 * The version of a task; there is no "latest".
 *
 * @throws {ConnectError} with the code given, for want of a better rule: the
 * services disagree on it
 */
export function requireTask(
  { tasks }: Store,
  id: TaskKey | undefined,
  code: Code,
): TaskRow {
  const { project = "", domain = "", name = "", version = "" } = id ?? {};
  const row = tasks.get(taskRowKey({ project, domain, name, version }));
  if (row) return row;
  throw new ConnectError(
    `task not found: {${project} ${domain} ${name} ${version}}`,
    code,
  );
}
