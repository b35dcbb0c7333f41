/** Bridges between what RFCs and Flyte's clients say and what the provider does. */
import type { Context } from "./oidc_provider.ts";
import { type IssuerRequest, queryOf, replaceForm } from "./request.ts";

/** Translates what Flyte's clients send into what the provider knows. */
export function adaptParameters(ctx: Context, form: URLSearchParams): void {
  const { user_code: userCode, ...query } = ctx.query;
  if (ctx.path === "/device" && userCode !== undefined) {
    // With a code in its address the provider would send a page that submits
    // itself by script; without one, the page with the form is asked for.
    ctx.state["userCode"] = userCode;
    ctx.query = query;
  }
  if (ctx.path === "/auth") {
    ctx.query = Object.fromEntries(adaptForm(queryOf(ctx)));
  }
  if (ctx.path === "/device/auth") adaptForm(form);
  if (
    ctx.path === "/token" && form.get("grant_type") === "client_credentials"
  ) {
    adaptForm(form);
  }
  if (ctx.method === "POST") replaceForm(ctx, form);
}

/**
 * `audience` is how Flyte's clients name the resource, and both it and `scope`
 * come empty when nothing is configured. RFC 6749 section 3.3 lets a server
 * give a default scope.
 */
function adaptForm(form: URLSearchParams): URLSearchParams {
  const audience = form.get("audience");
  if (audience && !form.has("resource")) form.set("resource", audience);
  if (!form.get("scope")) form.set("scope", "all");
  return form;
}

export function adaptAnswer(
  ctx: Context,
  { entry, interval }: { entry: IssuerRequest; interval: number | null },
): void {
  const { body } = ctx;
  if (!isJsonBody(body)) return;
  if (
    body["error"] === "invalid_request" &&
    /is not allowed for this client$/.test(`${body["error_description"]}`)
  ) {
    // RFC 6749 section 5.2 has a code of its own for this.
    ctx.body = { ...body, error: "unauthorized_client" };
  }
  const isDeviceCode = entry.endpoint === "device_authorization" &&
    "device_code" in body;
  if (isDeviceCode && interval !== null) ctx.body = { ...body, interval };
}

/** Whether an answer's body is an object that becomes JSON. */
export function isJsonBody(body: unknown): body is Record<string, unknown> {
  return typeof body === "object" && body !== null &&
    Object.getPrototypeOf(body) === Object.prototype;
}
