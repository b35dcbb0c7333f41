import type { Micros } from "../clock.ts";
import type { KnativeServices } from "../kubernetes/knative.ts";

/** What AppService is made from. */
export interface AppWorld {
  readonly services: KnativeServices;
  readonly reading: () => Micros;
}
