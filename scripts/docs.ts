/**
 * Writes the README's tables from the code: tools from the catalogue, settings
 * from the one description of each option. A test fails when they are stale.
 */
import { renderDocs } from "./docs/render.ts";

const README = new URL("../README.md", import.meta.url);

await Deno.writeTextFile(README, renderDocs(await Deno.readTextFile(README)));
