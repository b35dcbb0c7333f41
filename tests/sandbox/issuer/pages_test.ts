import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Browser, type Page } from "../../../sandbox/issuer/browser.ts";
import { html } from "../../../sandbox/issuer/markup.ts";
import { type Issuer, startIssuer } from "../../../sandbox/issuer/mod.ts";
import {
  accountPage,
  approvedPage,
  codePage,
  consentPage,
  deniedPage,
  errorPage,
} from "../../../sandbox/issuer/pages.ts";
import { DEFAULT_ACCOUNTS } from "../../../sandbox/issuer/accounts.ts";
import { generateSigningKey } from "../../../sandbox/issuer/signing_key.ts";
import { askForCode } from "./client.ts";

const signingKey = await generateSigningKey();

const asking = {
  clientName: "Flyte CLI",
  clientId: "flyte-cli",
  scopes: ["openid", "offline", "offline_access", "x.custom"],
  userCode: "WDJB-MJHT",
};

const PAGES: [string, string][] = [
  ["code", codePage({ action: "/device", xsrf: "x", problem: "Wrong." })],
  [
    "account",
    accountPage({ action: "/a", asking, accounts: DEFAULT_ACCOUNTS }),
  ],
  ["consent", consentPage({ action: "/a", asking, account: "Ada" })],
  ["approved", approvedPage("Flyte CLI")],
  ["denied", deniedPage()],
  ["error", errorPage("Broken.")],
];

Deno.test.each(PAGES)("the %s page is plain, complete HTML", (_name, page) => {
  assertMatch(page, /^<!doctype html>/);
  assertMatch(page, /<html lang="en">/);
  assertMatch(page, /<meta name="viewport" content="width=device-width/);
  assertMatch(page, /prefers-color-scheme: dark/);
  assertEquals(
    page.match(/<script|javascript:|\son\w+=|@import|https?:/gi),
    null,
  );
});

Deno.test("html`` escapes values and keeps markup", () => {
  const inner = html`<b>${`<&"'>`}</b>`;
  assertEquals(
    html`${inner}${[inner, inner]}${undefined}${7}`.markup,
    "<b>&lt;&amp;&quot;&#39;&gt;</b>".repeat(3) + "7",
  );
});

Deno.test("consentPage() says who asks for what, with the code", () => {
  const page = consentPage({ action: "/a", asking, account: "Ada Example" });
  assertStringIncludes(page, "Flyte CLI (flyte-cli)");
  assertStringIncludes(page, "WDJB-MJHT");
  assertStringIncludes(page, "<li>know which account you use</li>");
  assertStringIncludes(page, "<li>x.custom</li>");
  assertEquals(page.match(/stay logged in/g)?.length, 1);
});

Deno.test("codePage() labels its field", () => {
  const page = codePage({ action: "/device", xsrf: "x", userCode: "AB" });
  assertMatch(page, /<label for="user_code">/);
  assertMatch(page, /<input[^>]* id="user_code"[^>]* value="AB"/);
});

/** The pages of a device login, one after the other. */
async function pagesOf(
  issuer: Issuer,
  form: Record<string, string>,
  browser = new Browser(issuer.url),
) {
  const { body } = await askForCode(issuer, form);
  const code = asPage(
    await browser.open(`${body["verification_uri_complete"]}`),
  );
  const account = asPage(await browser.submit(code, {}));
  const consent = asPage(
    await browser.submit(account, { account: "ada@example.com" }),
  );
  const approved = asPage(
    await browser.submit(consent, { decision: "allow" }),
  );
  return { code, account, consent, approved, userCode: body["user_code"] };
}

function asPage(page: Page | { location: string }): Page {
  if ("location" in page) throw new Error(`Unexpected ${page.location}`);
  return page;
}

Deno.test("startIssuer() escapes the name of a client on its pages", async () => {
  const clientName = `<script>alert("x")</script>`;
  const grants = ["device_code" as const];
  const clients = [{ clientId: "odd", clientName, grants }];
  await using issuer = await startIssuer({ signingKey, clients });
  const { account, consent, approved } = await pagesOf(issuer, {
    client_id: "odd",
  });
  for (const { text } of [account, consent, approved]) {
    assertStringIncludes(
      text,
      "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;",
    );
    assertEquals(text.includes("<script"), false);
  }
});

Deno.test("startIssuer() shows a page only to the browser it is for", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { account } = await pagesOf(issuer, {});
  const response = await fetch(account.url);
  assertEquals(response.status, 400);
  assertStringIncludes(await response.text(), "no longer valid");
});

Deno.test("startIssuer() puts the code of the complete address into the form", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { code, userCode } = await pagesOf(issuer, {});
  assertEquals(code.form?.fields["user_code"], userCode);
});

Deno.test("startIssuer() sends pages that cannot be framed or kept", async () => {
  await using issuer = await startIssuer({ signingKey });
  const response = await fetch(`${issuer.url}/device`);
  await response.text();
  assertMatch(
    response.headers.get("content-security-policy") ?? "",
    /default-src 'none'.*frame-ancestors 'none'/,
  );
  assertEquals(response.headers.get("cache-control"), "no-store");
  assertEquals(response.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("startIssuer() refuses a form that another site sends", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { body } = await askForCode(issuer);
  const response = await fetch(`${issuer.url}/device`, {
    method: "POST",
    body: new URLSearchParams({
      user_code: `${body["user_code"]}`,
      confirm: "yes",
    }),
  });
  assertEquals(response.status, 400);
  assertStringIncludes(await response.text(), "allow its cookies");
});

Deno.test("startIssuer() refuses a form whose page is stale", async () => {
  await using issuer = await startIssuer({ signingKey });
  const { body } = await askForCode(issuer);
  const browser = new Browser(issuer.url);
  const stale = asPage(await browser.open(`${issuer.url}/device`));
  await browser.open(`${issuer.url}/device`);
  const user_code = `${body["user_code"]}`;
  const page = asPage(await browser.submit(stale, { user_code }));
  assertEquals(page.status, 400);
  assertStringIncludes(page.alert ?? "", "no longer valid");
});

Deno.test("startIssuer() asks who it is again in the same browser", async () => {
  await using issuer = await startIssuer({ signingKey });
  const browser = new Browser(issuer.url);
  await pagesOf(issuer, {}, browser);
  const { account, approved } = await pagesOf(issuer, {}, browser);
  assertStringIncludes(account.text, "Who are you?");
  assertEquals(approved.outcome, "approved");
});
