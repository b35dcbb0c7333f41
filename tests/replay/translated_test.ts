/**
 * Values and task specs that the real translator made or was given, met as a
 * run's inputs and as a task: the literals of every type.
 */
import { assert, assertEquals } from "@std/assert";
import { TOOLS } from "../../src/tools/mod.ts";
import type { Exchange } from "../sandbox/plane/replay/recorded.ts";
import { meet } from "./meetings.ts";
import { recorded } from "./replay_server.ts";

// The recordings are JSON of the IDL's messages.
// deno-lint-ignore no-explicit-any
type Json = any;

const TRANSLATED = recorded("translator", "kubernetes")
  .filter(({ rpc, response }) =>
    rpc?.includes(".TranslatorService/") && response?.status === 200
  );

/** Named literals that an exchange has in its answer, or in its question. */
function literalsOf({ request, response }: Exchange): readonly Json[] {
  const asked: Json = request?.json;
  const got: Json = response?.json;
  const found = got?.literals ?? asked?.literals ?? [];
  return found.literals ?? found;
}

for (const exchange of TRANSLATED) {
  const literals = literalsOf(exchange);
  if (literals.length === 0) continue;
  Deno.test(`get_run_io shows what was translated: ${exchange.case}`, async () => {
    const tool = TOOLS.find(({ name }) => name === "get_run_io");
    assert(tool);
    const { data, text } = await meet({
      case: exchange.case,
      rpc: "flyteidl2.dataproxy.DataProxyService/GetActionData",
      request: { json: {} },
      response: { status: 200, json: { inputs: { literals } } },
    }, tool);
    assertEquals(data.status, "ok", text);
    assertEquals(
      Object.keys(data.inputs),
      literals.map(({ name }) => name),
    );
  });
}

for (const exchange of TRANSLATED) {
  const spec: Json = (exchange.request?.json as Json)?.taskSpec;
  if (!spec) continue;
  Deno.test(`get_task shows the spec that was translated: ${exchange.case}`, async () => {
    const tool = TOOLS.find(({ name }) => name === "get_task");
    assert(tool);
    const { data, text } = await meet({
      case: exchange.case,
      rpc: "flyteidl2.task.TaskService/GetTaskDetails",
      request: { json: {} },
      response: { status: 200, json: { details: { spec } } },
    }, tool);
    assertEquals(data.status, "ok", text);
    const { inputs } = spec.taskTemplate.interface;
    assertEquals(
      Object.keys(data.inputs.properties),
      (inputs?.variables ?? []).map(({ key }: Json) => key),
    );
    // What the real form says of an input is of the same kind here, but files
    // and the like, which have parts there and are addresses here.
    const { json } = exchange.response?.json as Json;
    for (const [name, { type }] of Object.entries<Json>(json.properties)) {
      if (type && type !== "object") {
        assertEquals(data.inputs.properties[name].type, type, name);
      }
    }
  });
}
