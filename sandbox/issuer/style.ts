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
    display: grid;
    place-items: center;
    padding: 1rem;
    background: var(--page);
    color: var(--text);
    font: 1rem/1.5 system-ui, sans-serif;
  }
  main {
    width: 100%;
    max-width: 26rem;
    padding: 1.75rem;
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 0.75rem;
  }
  h1 { margin: 0 0 0.75rem; font-size: 1.35rem; line-height: 1.25; }
  p, ul, dl { margin: 0 0 1rem; }
  ul { padding-left: 1.2rem; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; }
  dt, footer { color: var(--faint); }
  dd { margin: 0; overflow-wrap: anywhere; }
  label { display: block; margin-bottom: 0.35rem; font-weight: 600; }
  .code { font: 600 1.25rem/1.4 ui-monospace, monospace; letter-spacing: 0.08em; }
  .alert { color: var(--alert); font-weight: 600; }
  input[type="text"] {
    width: 100%;
    margin-bottom: 1rem;
    padding: 0.6rem 0.75rem;
    color: inherit;
    background: transparent;
    border: 1px solid var(--faint);
    border-radius: 0.5rem;
    text-transform: uppercase;
  }
  button {
    display: block;
    width: 100%;
    min-height: 2.75rem;
    margin-top: 0.6rem;
    padding: 0.5rem 0.75rem;
    font: inherit;
    font-weight: 600;
    color: inherit;
    background: transparent;
    border: 1px solid var(--faint);
    border-radius: 0.5rem;
    cursor: pointer;
  }
  button.primary {
    color: var(--on-accent);
    background: var(--accent);
    border-color: var(--accent);
  }
  button small { display: block; font-weight: 400; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  footer { margin-top: 1.25rem; font-size: 0.85rem; }
  </style>
`;
