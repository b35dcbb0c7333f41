import { type Duration, durationMs } from "@bufbuild/protobuf/wkt";
import type {
  App,
  Input,
  Spec,
} from "../../../idl/flyteidl2/app/app_definition_pb.ts";
import { withoutSignature } from "../../client/literals/signed_url.ts";
import { humanDuration, isoTime } from "../../client/times.ts";
import { nameOf, quote, wordOf } from "../../text.ts";
import { linksOf, securityOf } from "./app_access.ts";
import { shownBytes } from "../budget.ts";
import {
  addressOf,
  containerOfApp,
  describeCondition,
  historyOf,
  imageOf,
  replicasOf,
  stateOf,
  troubleIn,
} from "./app_facts.ts";

/** How much is told: characters and entries. */
interface Detail {
  readonly message: number;
  readonly conditions: number;
  readonly entries: number;
  readonly value: number;
}

/** What is told where it fits, and what else. */
const DETAILS: readonly [Detail, ...Detail[]] = [
  { message: 2000, conditions: 8, entries: 30, value: 200 },
  { message: 800, conditions: 4, entries: 15, value: 80 },
  { message: 300, conditions: 2, entries: 5, value: 40 },
  { message: 100, conditions: 1, entries: 1, value: 20 },
];

/**
 * An app in as much detail as fits.
 *
 * @param bytes of JSON that it may take, with its fences
 */
export function describeApp(app: App, bytes: number) {
  const [full, ...less] = DETAILS;
  let facts = describe(app, full);
  for (const detail of less) {
    if (shownBytes(facts) <= bytes) break;
    facts = describe(app, detail);
  }
  return facts;
}

/** Characters of a name. */
const MAX_NAME = 64;

/** All facts on an app but its scope, its log and its page. */
function describe(app: App, detail: Detail) {
  const { metadata, spec, status } = app;
  const { message, entries, value } = detail;
  return {
    name: nameOf(metadata?.id?.name ?? ""),
    ...stateOf(app),
    trouble: troubleIn(app, message),
    conditions: conditionsOf(app, detail),
    replicas: replicasOf(app),
    address: addressOf(app),
    ...profileOf(spec, value),
    image: imageOf(app),
    ...runtimeOf(spec, entries),
    scaling: scalingOf(spec),
    inputs: (spec?.inputs?.items ?? []).slice(0, entries)
      .map((input) => describeInput(input, value)),
    security: securityOf(spec, entries),
    links: linksOf(app, detail),
    ...historyOf(app),
    started_at: isoTime(status?.lastStartedAt),
    cluster: nameOf(status?.assignedCluster ?? "") || null,
    code_bundle: nameOf(withoutSignature(metadata?.codeBundleUri ?? ""), 300) ||
      null,
    labels: Object.fromEntries(
      Object.entries(metadata?.labels ?? {}).slice(0, entries)
        .map(([name, text]) => [nameOf(name, MAX_NAME), wordOf(text, value)]),
    ),
  };
}

/**
 * What became of it, the latest last, each once: Flyte tells the same of every
 * part of an app.
 */
function conditionsOf({ status }: App, { conditions, message }: Detail) {
  const all = (status?.conditions ?? [])
    .map((one) => ({ key: JSON.stringify(describeCondition(one, 4000)), one }));
  return all
    .filter(({ key }, at) => all.findLastIndex((one) => one.key === key) === at)
    .slice(-conditions)
    .map(({ one }) => describeCondition(one, message));
}

function profileOf(spec: Spec | undefined, max: number) {
  const { type = "", name = "", shortDescription = "" } = spec?.profile ?? {};
  return {
    type: nameOf(type, MAX_NAME) || null,
    title: name ? quote(nameOf(name, max)) : null,
    description: shortDescription ? quote(shortDescription, 2 * max) : null,
  };
}

/** Values of environment variables may be secrets, so only names are told. */
function runtimeOf(spec: Spec | undefined, max: number) {
  const container = containerOfApp(spec?.appPayload);
  const env = container?.env ?? [];
  const ports = spec?.appPayload.case === "container"
    ? spec.appPayload.value.ports
    : [];
  return {
    ports: ports.slice(0, max).map(({ containerPort }) => containerPort),
    resources: {
      requests: container?.requests ?? {},
      limits: container?.limits ?? {},
    },
    env: env.slice(0, max).map((name) => nameOf(name, MAX_NAME)),
    ...env.length > max && { env_left_out: env.length - max },
  };
}

function scalingOf(spec: Spec | undefined) {
  const { scaledownPeriod, scalingMetric } = spec?.autoscaling ?? {};
  const metric = scalingMetric?.metric;
  return {
    by: metric?.case === "requestRate" ? "request_rate" : metric?.case ?? null,
    target: metric?.value?.targetValue ?? null,
    scale_down_after: lengthOf(scaledownPeriod),
    request_timeout: lengthOf(spec?.timeouts?.requestTimeout),
  };
}

function lengthOf(duration: Duration | undefined): string | null {
  return duration ? humanDuration(durationMs(duration)) : null;
}

function describeInput({ name, value }: Input, max: number) {
  const shown = nameOf(name, MAX_NAME);
  switch (value.case) {
    case "stringValue":
      return {
        name: shown,
        value: quote(withoutSignature(value.value), max),
      };
    case "appId":
      return { name: shown, app: nameOf(value.value.name, MAX_NAME) };
    case "artifactId": {
      const { key, version } = value.value;
      const artifact = nameOf(key?.name ?? "", MAX_NAME);
      return {
        name: shown,
        artifact: `${artifact}@${nameOf(version, MAX_NAME)}`,
      };
    }
    case undefined:
      return { name: shown };
  }
}
