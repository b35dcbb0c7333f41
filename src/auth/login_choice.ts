import type {
  BrowserLoginFlow,
  DeviceLoginFlow,
  Flow,
  LoginMethodName,
  RunningLogin,
} from "./login.ts";
import { MethodRefused } from "./login_failures.ts";
import type { LoginMethod, LoginRun, LoginStart } from "./login_method.ts";

type Start = Omit<LoginStart, "otherMethods">;

/** Every way in which a person can log in. */
export interface LoginMethods {
  readonly device: LoginMethod<DeviceLoginFlow>;
  readonly browser: LoginMethod<BrowserLoginFlow>;
}

/**
 * Which method a login uses. What is configured is tried alone, and so is what
 * the conversation asks for. With nothing configured the device login comes
 * first, for it works wherever the person is; an issuer that does not really
 * grant it is remembered, and the browser comes instead.
 */
export class LoginChoice {
  readonly #methods: LoginMethods;
  readonly #configured: LoginMethodName | null;
  #refused: MethodRefused | null = null;

  constructor(
    methods: LoginMethods,
    configured: LoginMethodName | null,
  ) {
    this.#methods = methods;
    this.#configured = configured;
  }

  /**
   * Starts a login by the wanted method, or by the one that fits.
   *
   * @throws {ToolError} `grant_not_allowed` when none works here
   */
  async begin(start: Start, wanted: LoginMethodName | null): Promise<Flow> {
    const name = wanted ?? this.#configured;
    if (name !== null) return await this.#beginBy(name, start);
    const hasBrowser = this.#methods.browser.isOffered(start.config);
    if (this.#refused === null || !hasBrowser) {
      try {
        return await this.#beginBy("device", start);
      } catch (error) {
        if (!(error instanceof MethodRefused) || !hasBrowser) throw error;
      }
    }
    const flow = await this.#beginBy("browser", start);
    const { message, remedy } = this.#refused ?? {};
    const why = `${message} Browser login is used instead. ${remedy}`;
    return withNote(flow, why);
  }

  /** Brings a login to its end, whichever process started it. */
  run(flow: Flow, run: LoginRun): RunningLogin {
    const running = flow.method === "device"
      ? this.#methods.device.run(flow, run)
      : this.#methods.browser.run(flow, run);
    return { ...running, result: this.#remembering(running.result) };
  }

  async #beginBy(name: LoginMethodName, start: Start): Promise<Flow> {
    const method = this.#methods[name];
    const { config } = start;
    const otherMethods = Object.values(this.#methods)
      .filter((other) => other !== method && other.isOffered(config))
      .filter((other) => other.name !== "device" || this.#refused === null)
      .map((other) => other.name);
    const flow: Promise<Flow> = method.begin({ ...start, otherMethods });
    return await this.#remembering(flow);
  }

  /** A refusal may come at the start, or only when the issuer is polled. */
  async #remembering<T>(attempt: Promise<T>): Promise<T> {
    try {
      return await attempt;
    } catch (error) {
      if (error instanceof MethodRefused) this.#refused = error;
      throw error;
    }
  }
}

/** The same login with one more sentence for the person. */
export function withNote(flow: Flow, sentence: string | null): Flow {
  if (sentence === null) return flow;
  const note = [flow.login.note, sentence].filter(Boolean).join(" ");
  return flow.method === "device"
    ? { ...flow, login: { ...flow.login, note } }
    : { ...flow, login: { ...flow.login, note } };
}
