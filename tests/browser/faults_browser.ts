/** What `faultsOf()` says of pages that are wrong on purpose. */
import { assertEquals } from "@std/assert";
import { faultsOf } from "./faults.ts";
import { type Device, openVisit } from "./visit.ts";

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  "cache-control": "no-store",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const GOOD = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A page</title>
<style>
body { background: #fff; color: #222; }
button { font: 1rem sans-serif; min-height: 44px; border: 1px solid #555; }
button:focus-visible { outline: 3px solid #00f; }
</style>
</head>
<body><main><h1>A page</h1><button>First</button><button>Second</button></main></body>
</html>`;

interface Wrong {
  readonly device?: Device;
  /** What is in the good page, and what stands there instead. */
  readonly replace?: readonly [string, string];
  readonly headers?: Readonly<Record<string, string>>;
  readonly faults: readonly string[];
}

const POLICY = "content-security-policy";

const WRONG: Readonly<Record<string, Wrong>> = {
  "nothing": { faults: [] },
  "a secret": {
    replace: ["First", "made-up-secret"],
    faults: ["Shows the secret made-up-secret"],
  },
  "a secret in the title": {
    replace: ["<title>A page", "<title>made-up-secret"],
    faults: ["Shows the secret made-up-secret"],
  },
  "no title": { replace: ["<title>A page", "<title>"], faults: ["No title"] },
  "no language": { replace: [' lang="en"', ""], faults: ["No language"] },
  "no zoom": {
    replace: ["initial-scale=1", "user-scalable=no"],
    faults: ["Cannot be zoomed"],
  },
  "no landmark": {
    replace: ["<main>", "<div>"],
    faults: ["0 main landmarks"],
  },
  "no heading": { replace: ["<h1>A page</h1>", ""], faults: ["0 headings"] },
  "too much width": {
    replace: ["<h1>", "<h1 style='width: 1500px'>"],
    faults: ["228 px too wide"],
  },
  "a script": {
    replace: ["</main>", "</main><script></script>"],
    headers: { [POLICY]: `${HEADERS[POLICY]}; script-src 'unsafe-inline'` },
    faults: ["1 scripts", "Policy lets scripts run"],
  },
  "a script that fails": {
    replace: ["</main>", "</main><script>throw new Error('no')</script>"],
    headers: { [POLICY]: `${HEADERS[POLICY]}; script-src 'unsafe-inline'` },
    faults: ["1 scripts", "Policy lets scripts run", "Error: no"],
  },
  "no policy": {
    headers: { [POLICY]: "" },
    faults: [
      "Policy lets things load",
      "Policy lets pages frame it",
      "Policy lets the base change",
    ],
  },
  "no other header": {
    headers: {
      "cache-control": "",
      "referrer-policy": "unsafe-url",
      "x-content-type-options": "",
    },
    faults: [
      "May be kept",
      "Tells where one came from",
      "Type may be guessed",
    ],
  },
  "a picture from elsewhere": {
    replace: ["</main>", "</main><img alt='' src='http://127.0.0.1:9/x.png'>"],
    headers: { [POLICY]: `${HEADERS[POLICY]}; img-src http:` },
    faults: [
      "http://127.0.0.1:9 was asked for something",
      "Failed to load resource: net::ERR_UNSAFE_PORT",
    ],
  },
  "pale text": {
    replace: ["color: #222", "color: #999"],
    faults: ["light: A page has 2.85:1", "dark: A page has 2.85:1"],
  },
  "text that is pale by night": {
    replace: [
      "</style>",
      "@media (prefers-color-scheme: dark) { h1 { color: #999 } }</style>",
    ],
    faults: ["dark: A page has 2.85:1"],
  },
  "a button without an edge": {
    replace: [
      "</style>",
      "button { border: 1px solid #eee; background: #fff }</style>",
    ],
    faults: [
      "light: the edge of First has 1.16:1",
      "light: the edge of Second has 1.16:1",
      "dark: the edge of First has 1.16:1",
      "dark: the edge of Second has 1.16:1",
    ],
  },
  "small buttons on a phone": {
    device: "phone",
    replace: [
      "<button>Second",
      "<button style='min-height:30px;height:30px;width:90px'>Second",
    ],
    faults: ["Second is 90 × 30 px"],
  },
  "small letters": {
    replace: ["<button>Second", "<button style='font-size: 12px'>Second"],
    faults: ["Second is written in 12 px"],
  },
  "no focus ring": {
    replace: ["outline: 3px solid #00f", "outline: none"],
    faults: ["First shows no focus", "Second shows no focus"],
  },
  "another order of focus": {
    replace: ["<button>Second", "<button tabindex='1'>Second"],
    faults: ["Tab goes through Second | First, not First | Second"],
  },
  "a button that the keyboard does not reach": {
    replace: ["<button>Second", "<button tabindex='-1'>Second"],
    faults: ["Tab goes through First, not First | Second"],
  },
};

for (const [what, wrong] of Object.entries(WRONG)) {
  Deno.test(`faultsOf() says what is wrong with ${what}`, async () => {
    const { device = "desktop", replace: [old, now] = ["", ""] } = wrong;
    const html = GOOD.replace(old, now);
    const headers = { ...HEADERS, ...wrong.headers };
    const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
    await using server = Deno.serve(
      options,
      () =>
        new Response(html, { headers: { ...headers, connection: "close" } }),
    );
    await using visit = await openVisit(device);
    const origin = `http://127.0.0.1:${server.addr.port}`;
    await visit.open(origin);
    const secrets = ["made-up-secret"];
    const expected = { shot: null, secrets, origins: [origin] };
    const faults = await faultsOf(visit, expected);
    assertEquals(faults, [...wrong.faults]);
  });
}
