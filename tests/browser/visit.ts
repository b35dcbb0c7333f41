/**
 * A person's visit in Chromium: a window of its own on a desktop or a phone,
 * whose requests, script errors and answers are all noted.
 */
import {
  connect,
  type ElementHandle,
  type HTTPResponse,
  type Page,
} from "puppeteer-core";
import { openWire } from "./wire.ts";

export type Device = "desktop" | "phone";

export const DEVICES: readonly Device[] = ["desktop", "phone"];

const VIEWPORTS = {
  desktop: { width: 1280, height: 800 },
  phone: {
    width: 390,
    height: 844,
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
};

/** Nothing here takes longer, on a busy machine either. */
const PATIENCE_MS = 20_000;

export interface Visit extends AsyncDisposable {
  readonly device: Device;
  readonly page: Page;
  /** The origins of everything that was asked for. */
  readonly origins: ReadonlySet<string>;
  /** What scripts threw, and what the console complained about. */
  readonly complaints: readonly string[];
  /** The answer that made the present page. */
  readonly answer: HTTPResponse;
  open(address: string): Promise<void>;
  /** Presses the button or link whose text begins so, by mouse or finger. */
  press(name: string): Promise<void>;
  /** Types over what stands in a field. */
  replace(selector: string, text: string): Promise<void>;
  /** Does something that leads to another page, and waits for it. */
  leave(act: () => Promise<unknown>): Promise<void>;
}

/** Opens a window of its own: no cookies, no history. */
export async function openVisit(device: Device): Promise<Visit> {
  await using stack = new AsyncDisposableStack();
  const address = Deno.env.get("BROWSER_ADDRESS") ?? "";
  const browser = await connect({
    transport: stack.use(await openWire(address)),
    defaultViewport: VIEWPORTS[device],
  });
  stack.defer(() => browser.disconnect());
  const context = await browser.createBrowserContext();
  stack.defer(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const origins = new Set<string>();
  const documents = new Set<string | undefined>();
  const complaints: string[] = [];
  let answer: HTTPResponse | null = null;
  page.on("request", (request) => {
    origins.add(new URL(request.url()).origin);
    if (request.isNavigationRequest()) documents.add(request.url());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    // A page that is sent with status 400 is reported as one not found.
    const isStatus = message.text().startsWith("Failed to load resource") &&
      documents.has(message.location().url);
    if (!isStatus) complaints.push(message.text());
  });
  const leave = async (act: () => Promise<unknown>) => {
    const [response] = await Promise.all([page.waitForNavigation(), act()]);
    answer = response;
  };
  const owned = stack.move();
  return {
    device,
    page,
    origins,
    complaints,
    get answer() {
      if (!answer) throw new Error("No page was opened");
      return answer;
    },
    open: async (address) => {
      answer = await page.goto(address);
    },
    press: (name) =>
      leave(async () => {
        const button = await buttonOf(page, name);
        await (device === "phone" ? button.tap() : button.click());
      }),
    replace: async (selector, text) => {
      await page.click(selector, { count: 3 });
      await page.keyboard.type(text);
    },
    leave,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function buttonOf(page: Page, name: string): Promise<ElementHandle> {
  const path = `//*[self::button or self::a]` +
    `[starts-with(normalize-space(), "${name}")]`;
  const button = await page.$(`::-p-xpath(${path})`);
  if (!button) throw new Error(`No button "${name}" at ${page.url()}`);
  return button;
}
