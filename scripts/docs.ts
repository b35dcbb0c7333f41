/**
 * Writes parts of README.md and docs/ from the code: tools with their examples
 * from the catalogue, settings from the one description of each option. A test
 * fails when they are stale.
 */
import { DOCUMENTS, renderDocs } from "./docs/render.ts";

for (const name of DOCUMENTS) {
  const path = new URL(`../${name}`, import.meta.url);
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, await renderDocs(text));
}
