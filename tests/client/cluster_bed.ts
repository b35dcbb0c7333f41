/**
 * A Flyte that keeps values and logs on a cluster of its own: the control plane
 * says where, and the cluster is the same sandbox behind another address.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import type { IncomingMessage, ServerResponse } from "node:http";
import { SelectClusterResponseSchema } from "../../idl/flyteidl2/cluster/payload_pb.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import type { SandboxOptions } from "../../sandbox/mod.ts";
import { openTestBed } from "../harness.ts";
import { makeCertificates } from "../http/certificates.ts";
import { startTlsFront } from "../http/tls_front.ts";

/** A call as a server got it. */
export interface Seen {
  /** `Service/Method`. */
  readonly rpc: string;
  readonly authorization: string | undefined;
}

/** What SelectCluster answers: an address, or an HTTP status. */
export type Selected = string | number;

/** Where the cluster is. */
export interface Places {
  /** By https, with a certificate of the test's CA. */
  readonly cluster: string;
  /** By plain http. */
  readonly plain: string;
  /** The control plane itself. */
  readonly own: string;
}

/** Starts it. */
export async function openClusters(
  select: (places: Places) => Selected,
  { auth = "open", refusals = 0 }: {
    readonly auth?: SandboxOptions["auth"];
    /** How many calls the cluster refuses before it takes one. */
    readonly refusals?: number;
  } = {},
) {
  const stack = new AsyncDisposableStack();
  const { sandbox } = stack.use(
    await openTestBed({ sandbox: { auth } }),
  );
  const certificates = await makeCertificates();
  const atCluster: Seen[] = [];
  const atControl: Seen[] = [];
  const behind = stack.use(
    await listenOnLoopback((request, response) => {
      const isRefused = atCluster.push(seen(request)) <= refusals;
      if (isRefused) return refuse(response);
      sandbox.ingress(request, response);
    }, 0),
  );
  const front = stack.use(await startTlsFront(certificates, () => behind.url));
  const places = { cluster: front.origin, plain: behind.url, own: "" };
  const control = stack.use(
    await listenOnLoopback((request, response) => {
      atControl.push(seen(request));
      if (!request.url?.endsWith("/SelectCluster")) {
        return sandbox.ingress(request, response);
      }
      answer(response, select({ ...places, own: control.url }));
    }, 0),
  );
  return {
    ...{ url: control.url, cluster: front.origin, atCluster, atControl },
    sandbox,
    /** Environment and files of a server that trusts the cluster and its CA. */
    trusting: {
      env: {
        FLYTE_MCP_TRUSTED_CLUSTERS: new URL(front.origin).host,
        FLYTE_CA_CERT: "/etc/ca.pem",
      },
      files: { "/etc/ca.pem": certificates.ca },
    },
    lookups: () => atControl.filter(({ rpc }) => rpc.endsWith("SelectCluster")),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function seen({ url = "", headers }: IncomingMessage): Seen {
  const rpc = url.slice(url.lastIndexOf(".") + 1);
  return { rpc, authorization: headers.authorization };
}

function refuse(response: ServerResponse): void {
  response.writeHead(401, { "content-type": "application/json" });
  response.end(JSON.stringify({ code: "unauthenticated" }));
}

function answer(response: ServerResponse, selected: Selected): void {
  if (typeof selected === "number") {
    response.writeHead(selected, { "content-type": "text/plain" });
    return void response.end("404 page not found\n");
  }
  const message = create(SelectClusterResponseSchema, {
    clusterEndpoint: selected,
  });
  response.writeHead(200, { "content-type": "application/proto" });
  response.end(toBinary(SelectClusterResponseSchema, message));
}
