/**
 * Writes the tables in README.md and docs/settings.md from the code: tools
 * from the catalogue, settings from the one description of each option. A test
 * fails when they are stale.
 */
import { DOCUMENTS, renderDocs } from "./docs/render.ts";

for (const name of DOCUMENTS) {
  const path = new URL(`../${name}`, import.meta.url);
  await Deno.writeTextFile(path, renderDocs(await Deno.readTextFile(path)));
}
