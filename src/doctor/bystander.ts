import type {
  Authenticator,
  AuthStatus,
  CallCredentials,
} from "../auth/authenticator.ts";
import { isDue } from "../auth/token.ts";
import { isForPeople } from "../config/auth_type.ts";
import type { Config } from "../config/mod.ts";
import { ToolError } from "../errors.ts";

/** Flyte wants a login that only a person could give; the doctor asks nobody. */
export class LoginWanted extends Error {
  override readonly name = "LoginWanted";
}

/** Whether a failed call wanted a login. */
export function wantsLogin(error: unknown): boolean {
  return error instanceof LoginWanted ||
    error instanceof Error && error.cause instanceof LoginWanted;
}

/**
 * The credentials that calls have now. Services get theirs as ever; but where
 * a person logs in, no login starts and none that is kept is renewed.
 */
export function bystander(
  authenticator: Authenticator,
  { config, endpoint, now }: {
    config: Config;
    endpoint: string;
    now: () => number;
  },
): CallCredentials {
  if (!isForPeople(config.authType?.value)) return authenticator;
  return {
    async credentials(signal) {
      await authenticator.look(signal);
      const { token } = authenticator.status();
      const isBorrowed = token === null && config.keychain?.value === true &&
        config.authFirst?.value !== true;
      const isFresh = token !== null && isFreshToken(token, now());
      return isFresh || isBorrowed
        ? await authenticator.credentials(signal)
        : null;
    },
    accepted: (used) => authenticator.accepted(used),
    renew(used) {
      if (used === null) return Promise.reject(new LoginWanted());
      return Promise.reject(refused(endpoint));
    },
    rejection: () => refused(endpoint),
  };
}

/** Nobody's: for what Flyte has to answer to everybody. */
export function anonymous(endpoint: string): CallCredentials {
  const rejection = () =>
    new ToolError(
      "credentials_required",
      `${endpoint} wants credentials where a login is described.`,
      {
        nextStep:
          "Admin: let calls of flyteidl2.auth.AuthMetadataService through without a token.",
      },
    );
  return {
    credentials: () => Promise.resolve(null),
    accepted() {},
    renew: () => Promise.reject(rejection()),
    rejection,
  };
}

/** One that is about to run out would be renewed by the call. */
function isFreshToken(
  { expiresAt, obtainedAt }: NonNullable<AuthStatus["token"]>,
  now: number,
): boolean {
  return !isDue({ expiresAt, obtainedAt: obtainedAt ?? 0 }, now);
}

function refused(endpoint: string): ToolError {
  return new ToolError(
    "token_rejected",
    `${endpoint} refuses the token in hand.`,
    {
      nextStep:
        "The next call renews it, or asks for a login. If a new one is refused as well, admin: compare its audience, issuer and scopes with what the ingress checks.",
    },
  );
}
