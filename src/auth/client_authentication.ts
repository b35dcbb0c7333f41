import * as oauth from "oauth4webapi";
import type { Secret } from "../config/secret.ts";
import { isClientRefusal } from "./issuer_answer.ts";

/**
 * Asks as this client: a public one names itself; a secret is presented one way
 * after the other, until one is taken.
 *
 * @param options.methods see {@linkcode clientAuthentications}
 * @throws the first refusal, when none is taken
 */
export async function asClient<T>(
  ask: (way: oauth.ClientAuth) => Promise<T>,
  { secret, methods }: { secret: Secret | null; methods: readonly string[] },
): Promise<T> {
  const ways = secret
    ? clientAuthentications(secret.reveal(), methods)
    : [oauth.None()];
  let refusal: unknown;
  for (const way of ways) {
    try {
      return await ask(way);
    } catch (error) {
      if (!isClientRefusal(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

/**
 * The ways to present a client secret, in the order to try them: HTTP Basic,
 * then the form; one alone where the issuer says that it takes one alone.
 *
 * @param methods RFC 8414 `token_endpoint_auth_methods_supported`; empty: not
 * said, so both may work
 * @see RFC 6749 section 2.3.1
 */
export function clientAuthentications(
  secret: string,
  methods: readonly string[],
): readonly oauth.ClientAuth[] {
  const ways = [
    { name: "client_secret_basic", way: basic(secret) },
    { name: "client_secret_post", way: oauth.ClientSecretPost(secret) },
  ];
  const allowed = ways.filter(({ name }) => methods.includes(name));
  return (allowed.length > 0 ? allowed : ways).map(({ way }) => way);
}

/**
 * HTTP Basic with id and secret form-encoded. The library's own also escapes
 * `-_.~`, which some issuers do not undo.
 */
function basic(secret: string): oauth.ClientAuth {
  const encode = (text: string) =>
    new URLSearchParams({ "": text }).toString().slice(1);
  return (_as, client, _body, headers) => {
    const pair = `${encode(client.client_id)}:${encode(secret)}`;
    headers.set("authorization", `Basic ${btoa(pair)}`);
  };
}
