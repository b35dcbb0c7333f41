import { type Account, DEFAULT_ACCOUNTS } from "./accounts.ts";
import { DEFAULT_CLIENTS, type IssuerClient } from "./clients.ts";
import { generateSigningKey, type SigningKey } from "./signing_key.ts";

export interface IssuerOptions {
  /** @default {0} any free port */
  readonly port?: number;
  /**
   * The issuer's identifier and origin where something stands in front of it,
   * such as TLS. @default its own address
   */
  readonly publicUrl?: string;
  /**
   * The `aud` of a token when none is asked for; an absolute URI.
   * @default {"https://flyte.sandbox"}
   */
  readonly audience?: string;
  /** Further audiences that may be asked for. @default {[]} */
  readonly otherAudiences?: readonly string[];
  /** @default {DEFAULT_ACCOUNTS} */
  readonly accounts?: readonly Account[];
  /** Added to {@link DEFAULT_CLIENTS}; one with the same id replaces. */
  readonly clients?: readonly IssuerClient[];
  /** @default {3600} */
  readonly accessTokenSeconds?: number;
  /** @default {1209600} two weeks */
  readonly refreshTokenSeconds?: number;
  /** @default {600} */
  readonly deviceCodeSeconds?: number;
  /**
   * `on_request`: with the scope offline_access or offline.
   * @default {"on_request"}
   */
  readonly refreshTokens?: "on_request" | "always" | "never";
  /** A refresh token works once; a second use revokes all. @default {true} */
  readonly rotateRefreshTokens?: boolean;
  /** For how long a used refresh token still works. @default {0} */
  readonly reuseLeewayMs?: number;
  /** Seconds between polls; `null` leaves it out of the answer. @default {1} */
  readonly interval?: number | null;
  /** Answers `slow_down` to a poll that comes too early. @default {true} */
  readonly enforceInterval?: boolean;
  /**
   * Keeps connections open. Deno's fetch sends a request again by itself when
   * a reused connection closes without an answer, so a connection dropped
   * once would go unseen: hence off. @default {false}
   */
  readonly keepAlive?: boolean;
  /** @default {generateSigningKey()} */
  readonly signingKey?: SigningKey;
  /** Milliseconds, for the log and the polls; tokens go by the real time. */
  readonly now?: () => number;
  /** Needed for the fault `delay` alone. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Options with every default filled in. */
export interface IssuerSettings
  extends Required<Omit<IssuerOptions, "sleep" | "publicUrl">> {
  readonly sleep: IssuerOptions["sleep"];
  readonly publicUrl: string | undefined;
}

/** @throws {TypeError} when an audience is not an absolute URI */
export async function resolveOptions(
  options: IssuerOptions,
): Promise<IssuerSettings> {
  const { audience = "https://flyte.sandbox", otherAudiences = [] } = options;
  for (const each of [audience, ...otherAudiences]) {
    if (URL.canParse(each)) continue;
    throw new TypeError(
      `Cannot issue tokens for audience "${each}": it is no absolute URI`,
    );
  }
  const added = options.clients ?? [];
  const isReplaced = ({ clientId }: IssuerClient) =>
    added.some((client) => client.clientId === clientId);
  return {
    port: 0,
    accounts: DEFAULT_ACCOUNTS,
    accessTokenSeconds: 60 * 60,
    refreshTokenSeconds: 14 * 24 * 60 * 60,
    deviceCodeSeconds: 10 * 60,
    refreshTokens: "on_request",
    rotateRefreshTokens: true,
    reuseLeewayMs: 0,
    interval: 1,
    enforceInterval: true,
    keepAlive: false,
    now: Date.now,
    sleep: undefined,
    publicUrl: undefined,
    ...options,
    audience,
    otherAudiences,
    clients: [
      ...DEFAULT_CLIENTS.filter((client) => !isReplaced(client)),
      ...added,
    ],
    signingKey: options.signingKey ?? await generateSigningKey(),
  };
}
