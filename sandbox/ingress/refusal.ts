/** The ways in which real deployments say no. */
import type { ServerResponse } from "node:http";

export type Refusal =
  /** As a Connect service does: 401 and a JSON error. */
  | "connect_401"
  /** As a load balancer or gateway does. */
  | "html_401"
  | "html_403"
  /** As a proxy for browsers does: off to a login page on another host. */
  | "redirect"
  /** The same, with the page in place of the redirect and a 200. */
  | "login_page";

export function refuse(
  res: ServerResponse,
  refusal: Refusal,
  { problem, loginUrl }: { problem: string; loginUrl: string },
): void {
  switch (refusal) {
    case "connect_401":
      res.setHeader("WWW-Authenticate", 'Bearer error="invalid_token"');
      return send(res, 401, {
        type: "application/json",
        body: JSON.stringify({
          code: "unauthenticated",
          message: `bearer token: ${problem}`,
        }),
      });
    case "html_401":
      res.setHeader("WWW-Authenticate", "Bearer");
      return send(res, 401, page("401 Authorization Required"));
    case "html_403":
      return send(res, 403, page("403 Forbidden"));
    case "redirect":
      res.setHeader("Location", loginUrl);
      return send(res, 302, page("302 Found"));
    case "login_page":
      return send(
        res,
        200,
        page("Sign in", `<form action="${loginUrl}"><button>Sign in</button>`),
      );
  }
}

/** What an ingress says about a path it has no route for. */
export function notFound(res: ServerResponse): void {
  send(res, 404, { type: "text/plain", body: "404 page not found\n" });
}

function page(title: string, content = ""): { type: string; body: string } {
  return {
    type: "text/html; charset=utf-8",
    body:
      `<html><head><title>${title}</title></head><body><h1>${title}</h1>${content}</body></html>\n`,
  };
}

function send(
  res: ServerResponse,
  status: number,
  { type, body }: { type: string; body: string },
): void {
  res.statusCode = status;
  res.setHeader("Content-Type", type);
  res.end(body);
}
