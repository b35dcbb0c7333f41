/** What a deployment's ingress lets through, as Flyte's chart has it. */

/** Answered to anyone: without them nobody could find out how to log in. */
const OPEN = [
  "/flyteidl2.auth.AuthMetadataService/",
  "/.well-known/oauth-authorization-server",
  "/healthz",
];

/** Answered to whoever brings a token. */
const PROTECTED = [
  "/flyteidl2.app.AppLogsService/",
  "/flyteidl2.app.AppService/",
  "/flyteidl2.auth.IdentityService/",
  "/flyteidl2.cluster.ClusterService/",
  "/flyteidl2.dataproxy.DataProxyService/",
  "/flyteidl2.project.ProjectService/",
  "/flyteidl2.secret.SecretService/",
  "/flyteidl2.settings.SettingsService/",
  "/flyteidl2.task.TaskService/",
  "/flyteidl2.trigger.TriggerService/",
  "/flyteidl2.workflow.RunLogsService/",
  "/flyteidl2.workflow.RunService/",
  "/flyteidl2.workflow.TranslatorService/",
];

/** `hidden`: services that only the cluster itself may call. */
export type Access = "open" | "protected" | "hidden";

export interface Routes {
  accessOf(path: string): Access;
}

/** Path prefixes besides those of the chart. */
export interface RouteOptions {
  readonly open?: readonly string[];
  readonly protected?: readonly string[];
}

export function createRoutes(further: RouteOptions): Routes {
  const open = [...OPEN, ...further.open ?? []];
  const guarded = [...PROTECTED, ...further.protected ?? []];
  return {
    accessOf(path) {
      if (open.some((prefix) => path.startsWith(prefix))) return "open";
      if (guarded.some((prefix) => path.startsWith(prefix))) return "protected";
      return "hidden";
    },
  };
}
