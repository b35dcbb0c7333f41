import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
} from "@std/assert";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { IdentityService } from "../../idl/flyteidl2/auth/identity_pb.ts";
import { ProjectService } from "../../idl/flyteidl2/project/project_service_pb.ts";
import { RunService } from "../../idl/flyteidl2/workflow/run_service_pb.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { LoginRequired } from "../../src/auth/login.ts";
import { systemClock } from "../../src/clock.ts";
import type { Fetch } from "../../src/http/fetch.ts";
import { fastClock } from "../harness.ts";
import { impatientClock, virtualClock } from "../tools/clocks.ts";
import { openPlane, openSession } from "./session_bed.ts";

const SCOPE = {
  scopeBy: {
    case: "projectId",
    value: { name: "flytesnacks", domain: "development" },
  },
} as const;

const NEW_RUN = {
  id: {
    case: "runId",
    value: { project: "flytesnacks", domain: "development", name: "r1" },
  },
  task: { case: "taskSpec", value: { taskTemplate: { type: "python" } } },
} as const;

const UNAVAILABLE = { kind: "status", status: 503 } as const;

function codeOf(error: unknown): string {
  assertInstanceOf(error, ConnectError);
  return Code[error.code];
}

Deno.test("a session is made without a request", async () => {
  let requests = 0;
  await using session = openSession("https://flyte.example.com", {
    env: { FLYTE_ACCESS_TOKEN: "made-up" },
    fetch: () => {
      requests++;
      return Promise.reject(new TypeError("Cannot fetch"));
    },
  });
  assertEquals(session.session.endpoint, "https://flyte.example.com");
  assertEquals(requests, 0);
  assertEquals(session.calls(), 0);
});

Deno.test("each call has an id of its own, which all its attempts have", async () => {
  await using plane = await openPlane({ clock: impatientClock() });
  plane.faults.next("ListProjects", UNAVAILABLE, { times: 2 });
  await plane.projects.listProjects({});
  await plane.runs.listRuns(SCOPE);
  const ids = plane.seen.map(({ headers }) => headers["x-request-id"]);
  assertEquals(ids, ["call-1", "call-1", "call-1", "call-2"]);
});

Deno.test("the id of a call stands in its error", async () => {
  await using plane = await openPlane();
  const error = await assertRejects(
    () => plane.runs.getRunDetails({ runId: { name: "nope" } }),
    ConnectError,
  );
  assertEquals(error.metadata.get("x-request-id"), "call-1");
});

Deno.test("credentials go to Flyte, and never to where it publishes its login", async () => {
  await using plane = await openPlane({
    env: { FLYTE_ACCESS_TOKEN: "made-up-token" },
  });
  await plane.projects.listProjects({});
  await plane.session.store.get(new AbortController().signal);
  const published = plane.seen.filter(({ path }) =>
    path.includes("AuthMetadataService")
  );
  assertEquals(published.length, 2);
  for (const { headers } of published) {
    assertEquals(headers.authorization, undefined);
    assert(!JSON.stringify(headers).includes("made-up-token"));
    assertMatch(`${headers["x-request-id"]}`, /^call-\d+$/);
  }
  const [asked] = plane.seen.filter(({ path }) =>
    path.includes("ListProjects")
  );
  assertEquals(asked?.headers.authorization, "Bearer made-up-token");
});

Deno.test("headers that are set go to Flyte alone as well", async () => {
  await using plane = await openPlane({
    env: { FLYTE_AUTH_METADATA: "x-made-up=secret" },
  });
  await plane.projects.listProjects({});
  await plane.session.store.get(new AbortController().signal);
  for (const { path, headers } of plane.seen) {
    const own = path.includes("ListProjects");
    assertEquals(headers["x-made-up"], own ? "secret" : undefined);
  }
});

Deno.test("a call that is cut off is asked again with the same credentials", async () => {
  await using plane = await openPlane({
    env: { FLYTE_ACCESS_TOKEN: "made-up-token" },
    clock: impatientClock(),
  });
  plane.faults.next("ListProjects", { kind: "drop" });
  await plane.projects.listProjects({});
  const tokens = plane.seen
    .filter(({ path }) => path.includes("ListProjects"))
    .map(({ headers }) => headers.authorization);
  assertEquals(tokens, Array(2).fill("Bearer made-up-token"));
});

