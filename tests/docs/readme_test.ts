import { assertEquals } from "@std/assert";
import { renderDocs } from "../../scripts/docs/render.ts";

const README = await Deno.readTextFile(
  new URL("../../README.md", import.meta.url),
);

/** The formatter pads tables; what they say is the same. */
function unpadded(text: string): string {
  return text.replace(/ +\|/g, " |").replace(/-+ \|/g, "--- |");
}

Deno.test("the README's tables are what the code gives (deno task docs)", () => {
  assertEquals(unpadded(README), unpadded(renderDocs(README)));
});

Deno.test("the README's first two commands are the demo and the tests", () => {
  const [first] = /```sh\n([^`]*)```/.exec(README)?.slice(1) ?? [];
  assertEquals(
    first,
    "npx -y deno@2.9.6 task demo\nnpx -y deno@2.9.6 task test\n",
  );
});
