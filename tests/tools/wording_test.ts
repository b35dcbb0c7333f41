/**
 * What agents and people read, word for word. A snapshot that changes is to be
 * read by somebody: deno test -A tests/tools/wording_test.ts -u
 */
import { Code, ConnectError } from "@connectrpc/connect";
import { toToolError } from "../../src/client/failures/failures.ts";
import { RESULT_BYTES } from "../../src/config/values.ts";
import { ToolError } from "../../src/errors.ts";
import { NetworkError } from "../../src/http/network_error.ts";
import { UnexpectedResponse } from "../../src/http/unexpected_response.ts";
import { errorResult } from "../../src/tools/result.ts";
import { approve, type Called, openTestBed, type TestBed } from "../harness.ts";
import { openEmpty, openSeeded } from "./beds.ts";

/** The text without what differs from run to run, and without the JSON. */
function wordsOf({ text, data }: Called): string {
  const code: string | undefined = data?.user_code;
  return (text.split('\n{"status"')[0] ?? "")
    .replaceAll(code ?? "no code", "WDJB-MJHT")
    .replace(/\b[A-Z]{4}-[A-Z]{4}\b/g, "WDJB-MJHT")
    .replace(/127\.0\.0\.1:\d+/g, "HOST")
    .replace(/\d\d:\d\d [+-]\d\d:\d\d/g, "14:32 +02:00")
    .replace(/[0-9a-f]{8}(?=-data>>)|(?<=<<data-)[0-9a-f]{8}/g, "XXXX");
}

/** What is said in the course of a login, by the moment. */
const LOGIN: Record<string, (bed: TestBed) => Promise<Called>> = {
  "a tool asks for a login": (bed) => bed.call("get_run", { run: "r1" }),
  "a tool asks for a login whose page takes no code": (bed) => {
    bed.sandbox.issuer?.faults.next("device_authorization", {
      kind: "omit",
      fields: ["verification_uri_complete"],
    });
    return bed.call("get_run", { run: "r1" });
  },
  "login starts one": (bed) => bed.call("login"),
  "login shows the one that is pending": async (bed) => {
    await bed.call("whoami");
    return bed.call("login");
  },
  "another tool needs the same login": async (bed) => {
    await bed.call("whoami");
    return bed.call("list_projects");
  },
  "auth_status of a login that is pending": async (bed) => {
    await bed.call("whoami");
    return bed.call("auth_status");
  },
  "auth_status of a login that waited for a tool": async (bed) => {
    await approve(await bed.call("whoami"));
    return bed.call("auth_status", { wait_seconds: 10 });
  },
  "auth_status of a login that nothing waited for": async (bed) => {
    await bed.logIn();
    return bed.call("auth_status");
  },
  "login of somebody who is logged in": async (bed) => {
    await bed.logIn();
    return bed.call("login");
  },
  "auth_status of a login that was denied": async (bed) => {
    await approve(await bed.call("whoami"), { deny: true });
    return bed.call("auth_status", { wait_seconds: 10 });
  },
  "a tool after a login that was denied": async (bed) => {
    await approve(await bed.call("whoami"), { deny: true });
    await bed.call("auth_status", { wait_seconds: 10 });
    return bed.call("whoami");
  },
  "auth_status of nobody": (bed) => bed.call("auth_status"),
  "logout of nobody": (bed) => bed.call("logout"),
  "logout of somebody": async (bed) => {
    await bed.logIn();
    return bed.call("logout");
  },
  "logout of a login that is pending": async (bed) => {
    await bed.call("login");
    return bed.call("logout");
  },
};

for (const [moment, call] of Object.entries(LOGIN)) {
  Deno.test(`the words when ${moment}`, async (t) => {
    await using bed = await openTestBed({ sandbox: { seeded: false } });
    await t.assertSnapshot(wordsOf(await call(bed)), { serializer: String });
  });
}

Deno.test("the words when a code has expired", async (t) => {
  await using bed = await openTestBed({
    sandbox: { seeded: false, issuer: { deviceCodeSeconds: 1 } },
  });
  await bed.call("whoami");
  const answer = await bed.call("auth_status", { wait_seconds: 10 });
  await t.assertSnapshot(wordsOf(answer), { serializer: String });
});

/** What is said where no login is needed, or a token is set. */
const OPEN: Record<string, (bed: TestBed) => Promise<Called>> = {
  "login is not needed": (bed) => bed.call("login"),
  "auth_status is asked without a login": (bed) => bed.call("auth_status"),
  "whoami is anonymous": (bed) => bed.call("whoami"),
};

for (const [moment, call] of Object.entries(OPEN)) {
  Deno.test(`the words when ${moment}`, async (t) => {
    await using bed = await openEmpty();
    await t.assertSnapshot(wordsOf(await call(bed)), { serializer: String });
  });
}

for (const tool of ["whoami", "login", "auth_status", "logout"]) {
  Deno.test(`the words when ${tool} finds a token that is set`, async (t) => {
    await using bed = await openEmpty({
      env: { FLYTE_ACCESS_TOKEN: "opaque-made-up-token" },
    });
    const answer = await bed.call(tool);
    await t.assertSnapshot(wordsOf(answer), { serializer: String });
  });
}

