import { visible } from "../text.ts";

/** How a browser login ended, for the page that the browser ends on. */
export type CallbackOutcome =
  | { readonly kind: "logged_in" }
  | { readonly kind: "denied" }
  | { readonly kind: "failed"; readonly why: string };

const STYLE = `
:root { color-scheme: light dark; --ink: #1c1c28; --paper: #fff; --soft: #5d5d72; --good: #14784b; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececf4; --paper: #17171f; --soft: #a5a5ba; --good: #5fd39c; --bad: #ff8a80; } }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
main { max-width: 32rem; padding: 2rem 1.5rem; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 .75rem; } .soft { color: var(--soft); }
.good { color: var(--good); } .bad { color: var(--bad); }
`;

/** Nothing on the page loads or runs anything. */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  connection: "close",
};

/** The page that the browser ends on. @param flyte host of the control plane */
export function callbackPage(
  outcome: CallbackOutcome,
  flyte: string,
): Response {
  const host = escape(flyte);
  switch (outcome.kind) {
    case "logged_in":
      return page(200, {
        title: "You are logged in",
        mood: "good",
        text: `<p>flyte-mcp can now read Flyte (${host}) as you.</p>
<p class="soft">You can close this page and go back to your conversation.</p>`,
      });
    case "denied":
      return page(200, {
        title: "The login was denied",
        mood: "bad",
        text: `<p>flyte-mcp has no access to Flyte (${host}).</p>
<p class="soft">You can close this page. To try again, ask for a new login in your conversation.</p>`,
      });
    case "failed":
      return page(400, {
        title: "The login did not work",
        mood: "bad",
        text: `<p>${escape(outcome.why)}</p>
<p class="soft">You can close this page. Your conversation knows more, and can start a new login.</p>`,
      });
  }
}

/** What a stray request gets: nothing to learn. */
export function notFoundPage(): Response {
  return new Response("Not found\n", {
    status: 404,
    headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8" },
  });
}

function page(
  status: number,
  { title, mood, text }: { title: string; mood: string; text: string },
): Response {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · flyte-mcp</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1 class="${mood}">${title}</h1>
${text}
</main>
</body>
</html>
`;
  return new Response(html, { status, headers: HEADERS });
}

function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return visible(text).replace(/[&<>"']/g, (mark) => entities[mark] ?? mark);
}
