import { createClient, type Transport } from "@connectrpc/connect";
import { RunService } from "../../../idl/flyteidl2/workflow/run_service_pb.ts";
import type { Clock } from "../../clock.ts";
import { SharedLookups } from "../sharing/shared_lookups.ts";
import type { Place } from "./places.ts";
import { rootTask } from "./rows.ts";

/** How long an answer is kept, though it never changes. */
const LIFE_MS = 300_000;

/** Which task a run was started with. */
export class RootTasks {
  readonly #lookups: SharedLookups<string>;
  readonly #transport: Transport;

  /** @param transport to the control plane, without limits */
  constructor(transport: Transport, { now }: Pick<Clock, "now">) {
    this.#transport = transport;
    this.#lookups = new SharedLookups({ now, lifeOf: () => LIFE_MS });
  }

  /**
   * The name of a run's task; empty where Flyte does not say it.
   *
   * @throws {ConnectError} as GetRunDetails does; `not_found` is told of a run
   * that cannot be read for other reasons as well, so nothing else is asked
   */
  async get(place: Place, signal: AbortSignal): Promise<string> {
    const { project = "", domain = "", run: name = "" } = place;
    const find = async (signal: AbortSignal) => {
      const { getRunDetails } = createClient(RunService, this.#transport);
      const runId = { project, domain, name };
      const { details } = await getRunDetails({ runId }, { signal });
      return rootTask(details?.action?.metadata);
    };
    const key = JSON.stringify([project, domain, name]);
    return await this.#lookups.get(key, { find, signal });
  }
}
