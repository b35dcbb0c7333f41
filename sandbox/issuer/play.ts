import { cutAfter } from "../ingress/cut.ts";
import { isJsonBody } from "./adapt.ts";
import type { IssuerFault } from "./faults.ts";
import type { Context } from "./oidc_provider.ts";
import { type FaultClock, playWireFault } from "./wire_faults.ts";

/** Answers a request, or does what the fault says instead. */
export async function play(
  ctx: Context,
  fault: IssuerFault | undefined,
  { answer, clock }: { answer(): Promise<void>; clock: FaultClock },
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return await answer();
    case "error":
      return answerError(ctx, fault);
    case "not_json":
      ctx.status = fault.status ?? 200;
      ctx.type = fault.contentType ?? "application/json";
      ctx.body = fault.body;
      return;
    case "lose_answer":
      await answer();
      ctx.respond = false;
      ctx.res.socket?.destroy();
      return;
    case "cut":
      cutAfter(ctx.res, fault.afterBytes);
      return await answer();
    case "omit":
    case "set":
      await answer();
      ctx.body = isJsonBody(ctx.body) ? change(ctx.body, fault) : ctx.body;
      return;
    case "status":
    case "drop":
    case "reset":
    case "stall":
    case "delay":
      if (await playWireFault(ctx.res, fault, clock)) return await answer();
      ctx.respond = false;
  }
}

function answerError(
  ctx: Context,
  { error, description, status = 400 }: IssuerFault & { kind: "error" },
): void {
  ctx.status = status;
  if (status === 401) ctx.set("WWW-Authenticate", "Basic");
  ctx.body = {
    error,
    ...(description && { error_description: description }),
  };
}

function change(
  body: Record<string, unknown>,
  fault: IssuerFault & { kind: "omit" | "set" },
): Record<string, unknown> {
  if (fault.kind === "set") return { ...body, ...fault.fields };
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => !fault.fields.includes(name)),
  );
}
