import { createHash } from "node:crypto";
import type { Micros } from "../clock.ts";
import {
  type PageRequest,
  type ResourcePage,
  resourcePage,
} from "./resource_page.ts";

/** The organization that secrets are filed under: there is but one. */
const ORGANIZATION = "flyte";
const MAX_KEY = 253;

/** What a secret is named by; project and domain may be empty. */
export interface SecretKey {
  readonly project: string;
  readonly domain: string;
  readonly name: string;
}

/** A secret. Nobody here ever reads its value, so it is not kept. */
export interface SecretRow extends SecretKey {
  readonly createdAt: Micros;
}

/** The secrets of a cluster, which Kubernetes names by a hash of their keys. */
export class Secrets {
  readonly #rows = new Map<string, SecretRow>();

  get(key: SecretKey): SecretRow | undefined {
    return this.#rows.get(resourceName(key));
  }

  /** Whether a task of this project and domain finds a secret: its own, its domain's, everybody's. */
  isFound({ project, domain, name }: SecretKey): boolean {
    const scopes = [
      { project, domain },
      { project: "", domain },
      { project: "", domain: "" },
    ];
    return scopes.some((scope) => this.get({ ...scope, name }));
  }

  /** @throws {RangeError} when Kubernetes does not take the name */
  create(row: SecretRow): void {
    checkKey(row);
    const { project, domain, name, createdAt } = row;
    this.#rows.set(resourceName(row), { project, domain, name, createdAt });
  }

  /** @returns whether there was one */
  remove(key: SecretKey): boolean {
    return this.#rows.delete(resourceName(key));
  }

  /** A page; empty fields of a scope stand for any. */
  list(
    scope: Omit<SecretKey, "name">,
    page: PageRequest,
  ): ResourcePage<SecretRow> {
    const { project, domain } = scope;
    return resourcePage(
      this.#rows,
      (row) =>
        (project === "" || row.project === project) &&
        (domain === "" || row.domain === domain),
      page,
    );
  }
}

/** What Kubernetes calls a secret. */
export function resourceName(key: SecretKey): string {
  return createHash("md5").update(dataKey(key)).digest("hex");
}

function dataKey({ project, domain, name }: SecretKey): string {
  const fields = ["u", "org", ORGANIZATION, "domain", domain];
  return [...fields, "project", project, "key", name].join("__");
}

function checkKey(key: SecretKey): void {
  const data = dataKey(key);
  const refuse = (why: string) =>
    new RangeError(
      `Secret "${resourceName(key)}" is invalid: data[${data}]: ` +
        `Invalid value: "${data}": ${why}`,
    );
  if (data.length > MAX_KEY) {
    throw refuse(`must be no more than ${MAX_KEY} characters`);
  }
  if (/^[-._a-zA-Z0-9]+$/.test(data)) return;
  throw refuse(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' " +
      "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
  );
}
