import { assertEquals } from "@std/assert";
import { DOCUMENTS, renderDocs } from "../../scripts/docs/render.ts";

const README = await Deno.readTextFile(
  new URL("../../README.md", import.meta.url),
);

/** The formatter pads tables; what they say is the same. */
function unpadded(text: string): string {
  return text.replace(/ +\|/g, " |").replace(/-+ \|/g, "--- |");
}

for (const name of DOCUMENTS) {
  Deno.test(`the tables of ${name} are what the code gives (deno task docs)`, async () => {
    const text = await Deno.readTextFile(
      new URL(`../../${name}`, import.meta.url),
    );
    assertEquals(unpadded(text), unpadded(renderDocs(text)));
  });
}

Deno.test("the README's first two commands are the demo and the tests", () => {
  const [first] = /```sh\n([^`]*)```/.exec(README)?.slice(1) ?? [];
  assertEquals(
    first,
    "npx -y deno@2.9.6 task demo\nnpx -y deno@2.9.6 task test\n",
  );
});
