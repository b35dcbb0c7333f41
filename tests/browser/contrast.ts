/** How far text and controls stand out, computed in the page from its styles. */
import type { PageDocument, PageElement, PageStyle } from "./dom.ts";

declare const document: PageDocument;
declare function getComputedStyle(element: PageElement): PageStyle;

/** Text, or the edge of a control, before what is behind it. */
export interface Contrast {
  readonly what: string;
  /** From 1, the same, to 21, black on white (WCAG 2.2, 1.4.3). */
  readonly ratio: number;
  /** What it must be: 4.5 for text, 3 for edges (1.4.11). */
  readonly least: number;
}

/** Every visible text and every control. Sent to the browser as it is. */
export function contrastsOnPage(): Contrast[] {
  type Color = readonly [number, number, number, number];
  const pen = document.createElement("canvas")
    .getContext("2d", { willReadFrequently: true });
  /** Whatever CSS writes, as red, green, blue and alpha from 0 to 1. */
  const read = (text: string): Color => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = text;
    pen.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = pen.getImageData(0, 0, 1, 1).data;
    return [r / 255, g / 255, b / 255, a / 255];
  };
  const over = ([r, g, b, a]: Color, under: Color): Color => [
    r * a + under[0] * (1 - a),
    g * a + under[1] * (1 - a),
    b * a + under[2] * (1 - a),
    1,
  ];
  const behind = (element: PageElement | null): Color => {
    if (!element) return read("Canvas");
    const own = read(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const luminance = (color: Color) => {
    const [r = 0, g = 0, b = 0] = color.map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    );
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratioOf = (front: Color, back: Color) => {
    const both = [luminance(over(front, back)), luminance(back)];
    const ratio = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    return Math.round(ratio * 100) / 100;
  };
  const found: Contrast[] = [];
  const texts = document.createTreeWalker(document.body, 4 /* text */);
  while (texts.nextNode()) {
    const { textContent, parentElement: element } = texts.currentNode;
    const what = textContent?.trim() ?? "";
    if (!what || !element?.checkVisibility()) continue;
    const color = read(getComputedStyle(element).color);
    found.push({ what, ratio: ratioOf(color, behind(element)), least: 4.5 });
  }
  for (const control of document.querySelectorAll("a, button, input")) {
    if (!control.checkVisibility()) continue;
    const { borderTopColor, color } = getComputedStyle(control);
    const outside = behind(control.parentElement);
    const name = control.textContent?.trim() || control.id;
    // A button may stand out by its surface instead of by its edge.
    const edge = ratioOf(read(borderTopColor), outside);
    const surface = ratioOf(behind(control), outside);
    const ratio = Math.max(edge, surface);
    found.push({ what: `the edge of ${name}`, ratio, least: 3 });
    if (control.tagName !== "INPUT") continue;
    const typed = ratioOf(read(color), behind(control));
    found.push({ what: `what is typed in ${name}`, ratio: typed, least: 4.5 });
  }
  return found;
}