/** Calls that Flyte answers, or that need no answer. */
const CALLS: readonly (readonly [string, Record<string, unknown>])[] = [
  ["get_run", { run: "train-bad-row" }],
  ["get_run", { run: "train-in-progress" }],
  ["get_run", { run: "release-approval" }],
  ["get_run", { run: "train-wrong-dataset" }],
  ["get_run", { run: "train-weekly" }],
  ["get_run", { run: "nope" }],
  ["get_run", { run: "train-1d-ago", project: "ml-prod" }],
  ["get_run", { run: "https://flyte.other.example/v2/runs/r1" }],
  ["get_run", { run: "http://127.0.0.1/console" }],
  ["get_run", {}],
  ["get_project", { project: "ml-prod" }],
  ["get_project", { project: "nope" }],
  ["list_tasks", { project: "flytesnacks" }],
  ["list_tasks", { project: "flytesnacks", query: "nope" }],
  ["list_tasks", { project: "nope" }],
  ["list_tasks", { project: "flytesnacks", entry_points: true }],
  ["get_task", { project: "flytesnacks", task: "train_model" }],
  ["get_task", { project: "flytesnacks", task: "fit_shard", version: "v9" }],
  ["get_task", { project: "flytesnacks", task: "fit" }],
  ["get_task", { project: "flytesnacks", task: "nope" }],
  ["get_run_io", { run: "train-fan-out" }],
  ["get_run_io", { run: "train-bad-row" }],
  ["get_run_io", { run: "train-fan-out", path: "outputs.o1.uri" }],
  ["get_run_io", { run: "train-fan-out", path: "o1" }],
  ["get_run_io", { run: "train-fan-out", action: "nope" }],
  ["list_projects", {}],
  ["list_projects", { query: "PROD" }],
  ["list_projects", { query: "nope", state: "all" }],
  ["list_projects", { cursor: "other" }],
  ["list_runs", {}],
  ["list_runs", { project: "ml-prod", domain: "production" }],
  ["list_runs", { project: "nope" }],
  ["list_runs", { project: "flytesnacks", phases: ["paused"] }],
  ["list_runs", { project: "flytesnacks", task: "x", phases: ["failed"] }],
  ["list_runs", { project: "flytesnacks", since: "yesterday" }],
  ["whoami", { verbose: true }],
  ["list_runs", { limit: 0, phases: ["broken"] }],
];

Deno.test("the words of tools", async (t) => {
  await using bed = await openSeeded();
  const said: string[] = [];
  for (const [tool, args] of CALLS) {
    const words = wordsOf(await bed.call(tool, args));
    said.push(`${tool} ${JSON.stringify(args)}\n  ${words}\n`);
  }
  await t.assertSnapshot(said.join("\n"), { serializer: String });
});

const ENDPOINT = {
  value: "https://flyte.example.com",
  source: "FLYTE_ENDPOINT",
  proxy: null,
  caCert: null,
  insecureSkipVerify: null,
  proxyCommand: null,
};

/** What a person reads of a failure. */
function told(error: unknown, endpoint = ENDPOINT): string {
  const known = toToolError(error, endpoint);
  if (!(known instanceof ToolError)) throw known;
  const { content } = errorResult(known, RESULT_BYTES.usual);
  const text = content.map((block) => block.text).join("\n");
  return `  ${wordsOf({ text, data: {}, isError: true })}\n`;
}

Deno.test("the words when Flyte refuses", async (t) => {
  const metadata = { "x-request-id": "r-7", "retry-after": "30" };
  const said = Object.values(Code).filter((code) => typeof code === "number")
    .map((code) =>
      `${Code[code]}\n${
        told(new ConnectError("in Flyte's own words", code, metadata))
      }${told(new ConnectError("", code))}`
    );
  await t.assertSnapshot(said.join("\n"), { serializer: String });
});

/** Answers of something that is not Flyte. */
const ANSWERS = {
  "a redirect to a sign-in": [302, "sso.example.com", null],
  "a page with a title": [200, null, "Flyte\n Console"],
  "a page without one": [403, null, ""],
  "no page": [404, null, null],
  "an error without a page": [500, null, null],
} as const;

Deno.test("the words when it is not Flyte that answers", async (t) => {
  const said = Object.entries(ANSWERS).map((
    [what, [status, redirectHost, title]],
  ) => {
    const error = () => new UnexpectedResponse(status, { redirectHost, title });
    const below = { ...ENDPOINT, value: `${ENDPOINT.value}/console` };
    return `${what}\n${told(error())}${told(error(), below)}`;
  });
  await t.assertSnapshot(said.join("\n"), { serializer: String });
});

Deno.test("the words when there is no answer", async (t) => {
  const causes = {
    dns: "client error (Connect): dns error: failed to lookup address",
    refused: "client error (Connect): tcp connect error: Connection refused",
    tls: "client error (Connect): invalid peer certificate: UnknownIssuer",
    dropped: "client error (SendRequest): connection closed before message",
    not_permitted: 'Requires net access to "flyte.example.com:443"',
  } as const;
  const said = Object.entries(causes).map(([failure, message]) => {
    const error = (host: string) =>
      // The table's keys are the failures.
      new NetworkError(failure as keyof typeof causes, {
        url: `https://${host}`,
        cause: new Error(message),
      });
    return `${failure}\n${told(error("flyte.example.com"))}${
      told(error("acme.okta.example:8443"))
    }`;
  });
  await t.assertSnapshot(said.join("\n"), { serializer: String });
});

Deno.test("the words when the program itself is at fault", async (t) => {
  const denied = new Deno.errors.NotCapable(
    'Requires read access to "/etc/ca.pem", run again with the --allow-read flag',
  );
  const said = [
    told(denied),
    told(new TypeError("Cannot read properties of undefined")),
    told(new ConnectError("", Code.Unknown, {}, [], new Error("Wrapped"))),
    told("a string"),
    told(undefined),
    told(
      new ToolError("over_budget", "Too much.", { nextStep: "Ask for less." }),
    ),
  ];
  await t.assertSnapshot(said.join("\n"), { serializer: String });
});
