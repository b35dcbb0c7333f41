import { assert, assertEquals, assertMatch } from "@std/assert";
import { SWITCHES } from "../src/config/flags.ts";
import { OPTION_LIST } from "../src/config/options.ts";
import { helpText } from "../src/help.ts";

Deno.test("helpText() reads as a person expects", async (t) => {
  await t.assertSnapshot(helpText("1.2.3"), { serializer: String });
});

Deno.test("helpText() names every flag and every variable", () => {
  const text = helpText("1.2.3");
  for (const [, { flag, env }] of OPTION_LIST) {
    if (flag) assertMatch(text, new RegExp(`^  --${flag} [A-Z]+ +\\S`, "m"));
    for (const name of env) assertMatch(text, new RegExp(`\\b${name}\\b`));
  }
  for (const name of Object.keys(SWITCHES)) {
    assertMatch(text, new RegExp(`^  --${name} +\\S`, "m"));
  }
});

Deno.test("OPTIONS give no secret a flag, a file key or a workspace", () => {
  const secrets = OPTION_LIST.filter(([key, { secret, env }]) =>
    secret || /secret|token$|metadata|key/i.test(`${key} ${env[0]}`)
  );
  assert(secrets.length >= 3);
  for (const [key, { flag, project, secret, file }] of secrets) {
    assertEquals([key, flag], [key, undefined]);
    assertEquals([key, project], [key, undefined]);
    if (secret) assertEquals([key, file], [key, []]);
  }
});

Deno.test("OPTIONS describe each option once", () => {
  const names = OPTION_LIST.flatMap(([, { flag, env, file }]) => [
    ...flag ? [flag] : [],
    ...env,
    ...file,
  ]);
  assertEquals(names.length, new Set(names).size);
  for (const [key, { describe, flag, placeholder }] of OPTION_LIST) {
    assertMatch(describe, /^[A-Z`].*[^.]$/, key);
    assertEquals(flag === undefined, placeholder === undefined, key);
  }
});
