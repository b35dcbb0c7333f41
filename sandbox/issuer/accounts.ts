/** A made-up person who can log in, without a password: a click is enough. */
export interface Account {
  /** The `sub` of every token. */
  readonly subject: string;
  readonly name: string;
  readonly email: string;
  readonly username: string;
}

export const DEFAULT_ACCOUNTS: readonly Account[] = [
  {
    subject: "sandbox-ada",
    name: "Ada Example",
    email: "ada@example.com",
    username: "ada",
  },
  {
    subject: "sandbox-grace",
    name: "Grace Example",
    email: "grace@example.com",
    username: "grace",
  },
];

/** The claims Flyte's UserInfo reads from a bearer token. */
export function accountClaims(account: Account): Record<string, unknown> {
  const [givenName = account.name, ...rest] = account.name.split(" ");
  return {
    name: account.name,
    given_name: givenName,
    family_name: rest.join(" "),
    preferred_username: account.username,
    email: account.email,
  };
}
