import { isLoopback } from "../config/endpoint.ts";
import { Secret } from "../config/secret.ts";
import { visible } from "../text.ts";
import type { ClientConfig } from "./client_config.ts";
import { pollForToken } from "./device_poll.ts";
import { issuerFailure, issuerHostOf } from "./failures.ts";
import { type DeviceAuthorization, Issuer } from "./issuer.ts";
import { OAuthError } from "./issuer_answer.ts";
import type {
  DeviceLoginFlow,
  PendingDeviceLogin,
  RunningLogin,
} from "./login.ts";
import { codeRefused, noDeviceLogin, unsafeLogin } from "./login_failures.ts";
import type { LoginMethod, LoginRun, LoginStart } from "./login_method.ts";
import { safePage } from "./safe_page.ts";

/** Refusals that mean: this client gets no device login here. */
const REFUSALS =
  /^(unauthorized_client|unsupported_grant_type|invalid_client|http_40[0345])$/;

/**
 * What people type (RFC 8628 section 6.1): letters and digits in groups. It is
 * shown to them word for word, so nothing that reads otherwise gets through.
 */
const USER_CODE = /^(?=.{1,40}$)[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$/;

/** Such a page is short, for people may have to type it. */
const MAX_URL = 500;

/** What issuers say of a code that they know no more; Entra's word is its own. */
const DEAD_CODES = /^(invalid_grant|bad_verification_code)$/;

/**
 * Logs in by a code that the person types on the issuer's page.
 *
 * @param options.secret of a confidential client
 * @see RFC 8628
 */
export function createDeviceMethod(
  { secret }: { secret: Secret | null },
): LoginMethod<DeviceLoginFlow> {
  return {
    name: "device",
    isOffered: (config) => config.deviceAuthorizationEndpoint !== null,
    begin: (start) => beginDeviceLogin(start, secret),
    run: (flow, run) => runDeviceLogin(flow, run, secret),
  };
}

async function beginDeviceLogin(
  start: LoginStart,
  secret: Secret | null,
): Promise<DeviceLoginFlow> {
  const { config, fetch, clock, otherMethods } = start;
  const issuer = new Issuer(config, fetch);
  const device = await authorize(issuer, start, secret);
  const prompt = promptOf(device, start);
  const startedAt = clock.now();
  return {
    method: "device",
    id: crypto.randomUUID(),
    login: {
      method: "device",
      issuerHost: issuerHostOf(config),
      ...prompt,
      startedAt,
      expiresAt: startedAt + device.expiresIn * 1000,
      otherMethods,
      note: null,
    },
    deviceCode: new Secret(device.deviceCode),
    interval: device.interval,
  };
}

function runDeviceLogin(
  { deviceCode, interval, login }: DeviceLoginFlow,
  { config, fetch, clock, stop, isResumed }: LoginRun,
  secret: Secret | null,
): RunningLogin {
  const polling = {
    ...{ deviceCode: deviceCode.reveal(), interval, isResumed, secret },
    ...{ expiresAt: login.expiresAt, clock, signal: stop },
  };
  return {
    note: null,
    result: pollForToken(new Issuer(config, fetch), polling)
      .catch((error: unknown) => {
        throw pollFailure(error, config);
      }),
    closed: Promise.resolve(),
    paste: null,
  };
}

/**
 * What a person may be shown of it.
 *
 * @throws {ToolError} `grant_not_allowed` when they must not be led by it
 */
function promptOf(
  device: DeviceAuthorization,
  { config, endpoint }: LoginStart,
): Pick<
  PendingDeviceLogin,
  "verificationUri" | "verificationUriComplete" | "userCode"
> {
  const bounds = { local: isLoopback(endpoint), max: MAX_URL };
  const page = safePage(device.verificationUri, bounds);
  if (!page) throw unsafeLogin(config, "its page is not an https address");
  const userCode = visible(device.userCode).trim();
  if (!USER_CODE.test(userCode)) {
    throw unsafeLogin(config, "its code is not letters and digits");
  }
  const complete = safePage(device.verificationUriComplete ?? "", bounds);
  const isSame = complete?.origin === page.origin;
  return {
    verificationUri: page.href,
    verificationUriComplete: isSame ? complete.href : null,
    userCode,
  };
}

async function authorize(
  issuer: Issuer,
  { config, signal }: LoginStart,
  secret: Secret | null,
): Promise<DeviceAuthorization> {
  if (!config.clientId) {
    throw noDeviceLogin(config, { why: "no client id is published or set" });
  }
  if (!config.deviceAuthorizationEndpoint) {
    throw noDeviceLogin(config, { why: "no device endpoint is published" });
  }
  try {
    return await issuer.startDevice(signal, { secret });
  } catch (error) {
    if (error instanceof OAuthError && isRefusal(error)) {
      throw noDeviceLogin(config, { why: error.error, cause: error });
    }
    throw issuerFailure(error, { config });
  }
}

/**
 * Keycloak's older versions say `invalid_grant`, where no grant is yet; a
 * client of Keycloak that must use PKCE lacks a challenge in a device login.
 */
function isRefusal({ error, description }: OAuthError): boolean {
  return REFUSALS.test(error) || error === "invalid_grant" ||
    /code_challenge/.test(description ?? "");
}

/** Entra finds out that a client is no public one only when it is polled. */
function pollFailure(error: unknown, config: ClientConfig): unknown {
  if (!(error instanceof OAuthError)) return error;
  if (REFUSALS.test(error.error)) {
    return noDeviceLogin(config, { why: error.error, cause: error });
  }
  return DEAD_CODES.test(error.error) ? codeRefused(config, error) : error;
}
