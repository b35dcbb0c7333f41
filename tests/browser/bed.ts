/** A server that waits for a login, and a person in front of Chromium. */
import { assertEquals } from "@std/assert";
import { freePort } from "../free_port.ts";
import { type Called, openTestBed, type TestBed } from "../harness.ts";
import { faultsOf } from "./faults.ts";
import { frameOfPage } from "./seen.ts";
import { type Device, openVisit, type Visit } from "./visit.ts";

export interface BrowserBed extends AsyncDisposable {
  readonly server: TestBed;
  readonly visit: Visit;
  /** What `whoami` answered: the login that waits for the person. */
  readonly asked: Called;
  /** Where the browser ends after a browser login. */
  readonly callback: string;
  /** Asserts that the present page has this heading and no fault. */
  look(heading: string, shot: string): Promise<void>;
  /** What is read on the present page, what stands in fields included. */
  text(): Promise<string>;
}

/** Asks for a login in the conversation, so that a person is needed. */
export async function openBed(
  device: Device,
  method: "device" | "browser",
): Promise<BrowserBed> {
  await using stack = new AsyncDisposableStack();
  const callback = `http://localhost:${freePort()}/callback`;
  const server = stack.use(
    await openTestBed({
      env: { FLYTE_AUTH_TYPE: method === "device" ? "DeviceFlow" : "Pkce" },
      sandbox: { client: { redirectUri: callback }, seeded: false },
    }),
  );
  const asked = await server.call("whoami");
  const visit = stack.use(await openVisit(device));
  const origins = [server.sandbox.issuer?.url ?? "", new URL(callback).origin];
  const state = new URL(asked.data.authorization_url ?? callback)
    .searchParams.get("state");
  const owned = stack.move();
  return {
    server,
    visit,
    asked,
    callback,
    look: async (heading, shot) => {
      const { page } = visit;
      const secrets = [...server.sandbox.issuer?.secrets ?? []];
      if (state) secrets.push(state);
      const { headings } = await page.evaluate(frameOfPage);
      assertEquals(headings, [heading]);
      assertEquals(await faultsOf(visit, { shot, secrets, origins }), []);
    },
    text: async () => (await visit.page.evaluate(frameOfPage)).text,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
