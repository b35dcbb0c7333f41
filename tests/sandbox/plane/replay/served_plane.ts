import { createServer } from "node:http";
import {
  createPlane,
  type Plane,
  type PlaneOptions,
} from "../../../../sandbox/plane/mod.ts";
import { createWireClient, type WireClient } from "./wire_client.ts";

/** A plane that listens on a loopback port of its own. */
export interface ServedPlane extends AsyncDisposable {
  readonly plane: Plane;
  readonly port: number;
  readonly client: WireClient;
}

/** Creates a plane and serves it until it is disposed of. */
export async function servePlane(options: PlaneOptions): Promise<ServedPlane> {
  const plane = createPlane(options);
  const server = createServer(plane.handle);
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  const port = typeof address === "object" ? address?.port ?? 0 : 0;
  return {
    plane,
    port,
    client: createWireClient(port),
    async [Symbol.asyncDispose]() {
      await plane[Symbol.asyncDispose]();
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
