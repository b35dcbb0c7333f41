import { assertEquals } from "@std/assert";
import { openTestBed } from "../harness.ts";

Deno.test("a login that is given up while the issuer is still starting it ends quietly", async () => {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const sleep = () => {
    arrived.resolve();
    return gate.promise;
  };
  await using bed = await openTestBed({ sandbox: { issuer: { sleep } } });
  const delay = { kind: "delay", ms: 1 } as const;
  bed.sandbox.issuer?.faults.next("device_authorization", delay);
  const asked = bed.call("list_projects");
  await arrived.promise;
  await bed.call("logout");
  gate.resolve();
  assertEquals((await asked).data.error.code, "login_declined");
  assertEquals((await bed.call("auth_status")).data.login, "none");
  assertEquals((await bed.call("list_projects")).data.flow, "new");
});
