/**
 * The part of the DOM that these tests look at. TypeScript's own library of it
 * holds for a whole program, and would change the types of every other file.
 */

export interface PageElement {
  readonly tagName: string;
  readonly id: string;
  readonly textContent: string | null;
  readonly innerText: string;
  readonly parentElement: PageElement | null;
  /** Of a field, what is typed into it. */
  readonly value?: string;
  /** Of a field. */
  readonly labels?: ArrayLike<PageElement>;
  /** Of `<meta>`. */
  readonly content?: string;
  readonly lang: string;
  readonly scrollWidth: number;
  checkVisibility(): boolean;
  blur(): void;
  getBoundingClientRect(): {
    readonly width: number;
    readonly height: number;
    readonly top: number;
    readonly bottom: number;
  };
}

export interface PageDocument {
  readonly title: string;
  readonly body: PageElement;
  readonly documentElement: PageElement;
  readonly activeElement: PageElement | null;
  readonly scripts: ArrayLike<PageElement>;
  querySelectorAll(selector: string): Iterable<PageElement>;
  querySelector(selector: string): PageElement | null;
  createElement(name: "canvas"): PageCanvas;
  createTreeWalker(root: PageElement, show: number): {
    nextNode(): boolean;
    readonly currentNode: PageElement;
  };
}

interface PageCanvas {
  getContext(kind: "2d", options: { willReadFrequently: boolean }): Pen;
}

interface Pen {
  fillStyle: string;
  clearRect(x: number, y: number, width: number, height: number): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  getImageData(x: number, y: number, width: number, height: number): {
    readonly data: Iterable<number>;
  };
}

/** As computed: colours in any form, lengths in pixels. */
export interface PageStyle {
  readonly color: string;
  readonly backgroundColor: string;
  readonly borderTopColor: string;
  readonly fontSize: string;
  readonly outlineStyle: string;
  readonly outlineWidth: string;
}
