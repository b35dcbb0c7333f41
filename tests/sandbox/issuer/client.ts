/** A bare OAuth client: it sends forms and shows what comes back. */
import { DEVICE_CODE_GRANT } from "../../../sandbox/issuer/clients.ts";
import type { Issuer } from "../../../sandbox/issuer/mod.ts";
import { approveDevice } from "../../../sandbox/issuer/person.ts";

export interface Answer {
  readonly status: number;
  /** Empty if it is no JSON object. */
  readonly body: Record<string, unknown>;
}

export async function post(
  issuer: Issuer,
  path: string,
  { form, headers = {} }: {
    form: Record<string, string>;
    headers?: Record<string, string>;
  },
): Promise<Answer> {
  const response = await fetch(issuer.url + path, {
    method: "POST",
    body: new URLSearchParams(form),
    headers,
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text.startsWith("{") ? JSON.parse(text) : {},
  };
}

export function basic(id: string, secret: string): { authorization: string } {
  const form = new URLSearchParams({ id, secret });
  const [user, password] = [...form.toString().split("&")].map((pair) =>
    pair.slice(pair.indexOf("=") + 1)
  );
  return { authorization: `Basic ${btoa(`${user}:${password}`)}` };
}

/** Asks for a device code, as the public client unless told otherwise. */
export function askForCode(
  issuer: Issuer,
  form: Record<string, string> = {},
): Promise<Answer> {
  return post(issuer, "/device/auth", {
    form: { client_id: "flyte-cli", scope: "all offline_access", ...form },
  });
}

export function poll(
  issuer: Issuer,
  code: Record<string, unknown>,
): Promise<Answer> {
  return post(issuer, "/token", {
    form: {
      grant_type: DEVICE_CODE_GRANT,
      client_id: "flyte-cli",
      device_code: `${code["device_code"]}`,
    },
  });
}

export function refresh(issuer: Issuer, token: unknown): Promise<Answer> {
  return post(issuer, "/token", {
    form: {
      grant_type: "refresh_token",
      client_id: "flyte-cli",
      refresh_token: `${token}`,
    },
  });
}

/** A whole device login; returns the token response. */
export async function logIn(
  issuer: Issuer,
  options: {
    account?: string;
    form?: Record<string, string>;
  } = {},
): Promise<Record<string, unknown>> {
  const { body } = await askForCode(issuer, options.form);
  await approveDevice(
    `${body["verification_uri"]}`,
    `${body["user_code"]}`,
    options.account === undefined ? {} : { account: options.account },
  );
  return (await poll(issuer, body)).body;
}

/** The claims of a JWT; its signature is not looked at. */
export function claimsOf(token: unknown): Record<string, unknown> {
  const [, payload = ""] = `${token}`.split(".");
  return JSON.parse(
    new TextDecoder().decode(
      Uint8Array.fromBase64(payload, { alphabet: "base64url" }),
    ),
  );
}
