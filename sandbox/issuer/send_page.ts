import type { Context } from "./oidc_provider.ts";

/** No scripts, no frames, nothing from elsewhere: a login page needs none. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Answers with a page that nothing may frame, script or keep. */
export function sendPage(ctx: Context, page: string): void {
  ctx.set("Cache-Control", "no-store");
  ctx.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
  ctx.set("Referrer-Policy", "no-referrer");
  ctx.set("X-Content-Type-Options", "nosniff");
  ctx.type = "html";
  ctx.body = page;
}
