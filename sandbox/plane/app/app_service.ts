import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  type App,
  AppSchema,
  type Identifier,
  Spec_DesiredState,
  SpecSchema,
  StatusSchema,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import type {
  GetRequest,
  ListRequest,
} from "../../../idl/flyteidl2/app/app_payload_pb.ts";
import type { AppService } from "../../../idl/flyteidl2/app/app_service_pb.ts";
import {
  type AppKey,
  type KnativeServices,
  serviceName,
} from "../kubernetes/knative.ts";
import { invalidArgument } from "../list/sql_error.ts";
import { AppCache } from "./app_cache.ts";
import { appMessage, appStatus, publicIngress } from "./app_messages.ts";
import type { AppWorld } from "./app_world.ts";
import { watchApps } from "./watch_apps.ts";

type Impl = ServiceImpl<typeof AppService>;

/** AppService over the Knative services of a cluster; UpdateStatus and Lease are not there. */
export function appService(world: AppWorld): Partial<Impl> {
  const { services, reading } = world;
  const cache = new AppCache();
  return {
    create({ app }) {
      const { id, given } = requireApp(app);
      if (!app?.spec) throw invalidArgument("app spec is required");
      deploy(world, id, app.spec);
      cache.forget(id);
      given.status = create(StatusSchema, { ingress: publicIngress(id) });
      return { app: given };
    },
    get: (request) => getApp(world, request, cache),
    update({ app }) {
      const { id, given } = requireApp(app);
      if (app?.spec?.desiredState === Spec_DesiredState.STOPPED) {
        services.update(id, { stopped: true, pods: [] }, reading());
      } else {
        deploy(world, id, app?.spec);
      }
      cache.forget(id);
      given.status = appStatus(requireService(services, id), reading());
      return { app: given };
    },
    delete({ appId }) {
      if (!appId) throw invalidArgument("app_id is required");
      services.remove(appId);
      cache.forget(appId);
      return {};
    },
    list: (request) => listApps(world, request),
    watch: (request, { signal }) => watchApps(world, request, signal),
  };
}

function getApp(
  { services, reading }: AppWorld,
  { identifier }: GetRequest,
  cache: AppCache,
): { app: App } {
  if (identifier.case !== "appId") {
    throw invalidArgument("app_id is required");
  }
  const key = identifier.value;
  const now = reading();
  const known = cache.get(key, now);
  if (known) return { app: known };
  const app = appMessage(requireService(services, key), now);
  cache.keep(key, app, now);
  return { app };
}

function listApps(
  { services, reading }: AppWorld,
  { filterBy, request }: ListRequest,
) {
  if (filterBy.case === "org" || filterBy.case === "clusterId") {
    throw new ConnectError(
      "org and cluster_id filters are not supported by the data plane",
      Code.Unimplemented,
    );
  }
  const { name: project = "", domain = "" } = filterBy.case === "project"
    ? filterBy.value
    : {};
  const { limit = 0, token = "" } = request ?? {};
  try {
    const page = services.list({ project, domain }, { limit, token });
    const apps = page.items.map((service) => appMessage(service, reading()));
    return { apps, token: page.token };
  } catch (error) {
    const { rawMessage } = ConnectError.from(error);
    throw new ConnectError(
      `failed to list KServices for ${project}/${domain}: ${rawMessage}`,
      Code.Internal,
    );
  }
}

/** The app of a request, and what to answer with: the request's own message. */
function requireApp(
  app: App | undefined,
): { id: Identifier; given: App } {
  const id = app?.metadata?.id;
  if (!id) throw invalidArgument("app identifier is required");
  return { id, given: create(AppSchema, app) };
}

function deploy(
  { services, reading }: AppWorld,
  key: AppKey,
  given: App["spec"],
): void {
  const spec = given ?? create(SpecSchema);
  if (spec.appPayload.case === undefined) {
    throw invalidArgument("app spec must include a container or pod payload");
  }
  try {
    services.deploy(key, spec, reading());
  } catch (error) {
    const { rawMessage } = ConnectError.from(error);
    throw new ConnectError(
      `failed to create KService ${serviceName(key)}: ${rawMessage}`,
      Code.Internal,
    );
  }
}

function requireService(services: KnativeServices, key: AppKey) {
  const service = services.get(key);
  if (service) return service;
  const name = serviceName(key);
  throw new ConnectError(
    `KService ${name} not found: services.serving.knative.dev "${name}" not found`,
    Code.NotFound,
  );
}