/** Reads, by the path in which they show; some lack the mark in the IDL. */
const READS: Record<
  string,
  (plane: Awaited<ReturnType<typeof openPlane>>) => Promise<unknown>
> = {
  ListRuns: ({ runs }) => runs.listRuns(SCOPE),
  ListProjects: ({ projects }) => projects.listProjects({}),
  GetProject: ({ projects }) => projects.getProject({ id: "flytesnacks" }),
  ListActions: ({ runs }) =>
    runs.listActions({ runId: NEW_RUN.id.value, request: { limit: 1 } }),
};

for (const [method, read] of Object.entries(READS)) {
  Deno.test(`${method} is a read, and is tried again`, async () => {
    await using plane = await openPlane({ clock: impatientClock() });
    plane.faults.next(method, UNAVAILABLE, { times: 2 });
    await read(plane);
    assertEquals(plane.seen.length, 3);
  });
}

for (
  const fault of [UNAVAILABLE, { kind: "drop" }, { kind: "reset" }] as const
) {
  Deno.test(`CreateRun is not tried again after ${fault.kind}`, async () => {
    await using plane = await openPlane();
    plane.faults.next("CreateRun", fault);
    const runs = createClient(RunService, plane.session.transport);
    const error = await assertRejects(() => runs.createRun(NEW_RUN));
    assertEquals(codeOf(error), "Unavailable");
    assertEquals(plane.seen.length, 1);
  });
}

for (const method of ["abortRun", "abortAction", "signalEvent"] as const) {
  Deno.test(`${method} is not tried again`, async () => {
    await using plane = await openPlane();
    plane.faults.next("RunService", UNAVAILABLE);
    const runs = createClient(RunService, plane.session.transport);
    await assertRejects(() => runs[method]({}));
    assertEquals(plane.seen.length, 1);
  });
}

Deno.test("a change of a project is not tried again", async () => {
  await using plane = await openPlane();
  plane.faults.next("ProjectService", UNAVAILABLE, { times: 2 });
  const project = { id: "p" };
  await assertRejects(() => plane.projects.createProject({ project }));
  await assertRejects(() => plane.projects.updateProject({ project }));
  assertEquals(plane.seen.length, 2);
});

Deno.test("a stream is not tried again", async () => {
  await using plane = await openPlane();
  plane.faults.next("WatchActions", UNAVAILABLE);
  const runId = { ...NEW_RUN.id.value };
  const stream = plane.runs.watchActions({ runId });
  await assertRejects(() => Array.fromAsync(stream), ConnectError);
  assertEquals(plane.seen.length, 1);
});

for (
  const [retryAfter, attempts] of [[1, 2], [5, 2], [6, 1], [3600, 1]] as const
) {
  Deno.test(`a server that asks for ${retryAfter} s is asked ${attempts} times`, async () => {
    const clock = impatientClock();
    await using plane = await openPlane({ clock });
    plane.faults.next("ListRuns", { ...UNAVAILABLE, retryAfter });
    const asked = plane.runs.listRuns(SCOPE).then(() => "ok", codeOf);
    assertEquals(await asked, attempts === 1 ? "Unavailable" : "ok");
    assertEquals(plane.seen.length, attempts);
    // Less what has passed since the answer.
    const paused = clock.paused.map(Math.round);
    assertEquals(paused, attempts > 1 ? [retryAfter] : []);
  });
}

/** Never answers; when it is given up it fails in this way. */
function silent(failure: (signal: AbortSignal) => unknown): {
  fetch: Fetch;
  asked: () => number;
} {
  let asked = 0;
  const fetch: Fetch = (_url, { signal }) => {
    asked++;
    const { promise, reject } = Promise.withResolvers<Response>();
    if (!signal) throw new TypeError("A request without a signal");
    signal.addEventListener("abort", () => reject(failure(signal)));
    return promise;
  };
  return { fetch, asked: () => asked };
}

