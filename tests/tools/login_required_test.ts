/** The one payload by which every tool asks for a login. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { type Called, fastClock, openTestBed } from "../harness.ts";

/** The tools that need a login, each with arguments that are right. */
const CALLS = {
  get_run: { run: "train-bad-row" },
  list_projects: {},
  list_runs: { project: "flytesnacks" },
  whoami: {},
} as const;

type Tool = keyof typeof CALLS;

const TOOLS = Object.keys(CALLS) as Tool[];

/** What differs from call to call, and nothing else. */
function constantOf({ data }: Called) {
  const {
    then_repeat: _tool,
    expires_in_seconds: _seconds,
    flow: _flow,
    say_to_user: _words,
    ...constant
  } = data;
  return constant;
}

for (const tool of TOOLS) {
  Deno.test(`${tool} without a login says what the person must do`, async () => {
    await using bed = await openTestBed({ sandbox: { seeded: false } });
    const { data, text, isError } = await bed.call(tool, CALLS[tool]);
    const { issuer, endpoint } = bed.sandbox;
    assertEquals(isError, true);
    assertEquals(data.status, "login_required");
    assertEquals(data.code, "login_required");
    assertEquals(data.performed, false);
    assertEquals(data.flow, "new");
    assertEquals(data.method, "device");
    assertEquals(data.then_repeat, tool);
    assertEquals(data.endpoint, endpoint);
    assertEquals(data.issuer_host, new URL(issuer?.url ?? "").host);
    assertEquals(data.verification_uri, `${issuer?.url}/device`);
    assertEquals(data.authorization_url, null);
    assertEquals(data.next_tool, "auth_status");
    assertEquals(data.next_args, { wait_seconds: 25 });
    assertMatch(data.user_code, /^[A-Z0-9-]{6,}$/);
    assert(data.expires_in_seconds > 590 && data.expires_in_seconds <= 600);
    const left = (Date.parse(data.expires_at) - Date.now()) / 1000;
    assert(Math.abs(left - data.expires_in_seconds) < 5, data.expires_at);
    // Hosts show the model nothing but the text of an error.
    assert(text.includes(data.say_to_user), text);
    assert(text.includes(data.user_code), text);
    assertMatch(text, new RegExp(`then repeat ${tool}\\b`));
  });
}

Deno.test("every tool asks for the same login, the first in full and the others in a line", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  const answers: Called[] = [];
  for (const tool of TOOLS) answers.push(await bed.call(tool, CALLS[tool]));
  const [first, ...others] = answers;
  assert(first);
  for (const other of others) {
    assertEquals(constantOf(other), constantOf(first));
    assertEquals(other.data.flow, "pending");
    assertEquals(other.isError, true);
    assertEquals(
      other.text,
      `LOGIN STILL PENDING: ${first.data.verification_uri}, code ${first.data.user_code}, for 10 more minutes. Nothing was changed.`,
    );
  }
  assertEquals(answers.map(({ data }) => data.then_repeat), TOOLS);
});

Deno.test("login answers the same as a result that went well", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  const asked = await bed.call("list_projects");
  const login = await bed.call("login");
  assertEquals(login.isError, false);
  assertEquals(constantOf(login), constantOf(asked));
  assertEquals(login.data.then_repeat, "list_projects");
});

Deno.test("login that starts one says it in full and waits for no tool", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  const { data, text, isError } = await bed.call("login");
  assertEquals(isError, false);
  assertEquals(data.status, "login_required");
  assertEquals(data.flow, "new");
  assertEquals(data.then_repeat, null);
  assertMatch(text, /^LOGIN REQUIRED for /);
  assertNotMatch(text, /repeat null|then repeat/);
});

Deno.test("auth_status and logout never ask for a login", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  for (const tool of ["auth_status", "logout"]) {
    const { data, isError } = await bed.call(tool);
    assertEquals(isError, false);
    assertEquals(data.status, "ok");
  }
  assertEquals(bed.sandbox.issuer?.requests.length, 0);
});

Deno.test("what a person need not see of a login is in no answer", async () => {
  await using bed = await openTestBed({ sandbox: { seeded: false } });
  const answers = [await bed.call("whoami"), await bed.call("login")];
  answers.push(await bed.call("auth_status"));
  await bed.logIn();
  for (const tool of ["auth_status", "login", "whoami", "logout"]) {
    answers.push(await bed.call(tool));
  }
  const secrets = [...bed.sandbox.issuer?.secrets ?? []];
  assert(secrets.length >= 3, "the issuer gave nothing out");
  const shown = JSON.stringify(answers);
  for (const secret of secrets) assert(!shown.includes(secret));
});

Deno.test("a code that is about to expire counts seconds", async () => {
  await using bed = await openTestBed({
    sandbox: { seeded: false, issuer: { deviceCodeSeconds: 60 } },
  });
  await bed.call("whoami");
  const { text } = await bed.call("whoami");
  assertMatch(text, /for (59|60) more seconds\./);
});

Deno.test("a tool says that a login is starting while the issuer takes its time", async () => {
  await using bed = await openTestBed({
    sandbox: { seeded: false },
    clock: fastClock(20),
  });
  bed.sandbox.issuer?.faults.next("device_authorization", { kind: "stall" });
  const { data, isError } = await bed.call("whoami");
  assertEquals(isError, true);
  assertEquals(data.error.code, "login_starting");
  assertEquals(data.error.fix_by, "retry");
  assertEquals(data.error.retry_after_s, 5);
});
