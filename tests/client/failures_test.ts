import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { listenOnLoopback } from "../../sandbox/loopback.ts";
import { connectServer, fastClock, openTestBed } from "../harness.ts";

const LIST = "ProjectService/ListProjects";

Deno.test("a read is tried again when a gateway answers 503", async () => {
  await using bed = await openTestBed({ sandbox: { auth: "open" } });
  const { faults, requests } = bed.sandbox.ingress;
  faults.next(LIST, { kind: "status", status: 503 }, { times: 2 });
  assertEquals((await bed.call("list_projects")).isError, false);
  const ids = requests.filter(({ path }) => path.includes(LIST))
    .map(({ requestId }) => requestId);
  assertEquals(ids.length, 3);
  assertEquals(new Set(ids).size, 1);
});

Deno.test("a read that meets 503 three times is unavailable, with its request id", async () => {
  await using bed = await openTestBed({ sandbox: { auth: "open" } });
  bed.sandbox.ingress.faults.next(LIST, { kind: "status", status: 503 }, {
    times: 3,
  });
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "unavailable");
  assertEquals(data.error.fix_by, "retry");
  assertMatch(data.error.request_id, /^test-\d+$/);
  assertStringIncludes(text, `[unavailable, request ${data.error.request_id}]`);
});

for (const kind of ["drop", "reset"] as const) {
  Deno.test(`a read is tried again after a ${kind} of the connection`, async () => {
    await using bed = await openTestBed({ sandbox: { auth: "open" } });
    bed.sandbox.ingress.faults.next(LIST, { kind }, { times: 2 });
    assertEquals((await bed.call("list_projects")).isError, false);
    assertEquals(bed.sandbox.ingress.faults.pending, 0);
  });
}

Deno.test("an answer that breaks off in the middle is tried again", async () => {
  await using bed = await openTestBed({ sandbox: { auth: "open" } });
  bed.sandbox.ingress.faults.next(LIST, { kind: "cut", afterBytes: 10 });
  assertEquals((await bed.call("list_projects")).isError, false);
});

Deno.test("a server that never answers is a timeout after three attempts", async () => {
  await using bed = await openTestBed({
    sandbox: { auth: "open" },
    clock: fastClock(50),
  });
  bed.sandbox.ingress.faults.next(LIST, { kind: "stall" }, { times: 3 });
  const { data } = await bed.call("list_projects");
  assertEquals(data.error.code, "timeout");
});

Deno.test("429 is rate_limited and passes Retry-After on", async () => {
  await using bed = await openTestBed({ sandbox: { auth: "open" } });
  bed.sandbox.ingress.faults.next(LIST, {
    kind: "status",
    status: 429,
    retryAfter: 30,
  });
  const { data } = await bed.call("list_projects");
  assertEquals(data.error.code, "rate_limited");
  assertEquals(data.error.retry_after_s, 30);
});

for (
  const refusal of ["html_401", "html_403", "redirect", "login_page"] as const
) {
  Deno.test(`an ingress that answers ${refusal} wants the login that Flyte publishes`, async () => {
    await using bed = await openTestBed({});
    bed.sandbox.ingress.refuseWith(refusal);
    const { data } = await bed.call("list_projects");
    assertEquals(data.status, "login_required");
  });
}

/** Answers that are failures, whatever page they bring. */
const FAILED = [
  { status: 500, type: "text/html", body: "<title>Oops</title>" },
  { status: 404, type: "text/html", body: "<title>Nothing here</title>" },
  { status: 500, type: "text/plain", body: "unauthorized" },
  { status: 500, type: "application/json", body: '{"code":"unknown"}' },
  {
    status: 403,
    type: "application/json",
    body: '{"code":"permission_denied","message":"unauthenticated"}',
  },
];

for (const { status, type, body } of FAILED) {
  Deno.test(`no login is started after ${status} with ${body}`, async () => {
    await using bed = await openTestBed({ sandbox: { seeded: false } });
    const { ingress, issuer } = bed.sandbox;
    await using flyte = await listenOnLoopback((req, res) => {
      if (req.url?.includes("AuthMetadata")) return ingress(req, res);
      res.writeHead(status, { "content-type": type }).end(body);
    }, 0);
    await using server = await connectServer(flyte.url);
    const { data } = await server.call("list_projects");
    assertEquals(data.status, "error");
    assertEquals((await server.call("auth_status")).data.login, "none");
    const asked = issuer?.requests.map(({ endpoint }) => endpoint) ?? [];
    assertEquals(asked.includes("device_authorization"), false);
  });
}

