/** A token for Flyte and one for the proxy before it, by a program each. */
import { assert, assertEquals } from "@std/assert";
import type { IncomingHttpHeaders } from "node:http";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { connectServer, openTestBed } from "../harness.ts";

/** A command that prints this. */
function printing(text: string): string {
  const script = `console.log(${JSON.stringify(text)})`;
  return JSON.stringify([Deno.execPath(), "eval", script]);
}

Deno.test("command and proxyCommand have a header each, and discovery has the proxy's", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  await bed.logIn();
  const { ingress, issuer } = bed.sandbox;
  const token = [...issuer?.secrets ?? []]
    .find((secret) => secret.split(".").length === 3) ?? "";
  const seen: { path: string; headers: IncomingHttpHeaders }[] = [];
  await using proxy = await listenOnLoopback((request, response) => {
    seen.push({ path: request.url ?? "", headers: { ...request.headers } });
    ingress(request, response);
  }, 0);
  await using server = await connectServer(proxy.url, {
    env: {
      FLYTE_COMMAND: printing(token),
      FLYTE_PROXY_COMMAND: printing("made-up-proxy-token"),
    },
  });
  assertEquals((await server.call("list_projects")).isError, false);
  const discovery = seen.filter(({ path }) => path.includes("AuthMetadata"));
  const calls = seen.filter(({ path }) => path.includes("ListProjects"));
  assert(discovery.length > 0 && calls.length > 0);
  for (const { path, headers } of seen) {
    assertEquals(headers["proxy-authorization"], "Bearer made-up-proxy-token");
    const own = path.includes("AuthMetadata") ? undefined : `Bearer ${token}`;
    assertEquals(headers.authorization, own);
  }
});
