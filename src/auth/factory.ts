import type { Config } from "../config/mod.ts";
import { headersOf } from "../config/credentials.ts";
import type { Authenticator, AuthenticatorOptions } from "./authenticator.ts";
import { createBrowserMethod } from "./browser_method.ts";
import { ClientSecret } from "./client_secret.ts";
import type { RunCommand } from "./command.ts";
import { createDeviceMethod } from "./device_method.ts";
import { ExternalCommand } from "./external_command.ts";
import { Interactive, type InteractiveOptions } from "./interactive.ts";
import type { ReadKeychain } from "./keychain.ts";
import type { LoginMethodName } from "./login.ts";
import { LoginChoice } from "./login_choice.ts";
import type { ListenOnLoopback } from "./loopback_listener.ts";
import { Passthrough } from "./passthrough.ts";
import type { LoginStore } from "./store/login_store.ts";

/** What authenticators need of the machine; adapters that `main.ts` passes in. */
export interface AuthMachine {
  readonly listen: ListenOnLoopback;
  /** Opens a page in the person's browser. */
  readonly openBrowser: (url: string) => void;
  readonly run: RunCommand;
  /** Where logins of people are kept. */
  readonly logins: LoginStore;
  /** Reads the Flyte CLI's login, where the person wants that. */
  readonly readKeychain: ReadKeychain;
}

/**
 * Picks the authenticator. What the person configured wins and its failure is
 * the answer; nothing configured sends nothing until the server asks, and then
 * tries the device login.
 */
export function createAuthenticator(
  config: Config,
  { machine, ...options }: AuthenticatorOptions & { machine: AuthMachine },
): Authenticator {
  const { authType, clientSecret, accessToken, authMetadata, command } = config;
  const byPerson = (configured: LoginMethodName | null) =>
    new Interactive({
      ...options,
      ...interactiveOptions(config, machine, configured),
    });
  switch (authType?.value) {
    case undefined:
      return byPerson(null);
    case "DeviceFlow":
      return byPerson("device");
    case "Pkce":
      return byPerson("browser");
    case "ClientSecret":
      if (!clientSecret) throw new TypeError("ClientSecret needs a secret");
      return new ClientSecret(options, clientSecret);
    case "ExternalCommand":
      if (!command) throw new TypeError("ExternalCommand needs a command");
      return new ExternalCommand(options, { command, run: machine.run });
    case "Passthrough":
      return new Passthrough(options, {
        accessToken,
        headers: authMetadata && {
          source: authMetadata.source,
          value: () => headersOf(authMetadata),
        },
      });
  }
}

function interactiveOptions(
  { authType, clientSecret, openBrowser, interactive, keychain }: Config,
  { listen, openBrowser: open, logins, readKeychain }: AuthMachine,
  configured: LoginMethodName | null,
): InteractiveOptions {
  const secret = clientSecret?.value ?? null;
  const browser = createBrowserMethod({
    listen,
    open: openBrowser?.value ? open : null,
    secret,
  });
  const methods = { device: createDeviceMethod({ secret }), browser };
  return {
    choice: new LoginChoice(methods, configured),
    authType: authType?.value ?? null,
    logins,
    readKeychain: keychain?.value ? readKeychain : null,
    secret,
    never: interactive.value === "never" ? interactive : null,
  };
}
