import { html } from "./markup.ts";

/** One narrow card, light or dark as the reader's system says. */
export const STYLE = html`
  <style>
  :root {
    color-scheme: light dark;
    --page: #f2f0f7;
    --card: #ffffff;
    --text: #1d1730;
    --faint: #5d5670;
    --line: #d9d4e5;
    --accent: #6b2bd9;
    --on-accent: #ffffff;
    --alert: #a3123a;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --page: #14101f;
      --card: #1f1930;
      --text: #efecf7;
      --faint: #b3abc7;
      --line: #3b3352;
      --accent: #b794ff;
      --on-accent: #1a1033;
      --alert: #ff9db5;
    }
  }
  * { box-sizing: border-box; }
  body {
    margin: 0;
    min-height: 100vh;
    padding: clamp(1rem, 10vh, 7rem) 1rem 1rem;
    background: var(--page);
    color: var(--text);
    font: 1rem/1.5 system-ui, sans-serif;
  }
  main {
    max-width: 27rem;
    margin: 0 auto;
    padding: 1.75rem;
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 1rem;
    overflow-wrap: anywhere;
  }
  h1 { margin: 0 0 0.75rem; font-size: 1.4rem; line-height: 1.25; }
  p, ul, dl { margin: 0 0 1rem; }
  ul { padding-left: 1.2rem; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 0.35rem 1rem; }
  dt, footer, small { color: var(--faint); }
  dd { margin: 0; }
  label { display: block; margin-bottom: 0.35rem; font-weight: 600; }
  .code { font: 600 1.4rem/1.4 ui-monospace, monospace; letter-spacing: 0.1em; text-align: center; }
  p.code { padding: 0.6rem; border: 1px solid var(--line); border-radius: 0.5rem; background: var(--page); }
  .alert { padding: 0.6rem 0.75rem; border-left: 0.25rem solid var(--alert); color: var(--alert); font-weight: 600; }
  .mark { width: 2.75rem; height: 2.75rem; margin-bottom: 1rem; fill: none; stroke: var(--accent); stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
  .mark.denied { stroke: var(--alert); }
  input[type="text"] {
    width: 100%;
    margin-bottom: 0.4rem;
    padding: 0.6rem 0.75rem;
    color: inherit;
    background: transparent;
    border: 1px solid var(--faint);
    border-radius: 0.5rem;
    text-transform: uppercase;
  }
  input[aria-invalid] { border-color: var(--alert); }
  button {
    display: block;
    width: 100%;
    min-height: 2.9rem;
    margin-top: 0.6rem;
    padding: 0.5rem 0.9rem;
    font: inherit;
    font-weight: 600;
    color: inherit;
    background: transparent;
    border: 1px solid var(--faint);
    border-radius: 0.5rem;
    cursor: pointer;
  }
  button:hover { border-color: var(--accent); }
  button.primary {
    color: var(--on-accent);
    background: var(--accent);
    border-color: var(--accent);
  }
  button.account { text-align: left; }
  button.account + button.deny { margin-top: 1.6rem; }
  button small { display: block; font-size: 0.875rem; font-weight: 400; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  footer { margin-top: 1.5rem; padding-top: 0.9rem; border-top: 1px solid var(--line); font-size: 0.85rem; }
  </style>
`;
