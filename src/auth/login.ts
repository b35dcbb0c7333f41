import { isLoopback } from "../config/endpoint.ts";
import { nameOf } from "../text.ts";
import type { DeviceAuthorization } from "./issuer.ts";

/** A login that waits for a person: what may be shown of it, and no more. */
export interface PendingLogin {
  readonly method: "device";
  /** Host of the issuer that gives the token. */
  readonly issuerHost: string;
  /** Where the person goes, as the issuer gave it. */
  readonly verificationUri: string;
  /** The same with the code in it, when it is of the same origin. */
  readonly verificationUriComplete: string | null;
  /** What the person types there. */
  readonly userCode: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** How a login ended that gave no token. */
export type LoginOutcome = "denied" | "expired" | "cancelled";

/** Thrown when a call needs a login; every tool answers it the same way. */
export class LoginRequired extends Error {
  override readonly name = "LoginRequired";
  readonly login: PendingLogin;
  /** Whether this call started it. */
  readonly isNew: boolean;

  constructor(login: PendingLogin, isNew: boolean) {
    super("A person has to log in");
    this.login = login;
    this.isNew = isNew;
  }
}

/**
 * What is shown of a device authorization.
 *
 * @param options.issuerHost host of the token endpoint
 * @param options.loopback whether Flyte itself is on this machine, where plain
 * http is good enough
 * @returns `null` when the issuer names an address that nobody should open
 */
export function toPendingLogin(
  device: DeviceAuthorization,
  { issuerHost, loopback, now }: {
    issuerHost: string;
    loopback: boolean;
    now: number;
  },
): PendingLogin | null {
  const page = safePage(device.verificationUri, loopback);
  if (!page) return null;
  const complete = device.verificationUriComplete &&
    safePage(device.verificationUriComplete, loopback);
  const sameOrigin = complete && complete.origin === page.origin;
  return {
    method: "device",
    issuerHost,
    verificationUri: page.href,
    verificationUriComplete: sameOrigin ? complete.href : null,
    userCode: nameOf(device.userCode, 64),
    startedAt: now,
    expiresAt: now + device.expiresIn * 1000,
  };
}

/** Percent-encoded and in punycode: nothing in it can pose as something else. */
function safePage(text: string, loopback: boolean): URL | null {
  const url = URL.parse(text);
  if (!url || url.username || url.password || url.href.length > 2000) {
    return null;
  }
  const plain = url.protocol === "http:" && loopback && isLoopback(url);
  return url.protocol === "https:" || plain ? url : null;
}
