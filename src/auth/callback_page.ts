import { visible } from "../text.ts";

/** How a browser login ended, for the page that the browser ends on. */
export type CallbackOutcome =
  | { readonly kind: "logged_in" }
  | { readonly kind: "denied" }
  /** Not the answer to the login in progress, which goes on. */
  | { readonly kind: "stray" }
  /** The issuer could not be asked; the page may be loaded again. */
  | { readonly kind: "unfinished"; readonly why: string }
  | { readonly kind: "failed"; readonly why: string };

/** Whether all is well, and the mark that says it at a glance. */
type Mood = "good" | "bad" | "waiting";

const MARKS: Readonly<Record<Mood, string>> = {
  good: "M12 20.5l5.5 5.5L28 15",
  bad: "M14 14l12 12M26 14L14 26",
  waiting: "M20 12v9l5.5 3.5",
};

const STYLE = `
:root { color-scheme: light dark; --page: #f4f4f7; --card: #fff; --line: #dcdce5; --ink: #1c1c28; --soft: #5d5d72; --link: #3d4fc4; --on-link: #fff; --good: #14784b; --bad: #b3261e; --waiting: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --page: #131319; --card: #1c1c25; --line: #363645; --ink: #ececf4; --soft: #a9a9bd; --link: #aab4ff; --on-link: #14162b; --good: #5fd39c; --bad: #ff8a80; --waiting: #f0bf5a; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; padding: clamp(1rem, 14vh, 9rem) 1rem 1rem; background: var(--page); color: var(--ink); font: 1.0625rem/1.55 system-ui, sans-serif; }
main { max-width: 29rem; margin: 0 auto; padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; overflow-wrap: anywhere; }
svg { display: block; width: 2.75rem; height: 2.75rem; margin-bottom: 1.25rem; fill: none; stroke: currentColor; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
.good { color: var(--good); } .bad { color: var(--bad); } .waiting { color: var(--waiting); }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 .75rem; } p:last-of-type { margin-bottom: 0; } .soft { color: var(--soft); }
a { display: flex; align-items: center; justify-content: center; min-height: 2.75rem; margin: 1.25rem 0; padding: .5rem 1rem; border-radius: .5rem; background: var(--link); color: var(--on-link); font-weight: 600; text-decoration: none; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 3px; }
footer { margin-top: 1.5rem; padding-top: 1rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
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

/** What a page says, besides why. */
interface Words {
  readonly status: number;
  readonly mood: Mood;
  readonly title: string;
  readonly text: string;
  readonly next: string;
}

const WORDS: Readonly<Record<CallbackOutcome["kind"], Words>> = {
  logged_in: {
    status: 200,
    mood: "good",
    title: "You are logged in",
    text: "flyte-mcp can now read Flyte as you.",
    next: "You can close this page and go back to your conversation.",
  },
  denied: {
    status: 200,
    mood: "bad",
    title: "The login was denied",
    text: "flyte-mcp has no access to Flyte.",
    next:
      "You can close this page. To try again, ask for a new login in your conversation.",
  },
  stray: {
    status: 400,
    mood: "bad",
    title: "This is not your login",
    text:
      "This page does not belong to a login that is in progress. Nothing was changed.",
    next:
      "You can close this page. To log in to Flyte, open the address from your conversation.",
  },
  unfinished: {
    status: 503,
    mood: "waiting",
    title: "Not logged in yet",
    text: "Load this page again in a moment.",
    next: "Your conversation still waits for this login.",
  },
  failed: {
    status: 400,
    mood: "bad",
    title: "The login did not work",
    text: "",
    next:
      "You can close this page. Your conversation knows more, and can start a new login.",
  },
};

/** The page that the browser ends on. @param flyte host of the control plane */
export function callbackPage(
  outcome: CallbackOutcome,
  flyte: string,
): Response {
  const { status, mood, title, text, next } = WORDS[outcome.kind];
  const why = "why" in outcome ? escape(outcome.why) : "";
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
<svg class="${mood}" viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="18"/><path d="${
    MARKS[mood]
  }"/></svg>
<h1>${title}</h1>
<p>${why} ${text}</p>
${outcome.kind === "unfinished" ? `<a href="">Load again</a>` : ""}
<p class="soft">${next}</p>
<footer>flyte-mcp · Flyte at ${escape(flyte)}</footer>
</main>
</body>
</html>
`;
  return new Response(html, { status, headers: HEADERS });
}

/** What a stray request gets: nothing to learn. */
export function notFoundPage(): Response {
  return new Response("Not found\n", {
    status: 404,
    headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8" },
  });
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
