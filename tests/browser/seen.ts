/** What a page is to its reader. These functions run in the page, as they are. */
import type { PageDocument, PageElement, PageStyle } from "./dom.ts";

declare const document: PageDocument;
declare const innerWidth: number;
declare const innerHeight: number;
declare function getComputedStyle(element: PageElement): PageStyle;

/** What every page must have, whoever reads it. */
export interface Frame {
  readonly title: string;
  readonly lang: string;
  readonly viewport: string;
  readonly mains: number;
  readonly headings: readonly string[];
  /** By how much the page is wider than the window, in pixels. */
  readonly overflow: number;
  /** Everything that is read, what stands in fields included. */
  readonly text: string;
  readonly scripts: number;
}

export function frameOfPage(): Frame {
  const root = document.documentElement;
  const fields = document.querySelectorAll("input:not([type=hidden])");
  const typed = [...fields].map(({ value }) => value);
  return {
    title: document.title,
    lang: root.lang,
    viewport: document.querySelector("meta[name=viewport]")?.content ?? "",
    mains: [...document.querySelectorAll("main")].length,
    headings: [...document.querySelectorAll("h1")].map((h1) => h1.innerText),
    overflow: root.scrollWidth - innerWidth,
    text: [document.body.innerText, ...typed].join("\n"),
    scripts: document.scripts.length,
  };
}

/** What can be pressed or typed into. */
export interface Control {
  readonly name: string;
  /** In CSS pixels, like all that follow. */
  readonly width: number;
  readonly height: number;
  readonly fontSize: number;
}

/** In the order in which they are written. */
export function controlsOnPage(): Control[] {
  const controls = document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]",
  );
  return [...controls].filter((control) => control.checkVisibility())
    .map((control) => {
      const { width, height } = control.getBoundingClientRect();
      const { fontSize } = getComputedStyle(control);
      const { innerText } = control.labels?.[0] ?? control;
      const name = innerText.replace(/\s+/g, " ").trim();
      return { name, width, height, fontSize: parseFloat(fontSize) };
    });
}

/** Where the keyboard is, and how one sees it. */
export interface Focus {
  readonly name: string;
  /** Width of the ring; 0 for none. */
  readonly ring: number;
  readonly isInView: boolean;
}

/** `null` when nothing on the page has the focus. */
export function focusOnPage(): Focus | null {
  const control = document.activeElement;
  if (!control || control.tagName === "BODY") return null;
  const { outlineStyle, outlineWidth } = getComputedStyle(control);
  const { top, bottom } = control.getBoundingClientRect();
  const { innerText } = control.labels?.[0] ?? control;
  return {
    name: innerText.replace(/\s+/g, " ").trim(),
    ring: outlineStyle === "none" ? 0 : parseFloat(outlineWidth),
    isInView: top >= 0 && bottom <= innerHeight,
  };
}

/** As a click beside everything does. */
export function loseFocus(): void {
  document.activeElement?.blur();
}
