/**
 * A person at the issuer's pages, played over HTTP as a browser without
 * scripts would: for the demo, and for tests of everything that needs a login.
 */
import { Browser, type Departure, type Page } from "./browser.ts";

export interface PersonOptions {
  /** E-mail address of the account to use. @default the first one offered */
  readonly account?: string;
  /** Presses "Deny" at the last question. @default {false} */
  readonly deny?: boolean;
  /** How pages are reached, behind a private CA for example. */
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

/** Code, account, consent; more pages than this are a loop. */
const MAX_PAGES = 6;

/**
 * Enters the code a device shows, and allows or denies.
 *
 * @param verificationUri With or without the code in it.
 * @returns What the last page said.
 * @throws {Error} when a page refuses, with its words
 */
export async function approveDevice(
  verificationUri: string,
  userCode: string,
  options: PersonOptions = {},
): Promise<"approved" | "denied"> {
  const { origin } = new URL(verificationUri);
  const browser = new Browser(origin, options);
  let page = await browser.open(verificationUri);
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    if ("location" in page) break;
    if (page.outcome === "approved" || page.outcome === "denied") {
      return page.outcome;
    }
    page = await browser.submit(page, answer(page, { ...options, userCode }));
  }
  throw new Error(
    `Cannot approve "${userCode}": the pages of ${origin} lead nowhere`,
  );
}

/**
 * Goes through an authorization request in the browser.
 *
 * @returns The address the issuer sends the browser to at the end, with `code`
 * or `error` in its query; it is not opened.
 * @throws {Error} when a page refuses, with its words
 */
export async function approveAuthorization(
  authorizationUrl: string,
  options: PersonOptions = {},
): Promise<string> {
  const { origin } = new URL(authorizationUrl);
  const browser = new Browser(origin, options);
  let page: Page | Departure = await browser.open(authorizationUrl);
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    if ("location" in page) return page.location;
    page = await browser.submit(page, answer(page, options));
  }
  throw new Error(`Cannot authorize: the pages of ${origin} lead nowhere`);
}

/** What the person types or presses on this page. */
function answer(
  page: Page,
  { userCode, account, deny }: PersonOptions & { userCode?: string },
): Record<string, string> {
  if (page.alert !== undefined || !page.form) {
    throw new Error(
      `Cannot go on at ${page.url}: ${page.alert ?? `HTTP ${page.status}`}`,
    );
  }
  const { fields, buttons } = page.form;
  if ("user_code" in fields && userCode !== undefined) {
    return { user_code: userCode };
  }
  const accounts = buttons.filter(({ name }) => name === "account")
    .map(({ value }) => value);
  const [first] = accounts;
  if (first === undefined) return { decision: deny ? "deny" : "allow" };
  if (account !== undefined && !accounts.includes(account)) {
    throw new Error(
      `Cannot log in as "${account}": the page offers ${accounts.join(", ")}`,
    );
  }
  return { account: account ?? first };
}
