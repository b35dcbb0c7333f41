import { Code, ConnectError } from "@connectrpc/connect";
import type {
  WatchRequest,
  WatchResponse,
} from "../../../idl/flyteidl2/app/app_payload_pb.ts";
import { changeMessage } from "./app_messages.ts";
import type { AppWorld } from "./app_world.ts";

/**
 * The app as it is, then its changes, without end; without a target all apps
 * and no changes. Watchers hear of apps of the same name in other projects too.
 */
export async function* watchApps(
  { services, reading }: AppWorld,
  { target }: WatchRequest,
  signal: AbortSignal,
): AsyncGenerator<WatchResponse> {
  if (target.case !== "appId" && target.case !== undefined) {
    throw new ConnectError(
      "only app_id watch target is supported",
      Code.Unimplemented,
    );
  }
  const { project = "", domain = "", name = "" } = target.value ?? {};
  using changes = services.watch(name);
  const all = services.list({ project, domain }, { limit: 0, token: "" });
  for (const service of all.items) {
    if (name !== "" && service.name !== name) continue;
    yield changeMessage({ kind: "create", service }, reading());
  }
  while (true) {
    const change = await changes.take(signal);
    if (!change) return;
    yield changeMessage(change, reading());
  }
}
