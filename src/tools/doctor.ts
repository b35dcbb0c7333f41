import { z } from "zod";
import { summaryOf } from "../doctor/diagnosis.ts";
import { defineMachineTool, READS } from "./tool.ts";

export const doctor = defineMachineTool({
  name: "doctor",
  title: "Check the way to Flyte",
  toolset: "identity",
  description:
    "Checks all that this server needs to reach Flyte: settings, permissions, network, certificate, clock, each login, token, projects. For when calls fail and the error does not say enough, or settings are broken. Tell the person each next_step; `for_admin` is a line to paste to an admin. Takes up to 30 s. Never starts a login.",
  input: {},
  output: {
    health: z.string(),
    checks: z.array(z.looseObject({})),
    for_admin: z.string(),
  },
  annotations: READS,
  async run(_input, { diagnose, signal }) {
    const diagnosis = await diagnose(signal);
    const { status: health, checks, for_admin } = diagnosis;
    return {
      text: summaryOf(diagnosis),
      data: { status: "ok", health, checks, for_admin },
    };
  },
});
