/**
 * Whatever is wrong with settings, network or arguments: the right code, the
 * process alive, no stack trace. The SDK's transport keeps a kill timer
 * running after close(), so this file's sanitizers are off.
 */
import {
  assertEquals,
  assertNotMatch,
  assertStringIncludes,
} from "@std/assert";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { type SpawnOptions, spawnServer } from "./spawn.ts";

Deno.test.sanitizer({ ops: false, resources: false });

/** Starts a server that way and expects this code of a call, twice. */
async function expectCode(
  code: string,
  options: SpawnOptions,
  { tool = "whoami", args = {} }: {
    tool?: string;
    args?: Record<string, unknown>;
  } = {},
): Promise<string> {
  await using server = await spawnServer(options);
  let text = "";
  for (let calls = 0; calls < 2; calls++) {
    const answer = await server.call(tool, args);
    assertEquals(answer.data.error?.code, code, answer.text);
    assertEquals(answer.isError, true);
    assertNotMatch(answer.text, /\n\s+at .*:\d+/);
    text = answer.text;
  }
  assertNotMatch(server.stderr(), /\n\s+at .*:\d+/);
  return text;
}

/** A folder that is removed at the end, with these files. */
async function folder(files: Record<string, string>) {
  const path = await Deno.makeTempDir();
  for (const [name, text] of Object.entries(files)) {
    const file = `${path}/${name}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

Deno.test("no endpoint is not_configured and names the setting", async () => {
  await using home = await folder({});
  const text = await expectCode("not_configured", {
    env: { HOME: home.path },
    cwd: home.path,
  });
  assertStringIncludes(text, "Set FLYTE_ENDPOINT (or --endpoint)");
});

Deno.test("no HOME is no trouble", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  await using server = await spawnServer({
    env: { FLYTE_ENDPOINT: sandbox.endpoint, HOME: "", USERPROFILE: "" },
  });
  assertEquals((await server.call("whoami")).data.status, "ok");
});

Deno.test("unknown flags are config_invalid, several faults at once", async () => {
  const text = await expectCode("config_invalid", {
    args: ["--nope", "--project"],
    env: { FLYTE_ENDPOINT: "https://user@host/?q", FLYTE_AUTH_TYPE: "perhaps" },
  });
  for (
    const part of ["--nope", "--project", "FLYTE_ENDPOINT", "FLYTE_AUTH_TYPE"]
  ) {
    assertStringIncludes(text, part);
  }
});

Deno.test("a malformed config file of the person is config_invalid", async () => {
  await using home = await folder({
    ".flyte/config.yaml": "admin:\n  endpoint: [oops\n",
  });
  await using work = await folder({});
  const text = await expectCode("config_invalid", {
    env: { HOME: home.path },
    cwd: work.path,
  });
  assertStringIncludes(text, "~/.flyte/config.yaml");
});

Deno.test("a malformed file in the workspace is passed over and named", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  await using work = await folder({ "config.yaml": "a: [" });
  await using server = await spawnServer({
    env: { FLYTE_ENDPOINT: sandbox.endpoint },
    cwd: work.path,
  });
  assertEquals((await server.call("whoami")).data.status, "ok");
  assertStringIncludes(server.stderr(), "config.yaml");
});

Deno.test("an unknown host is endpoint_unreachable", async () => {
  await expectCode("endpoint_unreachable", {
    env: { FLYTE_ENDPOINT: "https://flyte.does-not-exist.invalid" },
  });
});

Deno.test("a wrong port is endpoint_unreachable", async () => {
  const gone = await listenOnLoopback(() => {}, 0);
  await gone[Symbol.asyncDispose]();
  await expectCode("endpoint_unreachable", {
    env: { FLYTE_ENDPOINT: gone.url },
  });
});

Deno.test("404 and web pages are not_flyte_endpoint", async () => {
  await using other = await listenOnLoopback((req, res) => {
    const isPage = req.url?.startsWith("/page");
    res.writeHead(isPage ? 200 : 404, {
      "content-type": isPage ? "text/html" : "text/plain",
    });
    res.end(isPage ? "<title>Console</title>" : "404 page not found");
  }, 0);
  await expectCode("not_flyte_endpoint", {
    env: { FLYTE_ENDPOINT: other.url },
  });
  await expectCode("not_flyte_endpoint", {
    env: { FLYTE_ENDPOINT: `${other.url}/page` },
  });
});

Deno.test("a redirect to a sign-in page is sso_redirect", async () => {
  await using sso = await listenOnLoopback((_req, res) => {
    res.writeHead(302, { location: "https://sso.example.com/login" }).end();
  }, 0);
  const text = await expectCode("sso_redirect", {
    env: { FLYTE_ENDPOINT: sso.url },
  });
  assertStringIncludes(text, "sso.example.com");
});

Deno.test("an unknown run is not_found", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  await expectCode("not_found", { env: { FLYTE_ENDPOINT: sandbox.endpoint } }, {
    tool: "get_run",
    args: { run: "no-such-run" },
  });
});

Deno.test("a name that two projects use is ambiguous", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  const text = await expectCode(
    "ambiguous",
    { env: { FLYTE_ENDPOINT: sandbox.endpoint } },
    { tool: "get_run", args: { run: "train-weekly" } },
  );
  assertStringIncludes(text, '"project":"ml-prod"');
});

Deno.test("a run of another host is different_endpoint", async () => {
  await using sandbox = await startSandbox({ auth: "open" });
  await expectCode(
    "different_endpoint",
    { env: { FLYTE_ENDPOINT: sandbox.endpoint } },
    {
      tool: "get_run",
      args: {
        run: "https://other.example.com/v2/domain/d/project/p/runs/r",
      },
    },
  );
});

Deno.test("a configured type without what it needs is config_invalid", async () => {
  const text = await expectCode("config_invalid", {
    env: {
      FLYTE_ENDPOINT: "https://flyte.example.com",
      FLYTE_AUTH_TYPE: "External-Command",
    },
  });
  assertStringIncludes(text, "Set FLYTE_COMMAND");
});

Deno.test("a host that Deno does not allow is permission_missing with the flag", async () => {
  const text = await expectCode("permission_missing", {
    env: { FLYTE_ENDPOINT: "https://flyte.example.com" },
    permissions: [
      "--allow-env=FLYTE_ENDPOINT",
      "--allow-net=other.example.com",
    ],
  });
  assertStringIncludes(text, "--allow-net=flyte.example.com");
});
