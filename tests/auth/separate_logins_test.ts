/** Whose token a call carries: never one that somebody else has got. */
import { assertEquals } from "@std/assert";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { connectServer, openTestBed } from "../harness.ts";

const SERVICE = {
  FLYTE_CLIENT_ID: CI_CLIENT.clientId,
  FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
};

/** A command that prints this. */
function printing(text: string) {
  const script = `console.log(${JSON.stringify(text)})`;
  return { FLYTE_COMMAND: JSON.stringify([Deno.execPath(), "eval", script]) };
}

Deno.test("a service does not act with a person's token of the same Flyte", async () => {
  await using person = await openTestBed();
  await person.logIn();
  const { endpoint } = person.sandbox;
  await using service = await connectServer(endpoint, { env: SERVICE });
  const { data } = await service.call("whoami");
  assertEquals([data.subject, data.auth_type], ["flyte-ci", "ClientSecret"]);
  assertEquals((await person.call("whoami")).data.email, "ada@example.com");
});

Deno.test("a person does not act with a service's token of the same Flyte", async () => {
  await using service = await openTestBed({ env: SERVICE });
  assertEquals((await service.call("whoami")).data.subject, "flyte-ci");
  const { endpoint } = service.sandbox;
  await using person = await connectServer(endpoint);
  assertEquals((await person.call("whoami")).data.status, "login_required");
});

Deno.test("a command is run though another login had a token of the same Flyte", async () => {
  await using person = await openTestBed();
  await person.logIn();
  const { endpoint } = person.sandbox;
  await using server = await connectServer(endpoint, { env: printing("") });
  const { data } = await server.call("whoami");
  assertEquals(data.error.code, "command_failed");
});
