/**
 * A process that renews a kept token again and again until it is killed: the
 * smallest program that a test can end in the middle of a renewal. Its
 * argument is JSON; it prints a line when it begins and one per renewal.
 */
import { createFetch } from "../../../src/http/fetch.ts";
import { NO_LOGIN } from "../../../src/auth/client_config.ts";
import { KeptLogin } from "../../../src/auth/kept_login.ts";
import { FileLoginStore } from "../../../src/auth/store/file_login_store.ts";
import { systemClock } from "../../../src/clock.ts";
import { ToolError } from "../../../src/errors.ts";

/** What the process is told. */
export interface RenewerOptions {
  readonly endpoint: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly folder: string;
}

/** The login that the process keeps, also for whoever looks at the store. */
export function openKeptLogin(
  { endpoint, issuer, clientId, folder }: RenewerOptions,
  { fetch, report, onLogin }: {
    fetch: ReturnType<typeof createFetch>;
    report: (message: string) => void;
    onLogin: (note: string | null) => void;
  },
): { login: KeptLogin; logins: FileLoginStore; config: typeof NO_LOGIN } {
  const config = {
    ...NO_LOGIN,
    ...{ hasLogin: true, issuer, clientId, tokenEndpoint: `${issuer}/token` },
  };
  const logins = new FileLoginStore({ folder, clock: systemClock, report });
  const login = new KeptLogin({
    ...{ endpoint, fetch, clock: systemClock, logins },
    store: { get: () => Promise.resolve(config) },
    trustedIssuers: null,
    authFirst: false,
    authType: null,
    secret: null,
    readKeychain: null,
    rejection: () => new ToolError("token_rejected", "", { nextStep: "" }),
    logIn: ({ note }) => {
      onLogin(note);
      return Promise.reject(new Error("A person is needed"));
    },
  });
  return { login, logins, config };
}

if (import.meta.main) await main();

async function main(): Promise<never> {
  const options: RenewerOptions = JSON.parse(Deno.args[0] ?? "");
  await using fetch = createFetch({ caCert: null });
  const signal = AbortSignal.timeout(30_000);
  const { login } = openKeptLogin(options, {
    fetch,
    report: print,
    onLogin: (note) => print(`login: ${note}`),
  });
  print("begins");
  let used = await login.fresh(signal);
  for (;;) {
    if (used) login.accepted(used);
    used = await login.renew(used, signal);
    print("renewed");
  }
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}
