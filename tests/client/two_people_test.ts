/** What one person was answered is no answer for another. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import { SEEDED } from "../../sandbox/seed/seeded.ts";
import { openTestBed, type TestBed } from "../harness.ts";

const { project, domain, name: run } = SEEDED.runs.fanOut;

const RUN = { run, project, domain };

/** What is kept, by the tool that asks for it and by the call that it takes. */
const KEPT = [
  ["get_run_io", "GetActionData"],
  ["list_actions", "WatchActions"],
  ["get_logs", "TailLogs"],
] as const;

async function logInAs(bed: TestBed, account: string): Promise<void> {
  const { data } = await bed.call("login");
  await approveDevice(data.verification_uri, data.user_code, { account });
  await bed.call("auth_status", { wait_seconds: 10 });
  const { data: who } = await bed.call("whoami");
  assertEquals(who.email, account);
}

for (const [tool, rpc] of KEPT) {
  Deno.test(`${tool} asks Flyte once for one person, and again for another`, async () => {
    await using bed = await openTestBed();
    const tokens = () =>
      bed.sandbox.ingress.requests.filter(({ path }) => path.endsWith(rpc))
        .map(({ token }) => token);
    const args = tool === "get_logs"
      ? { ...RUN, action: SEEDED.actions.shards[0]?.name }
      : RUN;
    const ask = async () => await bed.call(tool, args);
    await logInAs(bed, "ada@example.com");
    const adas = await ask();
    assertEquals(adas.data.status, "ok", adas.text);
    const asked = tokens().length;
    assertNotEquals(asked, 0);
    await ask();
    assertEquals(tokens().length, asked);
    await bed.call("logout");
    const nobodys = await ask();
    assertEquals(nobodys.data.status, "login_required");
    assertEquals(tokens().length, asked);
    await logInAs(bed, "grace@example.com");
    const graces = await ask();
    assertEquals(graces.data.status, "ok", graces.text);
    assertEquals(tokens().length, asked * 2);
    assertEquals(new Set(tokens()).size, 2);
  });
}
