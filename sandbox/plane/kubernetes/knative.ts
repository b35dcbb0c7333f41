import { createHash } from "node:crypto";
import { clone, equals } from "@bufbuild/protobuf";
import {
  type Spec,
  SpecSchema,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import type { Micros } from "../clock.ts";
import { Mailbox } from "../mailbox.ts";
import {
  type PageRequest,
  type ResourcePage,
  resourcePage,
} from "./resource_page.ts";

/** The most that a label of the domain name system holds. */
const MAX_NAME = 63;
const HASH_LENGTH = 8;

/** What an app is named by. */
export interface AppKey {
  readonly project: string;
  readonly domain: string;
  readonly name: string;
}

/** How the newest revision of a service does. */
export type RevisionState =
  | { readonly kind: "starting" }
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly why: string };

/** A Knative service: an app in the cluster. */
export interface KnativeService extends AppKey {
  readonly spec: Spec;
  readonly createdAt: Micros;
  /** When its spec, its state or its pods changed. */
  readonly changedAt: Micros;
  readonly revision: number;
  readonly state: RevisionState;
  /** Scaled to zero by its owner. */
  readonly stopped: boolean;
  /** Pods that can be told apart; a service may run without any that can. */
  readonly pods: readonly string[];
}

/** What happened to a service. */
export interface ServiceChange {
  readonly kind: "create" | "update" | "delete";
  readonly service: KnativeService;
}

/** The Knative services of a cluster, all in one namespace. */
export class KnativeServices {
  readonly #services = new Map<string, KnativeService>();
  /** By the app's bare name, whatever its project: that is all watchers subscribe to. */
  readonly #watchers = new Map<string, Set<Mailbox<ServiceChange>>>();

  get(key: AppKey): KnativeService | undefined {
    return this.#services.get(serviceName(key));
  }

  /**
   * Creates a service or gives it another spec, which starts a new revision.
   *
   * @returns `undefined` when nothing was to be done
   * @throws {RangeError} when Kubernetes does not take the name
   */
  deploy(key: AppKey, spec: Spec, now: Micros): KnativeService | undefined {
    checkName(key);
    const { project, domain, name } = key;
    const old = this.get(key);
    if (old && !old.stopped && equals(SpecSchema, old.spec, spec)) {
      return undefined;
    }
    const service: KnativeService = {
      project,
      domain,
      name,
      createdAt: now,
      changedAt: now,
      revision: 0,
      // What is there already seems to do as before until Knative gets to it.
      state: { kind: "starting" },
      pods: [],
      ...old,
      // The caller's own message changes under our hands later.
      spec: clone(SpecSchema, spec),
      stopped: false,
    };
    const kind = old ? "update" : "create";
    return this.#put(kind, { ...service, revision: service.revision + 1 });
  }

  /** Changes what the cluster knows of a service. */
  update(
    key: AppKey,
    change: Partial<Pick<KnativeService, "state" | "stopped" | "pods">>,
    changedAt: Micros,
  ): void {
    const old = this.get(key);
    if (old) this.#put("update", { ...old, ...change, changedAt });
  }

  remove(key: AppKey): void {
    const service = this.get(key);
    if (!service) return;
    this.#services.delete(serviceName(key));
    this.#tell({ kind: "delete", service });
  }

  /** A page; empty fields of a scope stand for any. */
  list(
    { project, domain }: Omit<AppKey, "name">,
    page: PageRequest,
  ): ResourcePage<KnativeService> {
    return resourcePage(
      this.#services,
      (service) =>
        (project === "" || service.project === project) &&
        (domain === "" || service.domain === domain),
      page,
    );
  }

  /** Subscribes to the services of a bare name; nothing happens to the empty one. */
  watch(name: string): Mailbox<ServiceChange> {
    const watchers = this.#watchers.get(name) ?? new Set();
    const mailbox: Mailbox<ServiceChange> = new Mailbox(() => {
      watchers.delete(mailbox);
      if (watchers.size === 0) this.#watchers.delete(name);
    }, { once: false });
    this.#watchers.set(name, watchers.add(mailbox));
    return mailbox;
  }

  #put(
    kind: ServiceChange["kind"],
    service: KnativeService,
  ): KnativeService {
    this.#services.set(serviceName(service), service);
    this.#tell({ kind, service });
    return service;
  }

  #tell(change: ServiceChange): void {
    const watchers = this.#watchers.get(change.service.name) ?? [];
    for (const mailbox of watchers) mailbox.put(change);
  }
}

/** What Kubernetes calls an app: cut and hashed where it is too long. */
export function serviceName({ project, domain, name }: AppKey): string {
  const whole = `${name}-${project}-${domain}`.toLowerCase();
  if (whole.length <= MAX_NAME) return whole;
  const hash = createHash("sha256").update(`${project}/${domain}/${name}`)
    .digest("hex").slice(0, HASH_LENGTH);
  return `${whole.slice(0, MAX_NAME - 1 - HASH_LENGTH)}-${hash}`;
}

/** The name of a service's newest revision. */
export function revisionName(service: KnativeService): string {
  const number = String(service.revision).padStart(5, "0");
  return `${serviceName(service)}-${number}`;
}

function checkName(key: AppKey): void {
  const name = serviceName(key);
  if (/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) return;
  throw new RangeError(
    `Service.serving.knative.dev "${name}" is invalid: metadata.name: ` +
      `Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of ` +
      "lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  );
}
