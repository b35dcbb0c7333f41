import { createReadings, type Micros } from "./clock.ts";
import type { ProjectRow, Projects } from "./project/projects.ts";
import type { Tasks } from "./task/tasks.ts";
import { Actions } from "./workflow/actions.ts";
import { Events } from "./workflow/events.ts";
import { Notifications } from "./workflow/notifications.ts";
import { Objects, type ObjectsOptions } from "./object_store/objects.ts";
import { Triggers } from "./trigger/triggers.ts";

/** Everything a plane remembers: the tables of its database and its object store. */
export interface Store {
  /** The time, later than at any earlier reading. */
  readonly reading: () => Micros;
  readonly projects: Projects;
  readonly tasks: Tasks;
  readonly triggers: Triggers;
  readonly actions: Actions;
  readonly events: Events;
  readonly notifications: Notifications;
  readonly objects: Objects;
}

/** An empty store with the one project that a new deployment has. */
export function createStore(
  now: () => number,
  objects: ObjectsOptions,
): Store {
  const reading = createReadings(now);
  const actions = new Actions();
  return {
    reading,
    projects: new Map([seedProject("flytesnacks", reading())]),
    tasks: new Map(),
    triggers: new Triggers(),
    actions,
    events: new Events(),
    notifications: new Notifications(actions),
    objects: new Objects(objects),
  };
}

function seedProject(id: string, createdAt: Micros): [string, ProjectRow] {
  return [id, {
    identifier: id,
    name: id,
    description: "",
    labels: undefined,
    state: 0,
    createdAt,
    updatedAt: createdAt,
  }];
}
