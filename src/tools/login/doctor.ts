import { z } from "zod";
import { type Check, summaryOf } from "../../doctor/diagnosis.ts";
import { shownBytes } from "../budget.ts";
import { defineMachineTool, READS } from "../tool.ts";

export const doctor = defineMachineTool({
  name: "doctor",
  title: "Check the way to Flyte",
  toolset: "identity",
  description:
    "Checks what this server needs to reach Flyte: settings, permissions, network, certificate, clock, each login, token, projects. For when calls fail and the error does not say enough. Tell the person each next_step; `for_admin` is a line to paste to an admin. Up to 30 s; never starts a login.",
  input: {},
  output: {
    health: z.string(),
    checks: z.array(z.looseObject({})),
    for_admin: z.string(),
  },
  annotations: READS,
  async run(_input, { diagnose, signal, maxResultBytes }) {
    const diagnosis = await diagnose(signal);
    const { status: health, checks, for_admin } = diagnosis;
    const whole = { status: "ok", health, checks, for_admin };
    return {
      text: summaryOf(diagnosis),
      data: shownBytes(whole) <= maxResultBytes
        ? whole
        : { ...whole, checks: checks.map(briefly) },
    };
  },
});

/** Of what works the name is enough. */
function briefly(check: Check) {
  const { name, status } = check;
  return status === "ok" || status === "skipped" ? { name, status } : check;
}
