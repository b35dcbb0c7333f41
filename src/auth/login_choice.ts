import type { LoginMethodName, StartedLogin } from "./login.ts";
import { MethodRefused } from "./login_failures.ts";
import type { LoginMethod, LoginStart } from "./login_method.ts";

type Start = Omit<LoginStart, "otherMethods">;

/**
 * Which method a login uses. What is configured is tried alone, and so is what
 * the conversation asks for. With nothing configured the device login comes
 * first, for it works wherever the person is; an issuer that does not really
 * grant it is remembered, and the browser comes instead.
 */
export class LoginChoice {
  readonly #methods: Readonly<Record<LoginMethodName, LoginMethod>>;
  readonly #configured: LoginMethodName | null;
  #refused: MethodRefused | null = null;

  constructor(
    methods: Readonly<Record<LoginMethodName, LoginMethod>>,
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
  async start(
    start: Start,
    wanted: LoginMethodName | null,
  ): Promise<StartedLogin> {
    const name = wanted ?? this.#configured;
    if (name !== null) return await this.#startBy(name, start);
    if (this.#refused === null) {
      try {
        return await this.#startBy("device", start);
      } catch (error) {
        const { config } = start;
        const refused = error instanceof MethodRefused;
        if (!refused || !this.#methods.browser.isOffered(config)) throw error;
        this.#refused = error;
      }
    }
    const started = await this.#startBy("browser", start);
    const { login } = started;
    const note = [
      `${this.#refused?.message} Browser login is used instead.`,
      login.note,
    ]
      .filter(Boolean).join(" ");
    return { ...started, login: { ...login, note } };
  }

  #startBy(name: LoginMethodName, start: Start): Promise<StartedLogin> {
    const method = this.#methods[name];
    const { config } = start;
    const otherMethods = Object.values(this.#methods)
      .filter((other) => other !== method && other.isOffered(config))
      .filter((other) => other.name !== "device" || this.#refused === null)
      .map((other) => other.name);
    return method.start({ ...start, otherMethods });
  }
}
