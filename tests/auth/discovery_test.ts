import { assertEquals } from "@std/assert";
import { discover } from "../../src/auth/discovery.ts";
import type { Fetch } from "../../src/http/fetch.ts";

/** An issuer, and whether its document may decide where secrets go. */
const ISSUERS = [
  ["https://acme.okta.example", true],
  ["http://127.0.0.1:8080", true],
  ["http://localhost:8080/realms/acme", true],
  ["http://acme.okta.example", false],
  ["http://127.0.0.1.acme.example", false],
  ["ftp://acme.okta.example", false],
  ["acme.okta.example", false],
] as const;

for (const [issuer, isRead] of ISSUERS) {
  const how = isRead ? "reads" : "does not ask for";
  Deno.test(`discover() ${how} the document of ${issuer}`, async () => {
    const asked: string[] = [];
    const fetch: Fetch = (url) => {
      asked.push(url);
      const document = { issuer, token_endpoint: `${issuer}/token` };
      return Promise.resolve(Response.json(document));
    };
    const { signal } = new AbortController();
    const metadata = await discover(issuer, { fetch, signal });
    assertEquals(
      metadata?.tokenEndpoint,
      isRead ? `${issuer}/token` : undefined,
    );
    assertEquals(asked.length, isRead ? 1 : 0);
  });
}
