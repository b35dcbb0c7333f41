import { assertEquals, assertStringIncludes } from "@std/assert";
import { startSandbox } from "../../sandbox/mod.ts";
import { FileLoginStore } from "../../src/auth/store/file_login_store.ts";
import { systemClock } from "../../src/clock.ts";
import { closedOrigin, serve } from "../http/peer.ts";
import { startLocked } from "../e2e/flow_bed.ts";
import { diagnosed } from "./bed.ts";

/** A folder of a test, with a store below it that is not there yet. */
async function openStore(): Promise<
  & { folder: string; logins: FileLoginStore; reports: string[] }
  & AsyncDisposable
> {
  const folder = await Deno.makeTempDir();
  const reports: string[] = [];
  const logins = new FileLoginStore({
    folder: `${folder}/state/flyte-mcp/tokens`,
    clock: systemClock,
    report: (message) => void reports.push(message),
  });
  return {
    ...{ folder, logins, reports },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("the check of the store leaves no folder behind", async () => {
  await using store = await openStore();
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: await closedOrigin() },
    machine: { logins: store.logins },
  });
  assertEquals(check("store").status, "ok");
  assertStringIncludes(check("store").message, "which can be written");
  assertEquals(await Array.fromAsync(Deno.readDir(store.folder)), []);
});

Deno.test("the check of the store keeps a folder that is there", async () => {
  await using store = await openStore();
  const tokens = `${store.folder}/state/flyte-mcp/tokens`;
  await Deno.mkdir(tokens, { recursive: true });
  await diagnosed({
    env: { FLYTE_ENDPOINT: await closedOrigin() },
    machine: { logins: store.logins },
  });
  assertEquals(await Array.fromAsync(Deno.readDir(tokens)), []);
});

Deno.test("the check of the store warns when a file is in its way, and logins go on", async () => {
  await using store = await openStore();
  await Deno.writeTextFile(`${store.folder}/state`, "");
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: await closedOrigin() },
    machine: { logins: store.logins },
  });
  assertEquals(check("store").status, "warn");
  assertStringIncludes(check("store").message, "memory of this process only");
});

Deno.test("the check of the keychain tells that its program is missing", async () => {
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: await closedOrigin(), FLYTE_MCP_KEYCHAIN: "1" },
    machine: {
      run: () => Promise.resolve({ kind: "not_found", searched: "/bin" }),
    },
  });
  assertEquals(check("keychain").status, "warn");
  assertStringIncludes(
    check("keychain").message,
    "secret-tool is not installed",
  );
});

Deno.test("the check of the keychain is fine with an empty one", async () => {
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: await closedOrigin(), FLYTE_MCP_KEYCHAIN: "1" },
    machine: {
      run: () =>
        Promise.resolve({ kind: "ended", code: 1, stdout: "", stderr: "" }),
    },
  });
  assertEquals(check("keychain").status, "ok");
});

Deno.test("the checks of calls fail for a token that Flyte refuses", async () => {
  await using sandbox = await startLocked();
  const { check } = await diagnosed({
    env: {
      FLYTE_ENDPOINT: sandbox.endpoint,
      FLYTE_ACCESS_TOKEN: "made-up-token",
    },
  });
  assertEquals(check("projects").status, "fail");
  assertStringIncludes(check("projects").message, "FLYTE_ACCESS_TOKEN");
});

Deno.test("the check of the projects misses the one that is configured", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint, FLYTE_PROJECT: "flytesnaks" },
  });
  assertEquals(check("projects").status, "warn");
  assertStringIncludes(
    check("projects").message,
    `"flytesnaks" (FLYTE_PROJECT)`,
  );
});

Deno.test("the check of the backend knows open-source Flyte", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  assertStringIncludes(check("backend").message, "Open-source Flyte");
});

for (
  const [name, mounted, said] of [
    [
      "knows Union by its own services",
      /ImageService/,
      "Union: it has services",
    ],
    [
      "does not guess where everything is refused",
      /Service\/(GetImage|NoMethod)/,
      "Unknown",
    ],
  ] as const
) {
  Deno.test(`the check of the backend ${name}`, async () => {
    await using sandbox = await startSandbox({ auth: "open", seeded: false });
    await using front = await serve(async (request, response) => {
      const { url = "", method = "GET", headers } = request;
      const body = new Blob(await Array.fromAsync(request));
      // The sandbox's data plane would tell what it is.
      if (url.endsWith("GetPublicClientConfig")) {
        response.writeHead(501, { "content-type": "application/json" });
        return void response.end(`{"code":"unimplemented"}`);
      }
      if (mounted.test(url)) {
        response.writeHead(401, { "content-type": "application/json" });
        return void response.end(`{"code":"unauthenticated"}`);
      }
      const answer = await fetch(`${sandbox.endpoint}${url}`, {
        method,
        headers: { "content-type": headers["content-type"] ?? "" },
        ...(method === "POST" && { body }),
      });
      const type = answer.headers.get("content-type") ?? "";
      const bytes = new Uint8Array(await answer.arrayBuffer());
      response.writeHead(answer.status, { "content-type": type }).end(bytes);
    });
    const { check } = await diagnosed({
      env: { FLYTE_ENDPOINT: front.origin },
    });
    assertStringIncludes(check("backend").message, said);
  });
}

Deno.test("the check of the round trips says how many were timed", async () => {
  await using sandbox = await startSandbox({ auth: "open", seeded: false });
  const { check } = await diagnosed({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
  });
  assertStringIncludes(check("round_trips").message, "the median of 3 (");
});
