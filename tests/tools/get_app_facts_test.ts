/** What is known of an app's making, and what of it is not told. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  Spec_DesiredState as DesiredState,
  Status_DeploymentStatus as DeploymentStatus,
  Status_Substate as Substate,
} from "../../idl/flyteidl2/app/app_definition_pb.ts";
import { Resources_ResourceName as ResourceName } from "../../idl/flyteidl2/core/tasks_pb.ts";
import { appOf, getApp, type GivenApp } from "./app_bed.ts";

const TIME = timestampFromMs(1_800_000_000_000);

/** An app of which everything is told. */
const FULL: GivenApp = {
  metadata: {
    id: { org: "acme", project: "p", domain: "d", name: "full" },
    revision: 12n,
    labels: { team: "ml" },
    codeBundleUri: "s3://bundles/full.tgz?X-Amz-Signature=abc",
  },
  spec: {
    desiredState: DesiredState.ACTIVE,
    appPayload: {
      case: "container",
      value: {
        image: "registry.example/full:1",
        env: [{ key: "API_KEY", value: "made-up-secret" }, { key: "MODE" }],
        args: ["--token", "made-up-argument"],
        ports: [{ containerPort: 80 }, { containerPort: 9090 }],
        resources: {
          requests: [{ name: ResourceName.CPU, value: "2" }],
          limits: [{ name: ResourceName.GPU, value: "1" }],
        },
      },
    },
    autoscaling: {
      replicas: { min: 1, max: 5 },
      scaledownPeriod: { seconds: 300n },
      scalingMetric: {
        metric: { case: "requestRate", value: { targetValue: 7 } },
      },
    },
    ingress: { private: true },
    securityContext: {
      allowAnonymous: true,
      runAs: { k8sServiceAccount: "apps", iamRole: "arn:aws:iam::1:role/x" },
      secrets: [{ key: "db", group: "g", envVar: "DB_PASSWORD" }],
    },
    inputs: {
      items: [
        {
          name: "model",
          value: {
            case: "stringValue",
            value: "https://models.example/m?sig=abc",
          },
        },
        { name: "peer", value: { case: "appId", value: { name: "other" } } },
        {
          name: "weights",
          value: {
            case: "artifactId",
            value: { key: { name: "w" }, version: "3" },
          },
        },
        { name: "nothing" },
      ],
    },
    links: [
      { title: "Docs", path: "/docs", isRelative: true },
      { title: "Elsewhere", path: "//evil.example/x", isRelative: true },
      { title: "Board", path: "https://board.example/1" },
      { title: "Script", path: "javascript:alert(1)" },
    ],
    timeouts: { requestTimeout: { seconds: 90n } },
    creator: {
      principal: { case: "application", value: { spec: { name: "ci" } } },
    },
  },
  status: {
    assignedCluster: "gpu-1",
    currentReplicas: 3,
    ingress: { publicUrl: "https://full.example" },
    createdAt: TIME,
    lastStartedAt: TIME,
    conditions: [
      {
        deploymentStatus: DeploymentStatus.DEPLOYING,
        substate: Substate.PULLING_IMAGE,
        lastTransitionTime: TIME,
        message: "pulling",
        revision: 12n,
      },
      {
        deploymentStatus: DeploymentStatus.ACTIVE,
        lastTransitionTime: TIME,
        actor: {
          principal: {
            case: "user",
            value: { spec: { email: "ada@example.com" } },
          },
        },
      },
    ],
  },
};

Deno.test("get_app tells all that is known of an app, and no value of its environment", async () => {
  const { data, text } = await getApp(FULL);
  assertEquals(data.scaling, {
    ...{ by: "request_rate", target: 7 },
    ...{ scale_down_after: "5m0s", request_timeout: "1m30s" },
  });
  assertEquals(data.resources, {
    requests: { cpu: "2" },
    limits: { gpu: "1" },
  });
  assertEquals([data.env, data.ports], [["API_KEY", "MODE"], [80, 9090]]);
  assertEquals(data.security, {
    ...{ allow_anonymous: true, private: true, service_account: "apps" },
    iam_role: "arn:aws:iam::1:role/x",
    secrets: [{ name: "db", group: "g", env_var: "DB_PASSWORD" }],
  });
  assertEquals([data.by, data.revision, data.cluster], ["ci", 12, "gpu-1"]);
  assertEquals(data.labels, { team: "ml" });
  assertEquals(data.code_bundle, "s3://bundles/full.tgz?[signature-left-out]");
  assertEquals([data.started_at, data.created_at], [
    ...["2027-01-15T08:00:00Z", "2027-01-15T08:00:00Z"],
  ]);
  const [first, last] = data.conditions;
  assertEquals([first.substate, first.revision, last.by, last.message], [
    ...["pulling_image", 12, "ada@example.com", null],
  ]);
  for (const secret of ["made-up-secret", "made-up-argument", "sig=abc"]) {
    assert(!text.includes(secret), `${secret} is told`);
  }
});

Deno.test("get_app tells inputs by kind, addresses without what lets anybody in", async () => {
  const { inputs } = (await getApp(FULL)).data;
  const [model, ...others] = inputs;
  assertMatch(
    model.value,
    /^<<data-(\w{8}) https:\/\/models\.example\/m\?\[signature-left-out\] \1-data>>$/,
  );
  assertEquals(others, [
    { name: "peer", app: "other" },
    { name: "weights", artifact: "w@3" },
    { name: "nothing" },
  ]);
});

Deno.test("get_app tells links for a browser, and none that leads elsewhere than it says", async () => {
  const { links } = (await getApp(FULL)).data;
  assertEquals(links.map(({ url }: { url: string | null }) => url), [
    ...["https://full.example/docs", null, "https://board.example/1", null],
  ]);
});

Deno.test("get_app of an app in a pod tells its primary container", async () => {
  const { data, text } = await getApp(appOf("pod", "ACTIVE", {
    spec: {
      desiredState: DesiredState.ACTIVE,
      appPayload: {
        case: "pod",
        value: {
          primaryContainerName: "main",
          podSpec: {
            containers: [{ name: "sidecar", image: "s:1" }, {
              name: "main",
              image: "m:1",
              env: [{ name: "TOKEN", value: "made-up-secret" }],
              resources: { limits: { memory: "1Gi" } },
            }],
          },
        },
      },
    },
  }));
  assertEquals([data.image, data.env], ["m:1", ["TOKEN"]]);
  assertEquals(data.resources, { requests: {}, limits: { memory: "1Gi" } });
  assert(!text.includes("made-up-secret"));
});
