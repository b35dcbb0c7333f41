import { isLoopback } from "../config/endpoint.ts";
import { nameOf } from "../text.ts";
import type { ClientConfig } from "./client_config.ts";
import { pollForToken } from "./device_poll.ts";
import { issuerFailure, issuerHostOf, unsafeIssuer } from "./failures.ts";
import { type DeviceAuthorization, Issuer } from "./issuer.ts";
import { OAuthError } from "./issuer_answer.ts";
import type { StartedLogin } from "./login.ts";
import { noDeviceLogin } from "./login_failures.ts";
import type { LoginMethod, LoginStart } from "./login_method.ts";
import { safePage } from "./safe_page.ts";

/** Refusals that mean: this client gets no device login here. */
const REFUSALS =
  /^(unauthorized_client|unsupported_grant_type|invalid_client|http_40[0345])$/;

/** Logs in by a code that the person types on the issuer's page. @see RFC 8628 */
export const deviceMethod: LoginMethod = {
  name: "device",
  isOffered: (config) => config.deviceAuthorizationEndpoint !== null,
  start: startDeviceLogin,
};

async function startDeviceLogin(start: LoginStart): Promise<StartedLogin> {
  const { config, fetch, clock, endpoint, stop, otherMethods } = start;
  const issuer = new Issuer(config, fetch);
  const device = await authorize(issuer, start);
  const local = isLoopback(endpoint);
  const page = safePage(device.verificationUri, { local });
  if (!page) {
    throw unsafeIssuer("its verification page is not an https address");
  }
  const complete = device.verificationUriComplete === null
    ? null
    : safePage(device.verificationUriComplete, { local });
  const startedAt = clock.now();
  const expiresAt = startedAt + device.expiresIn * 1000;
  return {
    login: {
      method: "device",
      issuerHost: issuerHostOf(config),
      verificationUri: page.href,
      verificationUriComplete: complete?.origin === page.origin
        ? complete.href
        : null,
      userCode: nameOf(device.userCode, 64),
      startedAt,
      expiresAt,
      otherMethods,
      note: null,
    },
    result: pollForToken(issuer, { device, expiresAt, clock, signal: stop }),
    closed: Promise.resolve(),
    paste: null,
  };
}

async function authorize(
  issuer: Issuer,
  { config, signal }: { config: ClientConfig; signal: AbortSignal },
): Promise<DeviceAuthorization> {
  if (!config.clientId) {
    throw noDeviceLogin(config, { why: "no client id is published or set" });
  }
  if (!config.deviceAuthorizationEndpoint) {
    throw noDeviceLogin(config, { why: "no device endpoint is published" });
  }
  try {
    return await issuer.startDevice(signal);
  } catch (error) {
    if (error instanceof OAuthError && REFUSALS.test(error.error)) {
      throw noDeviceLogin(config, { why: error.error });
    }
    throw issuerFailure(error, { config });
  }
}
