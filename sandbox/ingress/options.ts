import type { IncomingMessage, ServerResponse } from "node:http";
import type { WireFault } from "../issuer/wire_faults.ts";
import type { TokenIssuer } from "./bearer.ts";
import type { Refusal } from "./refusal.ts";
import type { RouteOptions } from "./routes.ts";

export type Listener = (req: IncomingMessage, res: ServerResponse) => void;

export type IngressFault =
  | WireFault
  /** Refuses a request whatever token it brings. */
  | { readonly kind: "refuse"; readonly refusal: Refusal }
  /** Cuts the plane's answer after so many bytes; 0 is after the headers. */
  | { readonly kind: "cut"; readonly afterBytes: number };

export interface IngressOptions {
  readonly plane: Listener;
  /** Whose tokens count. Without one nobody is asked for a token. */
  readonly issuer?: TokenIssuer;
  /** Where the token stands. @default {"authorization"} */
  readonly tokenHeader?: "authorization" | "flyte-authorization";
  /** @default {"connect_401"} */
  readonly refusal?: Refusal;
  /** Where `redirect` and `login_page` point. @default {"https://sso.example.com/login"} */
  readonly loginUrl?: string;
  /** Path prefixes besides the chart's, such as that of signed URLs. */
  readonly routes?: RouteOptions;
  /**
   * Keeps connections open. Deno's fetch sends a request again by itself when
   * a reused connection closes without an answer, so a connection dropped
   * once would go unseen: hence off. @default {false}
   */
  readonly keepAlive?: boolean;
  /** Milliseconds; what tokens expire by. @default {Date.now} */
  readonly now?: () => number;
  /** Needed for the fault `delay` alone. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}
