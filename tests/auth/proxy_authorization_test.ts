import { assert, assertEquals } from "@std/assert";
import type { IncomingMessage, ServerResponse } from "node:http";
import { startSandbox } from "../../sandbox/mod.ts";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { connectServer } from "../harness.ts";

/** An identity-aware proxy in front of Flyte: no token, no entry. */
async function startProxy(
  endpoint: string,
  options: { refusal: number; takes: (token: string) => boolean },
) {
  const seen: { path: string; token: string; status: number }[] = [];
  const server = await listenOnLoopback((req, res) => {
    handle(req, res).catch(() => res.destroy());
  }, 0);
  async function handle(req: IncomingMessage, res: ServerResponse) {
    const token = String(req.headers["proxy-authorization"] ?? "")
      .replace(/^Bearer /, "");
    const path = req.url ?? "";
    const isTaken = options.takes(token);
    seen.push({ path, token, status: isTaken ? 200 : options.refusal });
    if (!isTaken) {
      res.writeHead(options.refusal, { "content-type": "text/html" });
      return void res.end("<h1>Who are you?</h1>");
    }
    const body = await new Response(
      new Blob(await Array.fromAsync(req) as BlobPart[]),
    ).arrayBuffer();
    const { "proxy-authorization": _, host: __, ...headers } = req.headers;
    const answer = await fetch(`${endpoint}${path}`, {
      method: req.method ?? "POST",
      headers: headers as Record<string, string>,
      body,
    });
    res.writeHead(answer.status, {
      "content-type": answer.headers.get("content-type") ?? "",
    });
    res.end(new Uint8Array(await answer.arrayBuffer()));
  }
  return {
    url: server.url,
    seen,
    [Symbol.asyncDispose]: server[Symbol.asyncDispose],
  };
}

/** A command that prints `made-up-proxy-token-N`, one more each time. */
async function counter() {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/n`;
  await Deno.writeTextFile(file, "");
  const script = `Deno.writeTextFileSync(${
    JSON.stringify(file)
  }, "x", { append: true });
     console.log("made-up-proxy-token-" + Deno.readTextFileSync(${
    JSON.stringify(file)
  }).length)`;
  return {
    command: JSON.stringify([Deno.execPath(), "eval", script]),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("proxyCommand's token goes with every call to Flyte, discovery included", async () => {
  await using sandbox = await startSandbox({ auth: "device" });
  await using proxy = await startProxy(sandbox.endpoint, {
    refusal: 401,
    takes: (token) => token.startsWith("made-up-proxy-token-"),
  });
  await using count = await counter();
  await using server = await connectServer(proxy.url, {
    env: { FLYTE_PROXY_COMMAND: count.command },
  });
  const { data } = await server.call("whoami");
  assertEquals(data.status, "login_required");
  assert(proxy.seen.some(({ path }) => path.includes("AuthMetadataService")));
  assertEquals(proxy.seen.filter(({ status }) => status !== 200), []);
});

for (const refusal of [401, 407]) {
  Deno.test(`proxyCommand is run again at the proxy's ${refusal}`, async () => {
    await using sandbox = await startSandbox({ auth: "open" });
    let good = "made-up-proxy-token-1";
    await using proxy = await startProxy(sandbox.endpoint, {
      refusal,
      takes: (token) => token === good,
    });
    await using count = await counter();
    await using server = await connectServer(proxy.url, {
      env: { FLYTE_ADMIN_PROXYCOMMAND: count.command },
    });
    assertEquals((await server.call("list_projects")).isError, false);
    good = "made-up-proxy-token-2";
    assertEquals((await server.call("list_projects")).isError, false);
  });
}

Deno.test("proxyCommand's token goes with token calls as well", async () => {
  await using sandbox = await startSandbox({ auth: "device" });
  const tokens: string[] = [];
  const issuer = sandbox.issuer?.url ?? "";
  await using front = await listenOnLoopback((req, res) => {
    tokens.push(String(req.headers["proxy-authorization"]));
    res.writeHead(503).end();
  }, 0);
  await using count = await counter();
  await using server = await connectServer(sandbox.endpoint, {
    env: {
      FLYTE_PROXY_COMMAND: count.command,
      FLYTE_DEVICE_AUTHORIZATION_ENDPOINT: `${front.url}/device`,
      FLYTE_TOKEN_ENDPOINT: `${issuer}/token`,
    },
  });
  assertEquals((await server.call("login")).data.error.code, "unavailable");
  assertEquals(tokens, ["Bearer made-up-proxy-token-1"]);
});

Deno.test("proxyCommand that fails is command_failed", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  await using server = await connectServer(sandbox.endpoint, {
    env: {
      FLYTE_PROXY_COMMAND: JSON.stringify([
        Deno.execPath(),
        "eval",
        "Deno.exit(4)",
      ]),
    },
  });
  const { data } = await server.call("list_projects");
  assertEquals(data.error.code, "command_failed");
});