/** Ways in which a fetch that was given up can fail. */
const FAILURES: Record<string, (signal: AbortSignal) => unknown> = {
  "the reason": ({ reason }) => reason,
  "a broken connection": () => new TypeError("Connection closed"),
  "an abort": () => new DOMException("Aborted", "AbortError"),
  "an error of Connect": () => new ConnectError("gone", Code.Internal),
  "a refusal": () => new ConnectError("denied", Code.PermissionDenied),
};

for (const [what, failure] of Object.entries(FAILURES)) {
  Deno.test(`a deadline that has passed is a timeout, whatever arrives: ${what}`, async () => {
    const clock = virtualClock();
    const { fetch, asked } = silent(failure);
    await using session = openSession("https://flyte.example.com", {
      clock,
      fetch,
    });
    const error = await assertRejects(() => session.runs.listRuns(SCOPE));
    assertEquals(codeOf(error), "DeadlineExceeded");
    assertEquals(clock.now(), 30_000);
    assertEquals(asked(), 3);
  });
}

Deno.test("one attempt ends after 10 s, and a write has no other", async () => {
  const clock = virtualClock();
  const { fetch, asked } = silent(({ reason }) => reason);
  await using session = openSession("https://flyte.example.com", {
    clock,
    fetch,
  });
  const runs = createClient(RunService, session.session.transport);
  const error = await assertRejects(() => runs.createRun(NEW_RUN));
  assertEquals(codeOf(error), "DeadlineExceeded");
  assertEquals(asked(), 1);
  assertEquals(clock.now(), 10_000);
});

Deno.test("a caller that gives up is no timeout, and nothing is tried again", async () => {
  const { fetch, asked } = silent(({ reason }) => reason);
  await using session = openSession("https://flyte.example.com", { fetch });
  const caller = new AbortController();
  const call = session.runs.listRuns(SCOPE, { signal: caller.signal });
  setTimeout(() => caller.abort(), 10);
  assertEquals(codeOf(await assertRejects(() => call)), "Canceled");
  assertEquals(asked(), 1);
});

Deno.test("a stream may be silent for longer than a call may take", async () => {
  await using plane = await openPlane({ clock: fastClock(200) });
  const runId = { ...NEW_RUN.id.value };
  const caller = new AbortController();
  // An unknown run: neither headers nor messages ever come.
  const watching = Array.fromAsync(
    plane.runs.watchActions({ runId }, { signal: caller.signal }),
  ).then(() => "ended", codeOf);
  const silence = systemClock.sleep(250).then(() => "silent");
  assertEquals(await Promise.race([watching, silence]), "silent");
  caller.abort();
  assertEquals(await watching, "Canceled");
});

Deno.test("UserInfo's refusal is not a login request, that of any other call is", async () => {
  await using sandbox = await startSandbox({ auth: "device", seeded: false });
  await using session = openSession(sandbox.endpoint);
  const identity = createClient(IdentityService, session.session.transport);
  const refused = await assertRejects(() => identity.userInfo({}));
  assertEquals(codeOf(refused), "Unauthenticated");
  assertEquals(sandbox.issuer?.requests.length, 0);
  const projects = createClient(ProjectService, session.session.transport);
  const asked = await assertRejects(() => projects.listProjects({}));
  assertInstanceOf(asked, ConnectError);
  assertInstanceOf(asked.cause, LoginRequired);
});

Deno.test("a stream that is refused asks for a login", async () => {
  await using sandbox = await startSandbox({ auth: "device", seeded: false });
  await using session = openSession(sandbox.endpoint);
  const runId = { ...NEW_RUN.id.value };
  const refused = await assertRejects(
    () => Array.fromAsync(session.runs.watchActions({ runId })),
    ConnectError,
  );
  assertInstanceOf(refused.cause, LoginRequired);
});

Deno.test("calls that are refused at the same time share one login", async () => {
  await using sandbox = await startSandbox({ auth: "device", seeded: false });
  await using session = openSession(sandbox.endpoint);
  const refused = await Promise.all(
    Array.from(
      { length: 5 },
      () =>
        assertRejects(() => session.projects.listProjects({}), ConnectError),
    ),
  );
  const codes = refused.map(({ cause }) => {
    assertInstanceOf(cause, LoginRequired);
    return cause.login;
  });
  assertEquals(new Set(codes).size, 1);
});
