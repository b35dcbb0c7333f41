/** stdout belongs to JSON-RPC, whatever a login has to tell. */
import { assertEquals } from "@std/assert";
import {
  approveAuthorization,
  approveDevice,
} from "../../sandbox/issuer/person.ts";
import { startSandbox } from "../../sandbox/mod.ts";
import { freePort } from "../free_port.ts";
import { INITIALIZE, INITIALIZED, RawServer } from "./raw_server.ts";

/** How a person gets through each login, with what the tool's answer says. */
const LOGINS = {
  DeviceFlow: async ({ verification_uri, user_code }: Asked) => {
    await approveDevice(verification_uri, user_code);
  },
  "DeviceFlow that is denied": async (
    { verification_uri, user_code }: Asked,
  ) => {
    await approveDevice(verification_uri, user_code, { deny: true });
  },
  Pkce: async ({ authorization_url }: Asked) => {
    await open(await approveAuthorization(authorization_url));
  },
  "Pkce that is denied": async ({ authorization_url }: Asked) => {
    await open(await approveAuthorization(authorization_url, { deny: true }));
  },
};

type Asked = Readonly<
  Record<"verification_uri" | "user_code" | "authorization_url", string>
>;

/** Opens the callback as the browser does. */
async function open(address: string): Promise<void> {
  await (await fetch(address)).text();
}

for (const [login, act] of Object.entries(LOGINS)) {
  Deno.test(`nothing but JSON-RPC is on stdout during ${login}`, async () => {
    const redirectUri = `http://127.0.0.1:${freePort()}/callback`;
    await using sandbox = await startSandbox({
      auth: "device",
      seeded: false,
      client: { redirectUri },
    });
    const server = new RawServer({
      env: {
        FLYTE_ENDPOINT: sandbox.endpoint,
        FLYTE_AUTH_TYPE: login.split(" ")[0] ?? "",
        // No browser may be run here, which is the case that has to be told.
        FLYTE_MCP_OPEN_BROWSER: "true",
      },
    });
    await server.ask(INITIALIZE);
    await server.send(INITIALIZED);
    const asked = (await server.call(2, "whoami")).result.structuredContent;
    assertEquals(asked.status, "login_required");
    await act(asked);
    await server.call(3, "auth_status", { wait_seconds: 20 });
    await server.call(4, "login");
    await server.call(5, "logout");
    await server.closeInput();
    assertEquals(await server.ended(), 0);
    const messages = server.lines.map((line) => JSON.parse(line));
    assertEquals(messages.map(({ jsonrpc }) => jsonrpc), Array(5).fill("2.0"));
    assertEquals(messages.map(({ id }) => id), [1, 2, 3, 4, 5]);
  });
}