Deno.test("a redirect where no login is published names the host, and gets nothing", async () => {
  await using bed = await openTestBed({ sandbox: { auth: "open" } });
  bed.sandbox.ingress.faults.next(
    "/",
    { kind: "refuse", refusal: "redirect" },
    {
      times: 20,
    },
  );
  const { data, text } = await bed.call("list_projects");
  assertEquals(data.error.code, "sso_redirect");
  assertStringIncludes(text, "sso.example.com");
});

Deno.test("a web page where no login is published is not_flyte_endpoint with its title", async () => {
  await using page = await listenOnLoopback((_req, res) => {
    res.setHeader("content-type", "text/html; charset=utf-8");
    res.end("<html><title>Flyte\n Console</title></html>");
  }, 0);
  await using server = await connectServer(`${page.url}/console`);
  const { data, text } = await server.call("whoami");
  assertEquals(data.error.code, "not_flyte_endpoint");
  assertStringIncludes(
    text,
    `${page.url}/console answers a web page, not a Flyte API (HTTP 200, title "Flyte Console"). FLYTE_ENDPOINT is usually the host alone: ${page.url}`,
  );
});

Deno.test("404 from an origin that never spoke Connect is not_flyte_endpoint", async () => {
  await using other = await listenOnLoopback((_req, res) => {
    res.writeHead(404, { "content-type": "text/plain" }).end("no");
  }, 0);
  await using server = await connectServer(other.url);
  assertEquals(
    (await server.call("list_projects")).data.error.code,
    "not_flyte_endpoint",
  );
});

Deno.test("404 from an origin that has spoken Connect is unimplemented", async () => {
  await using bed = await openTestBed({ sandbox: { auth: "open" } });
  await bed.call("list_projects");
  bed.sandbox.ingress.faults.next(LIST, {
    kind: "status",
    status: 404,
    body: "text",
  });
  const { data } = await bed.call("list_projects");
  assertEquals(data.error.code, "unimplemented");
});

Deno.test("a port where nothing listens is endpoint_unreachable with the setting", async () => {
  const gone = await listenOnLoopback(() => {}, 0);
  await gone[Symbol.asyncDispose]();
  await using server = await connectServer(gone.url);
  const { data, text } = await server.call("whoami");
  assertEquals(data.error.code, "endpoint_unreachable");
  assertStringIncludes(text, "(from FLYTE_ENDPOINT)");
});

Deno.test("a host that does not exist is endpoint_unreachable and not tried again", async () => {
  await using server = await connectServer(
    "https://flyte.does-not-exist.invalid",
  );
  const { data, text } = await server.call("whoami");
  assertEquals(data.error.code, "endpoint_unreachable");
  assertStringIncludes(text, 'Cannot find host "flyte.does-not-exist.invalid"');
});

Deno.test("https to a plain http port is tls_untrusted", async () => {
  await using bed = await openTestBed({ sandbox: { auth: "open" } });
  const { port } = new URL(bed.sandbox.endpoint);
  await using server = await connectServer(`https://127.0.0.1:${port}`);
  const { data } = await server.call("list_projects");
  assertEquals(data.error.code, "tls_untrusted");
});

Deno.test("an issuer that is down is unavailable, not a login", async () => {
  // Flyte itself asks again some times before it gives up.
  const clock = fastClock(20);
  await using bed = await openTestBed({ clock, sandbox: { clock } });
  const down = { kind: "status", status: 503 } as const;
  bed.sandbox.issuer?.faults.next("discovery", down, { times: 20 });
  const { data } = await bed.call("whoami");
  assertEquals(data.error.code, "unavailable");
});

Deno.test("cancelling a call reaches Flyte", async () => {
  const gone = Promise.withResolvers<void>();
  await using slow = await listenOnLoopback((req) => {
    req.socket.on("close", () => gone.resolve());
  }, 0);
  await using server = await connectServer(slow.url);
  const cancel = new AbortController();
  const call = server.client.callTool(
    { name: "list_projects", arguments: {} },
    { signal: cancel.signal },
  ).catch(() => {});
  setTimeout(() => cancel.abort(), 50);
  await call;
  await gone.promise;
});

Deno.test("a call ends after 40 s whatever Flyte does", async () => {
  await using silent = await listenOnLoopback(() => {}, 0);
  await using server = await connectServer(silent.url, {
    clock: fastClock(100),
  });
  const { data } = await server.call("list_runs", { project: "p" });
  assertEquals(data.error.code, "timeout");
});
