import { accountClaims, DEFAULT_ACCOUNTS } from "../issuer/accounts.ts";
import type { Account } from "../issuer/accounts.ts";

/** Who starts the seeded runs: the sandbox's accounts, and a colleague of theirs. */
export const PEOPLE = {
  ada: accountOf("ada"),
  grace: accountOf("grace"),
  mary: {
    subject: "sandbox-mary",
    name: "Mary Example",
    email: "mary@example.com",
    username: "mary",
  },
} satisfies Record<string, Account>;

/** Names a person to a plane, which checks no signature. */
export function headersOf(person: Account | undefined): HeadersInit {
  if (!person) return {};
  const claims = { sub: person.subject, ...accountClaims(person) };
  const token = [{ alg: "none", typ: "JWT" }, claims].map(segmentOf);
  return { authorization: `Bearer ${[...token, "unsigned"].join(".")}` };
}

function accountOf(username: string): Account {
  const account = DEFAULT_ACCOUNTS.find((one) => one.username === username);
  if (account) return account;
  throw new Error(`Cannot seed runs of ${username}: no such account`);
}

function segmentOf(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
