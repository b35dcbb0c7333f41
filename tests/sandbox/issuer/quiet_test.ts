import { assertEquals } from "@std/assert";

const PROGRAM = `
const { warn } = console;
import { startIssuer } from "./sandbox/issuer/mod.ts";
import { approveDevice } from "./sandbox/issuer/person.ts";
const [issuer, other] = await Promise.all([startIssuer(), startIssuer()]);
await other.close();
const form = { client_id: "flyte-cli", scope: "openid all offline_access" };
const body = new URLSearchParams(form);
const asked = await fetch(issuer.url + "/device/auth", { method: "POST", body });
const { verification_uri, user_code } = await asked.json();
await approveDevice(verification_uri, user_code);
await (await fetch(issuer.url + "/token", { method: "POST", body })).text();
await (await fetch(issuer.url + "/nothing")).text();
await issuer.close();
console.warn(console.warn === warn);
`;

Deno.test("startIssuer() prints nothing and leaves console as it was", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--allow-env", "--allow-net", "-"],
    cwd: new URL("../../..", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(PROGRAM));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals([text(stdout), text(stderr)], ["", "true\n"]);
  assertEquals(code, 0);
});
