/** diagnose_run over what Flyte with Kubernetes behind it really answered. */
import { assert, assertEquals } from "@std/assert";
import { connectServer, fastClock } from "../harness.ts";
import type { Exchange } from "../sandbox/plane/replay/recorded.ts";
import { recorded, serveRecorded } from "./replay_server.ts";

const CORE = recorded("identity", "projects", "runs-read", "streams");
const KUBERNETES = recorded("kubernetes");
const ALL = [...KUBERNETES, ...CORE];

const DETAILS = ALL.filter(({ rpc, response }) =>
  rpc?.endsWith("/GetRunDetails") && response?.status === 200
);

/** What is known of the recorded errors. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/OOMKilled/, "out_of_memory"],
  [/ErrImagePull/, "image_pull"],
  [/dataDir/, "missing_outputs"],
];

/** What the recording says of a run. */
function rootOf({ response }: Exchange) {
  // The recordings are JSON of the IDL's messages.
  // deno-lint-ignore no-explicit-any
  return (response?.json as any).details.action;
}

function classOf({ error, phase }: { error: string; phase: string }) {
  if (phase === "aborted") return "aborted";
  if (phase === "succeeded") return "none";
  if (phase !== "failed" || error === "") return null;
  return KNOWN.find(([sign]) => sign.test(error))?.[1] ?? "user_exception";
}

for (const exchange of DETAILS) {
  const action = rootOf(exchange);
  const { project, domain, name } = action.id.run;
  Deno.test(`diagnose_run diagnoses what was recorded: ${exchange.case}`, async () => {
    await using flyte = await serveRecorded([exchange, ...ALL]);
    const clock = fastClock(20);
    await using server = await connectServer(flyte.url, { clock });
    const { data, text } = await server.call("diagnose_run", {
      ...{ run: name, project, domain },
    });
    assertEquals(data.status, "ok", text);
    const phase = action.status.phase.replace("ACTION_PHASE_", "")
      .toLowerCase();
    const error = action.errorInfo?.message ?? "";
    assertEquals(data.phase, phase);
    const known = classOf({ error, phase });
    if (known && data.cause.action === "a0") {
      assertEquals(data.class, known, text);
    }
    assert(data.verdict.startsWith(`Run ${name} (`), data.verdict);
  });
}
