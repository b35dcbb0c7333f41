/** Everything that can be wrong with any page, in words; `[]` when all is well. */
import type { HTTPResponse, Page } from "puppeteer-core";
import { contrastsOnPage } from "./contrast.ts";
import {
  controlsOnPage,
  focusOnPage,
  type Frame,
  frameOfPage,
  loseFocus,
} from "./seen.ts";
import type { Visit } from "./visit.ts";

const SCREENSHOTS = new URL("./screenshots/", import.meta.url).pathname;

/** What a finger hits for certain, in CSS pixels. */
const FINGER_PX = 44;

/** Below this a phone zooms in when one types. */
const TYPED_PX = 16;

export interface Expected {
  /** File name of the screenshots, light and dark; `null` for none. */
  readonly shot: string | null;
  /** What must not be read anywhere on the page. */
  readonly secrets: Iterable<string>;
  /** Who may be asked for anything. */
  readonly origins: readonly string[];
}

/** Looks at the present page by day and by night. */
export async function faultsOf(
  visit: Visit,
  { shot, secrets, origins }: Expected,
): Promise<string[]> {
  const { page, device } = visit;
  const frame = await page.evaluate(frameOfPage);
  const strangers = [...visit.origins].filter((origin) =>
    !origins.includes(origin)
  );
  const faults = [
    ...frameFaults(frame),
    ...secretFaults(frame, secrets),
    ...headerFaults(visit.answer),
    ...strangers.map((origin) => `${origin} was asked for something`),
    ...visit.complaints,
    ...await controlFaults(visit),
    ...await focusFaults(page),
  ];
  for (const scheme of ["light", "dark"]) {
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: scheme },
    ]);
    const path = `${SCREENSHOTS}${shot}-${device}-${scheme}.png` as const;
    if (shot !== null) await page.screenshot({ path });
    for (const { what, ratio, least } of await page.evaluate(contrastsOnPage)) {
      if (ratio < least) faults.push(`${scheme}: ${what} has ${ratio}:1`);
    }
  }
  return faults;
}

function frameFaults(frame: Frame): string[] {
  const { title, lang, viewport, mains, headings, overflow, scripts } = frame;
  const [heading = ""] = headings;
  return complaintsOf({
    "No title": title.trim() === "",
    "No language": lang !== "en",
    "No viewport": !viewport.includes("width=device-width"),
    "Cannot be zoomed": /user-scalable|maximum-scale/.test(viewport),
    [`${mains} main landmarks`]: mains !== 1,
    [`${headings.length} headings`]: headings.length !== 1 || heading === "",
    [`${overflow} px too wide`]: overflow > 0,
    [`${scripts} scripts`]: scripts > 0,
  });
}

function secretFaults(frame: Frame, secrets: Iterable<string>): string[] {
  const { text, title } = frame;
  return [...secrets].filter((secret) => `${title}\n${text}`.includes(secret))
    .map((secret) => `Shows the secret ${secret}`);
}

/** The page may neither load nor run nor be framed nor be kept. */
function headerFaults(answer: HTTPResponse): string[] {
  const headers = answer.headers();
  const policy = headers["content-security-policy"] ?? "";
  const has = (directive: string) => policy.split("; ").includes(directive);
  return complaintsOf({
    "Policy lets things load": !has("default-src 'none'"),
    "Policy lets scripts run": policy.includes("script-src"),
    "Policy lets pages frame it": !has("frame-ancestors 'none'"),
    "Policy lets the base change": !has("base-uri 'none'"),
    "May be kept": headers["cache-control"] !== "no-store",
    "Tells where one came from": headers["referrer-policy"] !== "no-referrer",
    "Type may be guessed": headers["x-content-type-options"] !== "nosniff",
  });
}

async function controlFaults({ page, device }: Visit): Promise<string[]> {
  const controls = await page.evaluate(controlsOnPage);
  return controls.flatMap(({ name, width, height, fontSize }) =>
    complaintsOf({
      "A control has no name": name === "",
      [`${name} is ${width} × ${height} px`]: device === "phone" &&
        Math.min(width, height) < FINGER_PX,
      [`${name} is written in ${fontSize} px`]: fontSize < TYPED_PX,
    })
  );
}

/** The Tab key goes to everything in its order, visibly, and out again. */
async function focusFaults(page: Page): Promise<string[]> {
  const controls = await page.evaluate(controlsOnPage);
  const faults: string[] = [];
  const visited: string[] = [];
  for (const _ of controls) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(focusOnPage);
    if (!focus) break;
    visited.push(focus.name);
    if (focus.ring < 2) faults.push(`${focus.name} shows no focus`);
    if (!focus.isInView) faults.push(`${focus.name} is focused out of view`);
  }
  await page.evaluate(loseFocus);
  const expected = controls.map(({ name }) => name).join(" | ");
  const actual = visited.join(" | ");
  return actual === expected
    ? faults
    : [...faults, `Tab goes through ${actual}, not ${expected}`];
}

function complaintsOf(checks: Readonly<Record<string, boolean>>): string[] {
  return Object.entries(checks).filter(([, isWrong]) => isWrong)
    .map(([complaint]) => complaint);
}
