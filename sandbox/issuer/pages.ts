/**
 * What a person sees while they log in: plain forms, no scripts. Each page
 * names its `data-outcome`, so that a program playing the person need not
 * read the words.
 */
import type { Account } from "./accounts.ts";
import { html, type Markup } from "./markup.ts";
import { STYLE } from "./style.ts";

/** Who asks, and for what. */
export interface Asking {
  readonly clientName: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** As the program shows it, such as "WDJB-MJHT"; absent in a browser login. */
  readonly userCode?: string;
}

export type Outcome = "asking" | "approved" | "denied" | "error";

const SCOPE_MEANING: Readonly<Record<string, string>> = {
  openid: "know which account you use",
  profile: "read your name",
  email: "read your e-mail address",
  all: "use Flyte as you, with everything your account may do",
  offline_access: "stay logged in until you log out",
  offline: "stay logged in until you log out",
};

function page(
  title: string,
  content: Markup,
  { outcome = "asking" }: { outcome?: Outcome } = {},
): string {
  return html`
    <!doctype html>
    <html lang="en">
      <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title}</title>
    ${STYLE}
      </head>
      <body>
        <main data-outcome="${outcome}">
    ${markOf(outcome)}
    <h1>${title}</h1>
    ${content}
    <footer>Flyte sandbox: every account and everything in it is made up.</footer>
        </main>
      </body>
    </html>
  `.markup.trimStart();
}

/** Says at a glance how it ended. */
function markOf(outcome: Outcome): Markup | undefined {
  if (outcome !== "approved" && outcome !== "denied") return undefined;
  const sign = { approved: "M12 20.5l5.5 5.5L28 15", denied: "M13 20h14" };
  return html`
    <svg class="mark ${outcome}" viewBox="0 0 40 40" aria-hidden="true">
      <circle cx="20" cy="20" r="18" />
      <path d="${sign[outcome]}" />
    </svg>
  `;
}

/** Asks for the code the program shows. */
export function codePage(
  { action, xsrf, userCode = "", problem }: {
    action: string;
    xsrf: string;
    userCode?: string;
    problem?: string;
  },
): string {
  const wish = userCode && !problem
    ? "Go on if it shows this same code."
    : "Enter the code it shows.";
  return page(
    "Log in to Flyte",
    html`
      <p>A program asks to use Flyte as you. ${wish}</p>
      ${problem &&
        html`<p class="alert" role="alert" id="problem">${problem}</p>`}
      <form method="post" action="${action}">
        <input type="hidden" name="xsrf" value="${xsrf}">
        <input type="hidden" name="confirm" value="yes">
        <label for="user_code">Code</label>
        <input class="code" type="text" id="user_code" name="user_code"
          value="${userCode}"
          ${problem && html`aria-invalid="true" aria-describedby="problem"`}
          required autocomplete="off" autocapitalize="characters" spellcheck="false">
        <button class="primary" type="submit">Continue</button>
      </form>
    `,
    { outcome: problem ? "error" : "asking" },
  );
}

/** Asks who the person is. */
export function accountPage(
  { action, asking, accounts }: {
    action: string;
    asking: Asking;
    accounts: readonly Account[];
  },
): string {
  const buttons = accounts.map(({ name, email }) =>
    html`
      <button class="account" type="submit" name="account"
        value="${email}">${name} <small>${email}</small></button>
    `
  );
  return page(
    "Who are you?",
    html`
      <p><strong>${asking.clientName}</strong> asks you to log in to Flyte.</p>
      <form method="post" action="${action}">${buttons}
      <button class="deny" type="submit" name="decision" value="deny">Deny</button>
      </form>
    `,
  );
}

/** Asks whether the program may do what it wants to do. */
export function consentPage(
  { action, asking, account }: {
    action: string;
    asking: Asking;
    account: string;
  },
): string {
  const wishes = [
    ...new Set(asking.scopes.map((scope) => SCOPE_MEANING[scope] ?? scope)),
  ].map((wish) => html`<li>${wish}</li>`);
  return page(
    `Allow ${asking.clientName} to use Flyte?`,
    html`
      <dl>
        <dt>Program</dt>
        <dd>${asking.clientName} (${asking.clientId})</dd>
        <dt>Account</dt>
        <dd>${account}</dd>
      </dl>
      <p>It asks to:</p>
      <ul>${wishes}</ul>
      ${asking.userCode
        ? html`
          <p>Allow this only if you asked for it and the program shows this same code:</p>
          <p class="code">${asking.userCode}</p>
        `
        : html`<p>Allow this only if you asked for it.</p>`}
      <form method="post" action="${action}">
        <button class="primary" type="submit" name="decision"
          value="allow">Allow</button>
        <button type="submit" name="decision" value="deny">Deny</button>
      </form>
    `,
  );
}

export function approvedPage(clientName: string): string {
  return page(
    "You are logged in",
    html`
      <p>${clientName} may now use Flyte as you. You can close this page and go back to it.</p>
    `,
    { outcome: "approved" },
  );
}

export function deniedPage(): string {
  return page(
    "The login was denied",
    html`
      <p>The program was told that you said no. You can close this page.</p>
    `,
    { outcome: "denied" },
  );
}

export function errorPage(problem: string): string {
  return page(
    "This did not work",
    html`
      <p class="alert" role="alert">${problem}</p>
    `,
    { outcome: "error" },
  );
}
