import { assertEquals } from "@std/assert";
import { DOCUMENTS, renderDocs } from "../../scripts/docs/render.ts";

const README = await Deno.readTextFile(
  new URL("../../README.md", import.meta.url),
);

/** As `deno task docs` leaves it: tables padded, paragraphs wrapped. */
async function formatted(text: string): Promise<string> {
  const args = ["fmt", "--ext=md", "--quiet", "-"];
  const options = { args, stdin: "piped", stdout: "piped" } as const;
  await using child = new Deno.Command(Deno.execPath(), options).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  return new TextDecoder().decode((await child.output()).stdout);
}

for (const name of DOCUMENTS) {
  Deno.test(`the tables of ${name} are what the code gives (deno task docs)`, async () => {
    const text = await Deno.readTextFile(
      new URL(`../../${name}`, import.meta.url),
    );
    assertEquals(text, await formatted(await renderDocs(text)));
  });
}

Deno.test("the README's first two commands are the demo and the tests", () => {
  const [first] = /```sh\n([^`]*)```/.exec(README)?.slice(1) ?? [];
  assertEquals(
    first,
    "npx -y deno@2.9.6 task demo\nnpx -y deno@2.9.6 task test\n",
  );
});
