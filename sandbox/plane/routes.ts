import type { ConnectRouter } from "@connectrpc/connect";
import { AppLogsService } from "../../idl/flyteidl2/app/app_logs_service_pb.ts";
import { AppService } from "../../idl/flyteidl2/app/app_service_pb.ts";
import { AuthMetadataService } from "../../idl/flyteidl2/auth/auth_service_pb.ts";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { ClusterService } from "../../idl/flyteidl2/cluster/service_pb.ts";
import { DataProxyService } from "../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { SecretService } from "../../idl/flyteidl2/secret/secret_pb.ts";
import { TaskService } from "../../idl/flyteidl2/task/task_service_pb.ts";
import { TriggerService } from "../../idl/flyteidl2/trigger/trigger_service_pb.ts";
import { InternalRunService } from "../../idl/flyteidl2/workflow/internal_run_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { TranslatorService } from "../../idl/flyteidl2/workflow/translator_service_pb.ts";
import { appLogsService } from "./app/app_logs_service.ts";
import { appService } from "./app/app_service.ts";
import { authMetadataService } from "./auth/auth_metadata_service.ts";
import { identityService } from "./auth/identity_service.ts";
import type { IssuerOptions } from "./auth/issuer.ts";
import type { Metadata } from "./auth/metadata.ts";
import type { Profiles } from "./auth/profiles.ts";
import { clusterService } from "./cluster/cluster_service.ts";
import { dataProxyService } from "./dataproxy/data_proxy_service.ts";
import type { Kubernetes } from "./kubernetes/kubernetes.ts";
import { projectService } from "./project/project_service.ts";
import { secretService } from "./secret/secret_service.ts";
import type { Store } from "./store.ts";
import { taskService } from "./task/task_service.ts";
import { translatorService } from "./translator/translator_service.ts";
import { triggerService } from "./trigger/trigger_service.ts";
import { internalRunService } from "./workflow/internal_run_service.ts";
import { runService } from "./workflow/run_service.ts";

/** What the services are made from. */
export interface Services {
  readonly store: Store;
  readonly issuer: IssuerOptions | undefined;
  readonly metadata: Metadata;
  readonly profiles: Profiles;
  readonly kubernetes: Kubernetes | undefined;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Mounts every service the plane speaks; all others answer 404. */
export function registerServices(
  router: ConnectRouter,
  services: Services,
): void {
  const { store, issuer, metadata, profiles, kubernetes } = services;
  router.service(ProjectService, projectService(store));
  router.service(TaskService, taskService(store));
  router.service(TriggerService, triggerService(store));
  router.service(RunService, runService(services));
  router.service(InternalRunService, internalRunService(store));
  router.service(DataProxyService, dataProxyService(store, kubernetes));
  router.service(ClusterService, clusterService());
  router.service(TranslatorService, translatorService(store));
  router.service(IdentityService, identityService(profiles));
  router.service(AuthMetadataService, authMetadataService(metadata, issuer));
  if (kubernetes) registerCluster(router, { store, kubernetes });
}

/** The services of the manager that only Kubernetes can answer. */
function registerCluster(
  router: ConnectRouter,
  { store: { reading }, kubernetes }: {
    store: Store;
    kubernetes: Kubernetes;
  },
): void {
  const { apps, secrets } = kubernetes;
  router.service(AppService, appService({ services: apps, reading }));
  router.service(AppLogsService, appLogsService(kubernetes));
  router.service(SecretService, secretService(secrets, reading));
}
