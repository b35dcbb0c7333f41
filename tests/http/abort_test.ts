/** A caller that gives up lets go of the body as well, however long it waits. */
import { assertEquals, assertRejects } from "@std/assert";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createFetch } from "../../src/http/fetch.ts";
import { serve } from "./peer.ts";

/** Collects garbage now, and lets what was collected be noticed. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect !== "function") throw new TypeError("Cannot collect");
  for (let times = 0; times < 10; times++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** A server that begins to answer, and then says nothing more. */
async function serveSilence() {
  const left = Promise.withResolvers<void>();
  const peer = await serve((_request, response) => {
    response.on("close", left.resolve);
    response.write("first");
  });
  return { ...peer, left: left.promise };
}

for (const collects of [false, true]) {
  Deno.test(`a body ends with its caller's signal${collects ? ", garbage collected or not" : ""}`, async () => {
    await using peer = await serveSilence();
    using fetch = createFetch({ caCert: null });
    const caller = new AbortController();
    // Nobody else holds what fetch was called with.
    const open = async () => {
      const response = await fetch(peer.origin, { signal: caller.signal });
      const reader = response.body?.getReader();
      await reader?.read();
      return reader;
    };
    const reader = await open();
    const rest = reader?.read();
    if (collects) await collectGarbage();
    const reason = new Error("Given up");
    caller.abort(reason);
    assertEquals(await assertRejects(async () => await rest), reason);
    await peer.left;
  });
}

Deno.test("a body whose caller gave up before it was read has nothing", async () => {
  await using peer = await serveSilence();
  using fetch = createFetch({ caCert: null });
  const caller = new AbortController();
  const response = await fetch(peer.origin, { signal: caller.signal });
  const reason = new Error("Given up");
  caller.abort(reason);
  assertEquals(await assertRejects(() => response.text()), reason);
  await peer.left;
});
