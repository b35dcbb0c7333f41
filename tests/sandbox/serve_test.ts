import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const SERVE = new URL("../../sandbox/serve.ts", import.meta.url).pathname;

/** Starts the sandbox as `deno task sandbox` does, and reads its first line. */
async function serve(...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-net"],
      ...["--allow-env", "--allow-read", SERVE, ...args],
    ],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  return {
    url: value.split("\n")[0] ?? "",
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await reader.cancel();
      await child.stderr.cancel();
      assertEquals((await child.status).code, 0);
    },
  };
}

/** Calls an RPC as curl would. */
async function post(url: string, rpc: string): Promise<Response> {
  return await fetch(`${url}/${rpc}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
}

Deno.test("serve prints its URL first and checks tokens", async () => {
  await using served = await serve();
  assertMatch(served.url, /^http:\/\/127\.0\.0\.1:\d+$/);
  const refused = await post(
    served.url,
    "flyteidl2.project.ProjectService/ListProjects",
  );
  assertEquals(refused.status, 401);
  await refused.body?.cancel();
  const metadata = await post(
    served.url,
    "flyteidl2.auth.AuthMetadataService/GetOAuth2Metadata",
  );
  assertStringIncludes(await metadata.text(), "deviceAuthorizationEndpoint");
});

Deno.test("serve --auth open has the seeded projects for everybody", async () => {
  await using served = await serve("--auth", "open");
  const projects = await post(
    served.url,
    "flyteidl2.project.ProjectService/ListProjects",
  );
  assertStringIncludes(await projects.text(), '"ml-prod"');
});

Deno.test("serve --seed has the projects that were asked for, and no others", async () => {
  await using served = await serve(
    ...["--auth", "open", "--seed", "troubles,hostile"],
    ...["--actions", "5", "--log-lines", "5"],
  );
  const projects = await post(
    served.url,
    "flyteidl2.project.ProjectService/ListProjects",
  );
  const text = await projects.text();
  for (const id of ["troubles", "hostile", "scale"]) {
    assertStringIncludes(text, `"id":"${id}"`);
  }
  assertEquals(text.includes("ml-prod"), false);
});

Deno.test("serve --bare is the unseeded plane alone, internal services included", async () => {
  await using served = await serve("--bare");
  const projects = await post(
    served.url,
    "flyteidl2.project.ProjectService/ListProjects",
  );
  assertEquals((await projects.text()).includes("ml-prod"), false);
  const internal = await post(
    served.url,
    "flyteidl2.workflow.InternalRunService/RecordActionEvents",
  );
  assertEquals(internal.status, 200);
  await internal.body?.cancel();
});

Deno.test("serve refuses nonsense with a sentence and status 2", async () => {
  const nonsense = [
    ["--port", "x"],
    ["--port", "65536"],
    ["--auth", "y"],
    ["--seed", "everyday,weeds"],
    ["--actions", "many"],
    ["--nope"],
  ];
  for (const args of nonsense) {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "-A", SERVE, ...args],
    }).output();
    assertEquals(code, 2);
    const text = new TextDecoder().decode(stderr);
    assertStringIncludes(text, args[0] ?? "");
    assertEquals(text.includes("    at "), false);
  }
});
