/** What can go wrong with one answer of an issuer, and what all legs share. */
import { assert, assertEquals } from "@std/assert";
import type {
  IssuerFault,
  IssuerFaultOptions,
} from "../../../sandbox/issuer/faults.ts";
import type { IssuerRequest } from "../../../sandbox/issuer/request.ts";
import { type Called, openTestBed, type TestBed } from "../../harness.ts";

/** A fault, and what whoever met it is told. */
export interface FaultCase {
  readonly fault: IssuerFault;
  readonly code: "unavailable" | "rate_limited";
  readonly retryAfterS: number;
  /** Whether the issuer has done its part: what was sent may be spent. */
  readonly isSpent?: boolean;
}

const UNAVAILABLE = { code: "unavailable", retryAfterS: 5 } as const;

/** A body of this kind is no answer, whatever its status says. */
function notJson(
  body: string,
  options: { contentType?: string } = {},
): FaultCase {
  return { fault: { kind: "not_json", body, ...options }, ...UNAVAILABLE };
}

function status(code: number): FaultCase {
  return { fault: { kind: "status", status: code }, ...UNAVAILABLE };
}

/** Much more than is ever read of an answer. */
const HUGE = "made-up ".repeat(300_000);

/** The ways in which one answer goes wrong; each passes by itself. */
export const FAULTS: Readonly<Record<string, FaultCase>> = {
  "a connection that is dropped": { fault: { kind: "drop" }, ...UNAVAILABLE },
  "a connection that is reset": { fault: { kind: "reset" }, ...UNAVAILABLE },
  "an answer that is lost": {
    ...{ fault: { kind: "lose_answer" }, isSpent: true },
    ...UNAVAILABLE,
  },
  "an answer that is cut in the middle": {
    ...{ fault: { kind: "cut", afterBytes: 12 }, isSpent: true },
    ...UNAVAILABLE,
  },
  "a text that is no JSON": notJson("Service is starting"),
  "half of a JSON text": notJson('{"access_token":"made-up'),
  "a JSON text that is no object": notJson('["made-up"]'),
  "a page with status 200": notJson("<h1>Maintenance</h1>", {
    contentType: "text/html",
  }),
  "a huge body": notJson(HUGE),
  "HTTP 429": {
    fault: { kind: "status", status: 429 },
    ...{ code: "rate_limited", retryAfterS: 30 },
  },
  "HTTP 429 with Retry-After": {
    fault: { kind: "status", status: 429, retryAfter: 7 },
    ...{ code: "rate_limited", retryAfterS: 7 },
  },
  "HTTP 500": status(500),
  "HTTP 502": status(502),
  "HTTP 503": status(503),
  "HTTP 503 with Retry-After": {
    fault: { kind: "status", status: 503, retryAfter: 7 },
    ...{ code: "unavailable", retryAfterS: 7 },
  },
  "HTTP 504": status(504),
};

/** A bed that remembers all that was said. */
export interface FaultBed extends TestBed {
  /** Lets the issuer's next answer go wrong. */
  fail(
    endpoint: IssuerRequest["endpoint"],
    fault: IssuerFault,
    options?: IssuerFaultOptions,
  ): void;
  /** How often the issuer was asked for this. */
  asked(what: string): number;
  /** Fails where a token, a code or a secret was said or reported. */
  assertNoSecrets(): void;
}

/** Opens a bed without runs, for nobody looks at them here. */
export async function openFaultBed(
  options: Parameters<typeof openTestBed>[0] = {},
): Promise<FaultBed> {
  const bed = await openTestBed({
    ...options,
    sandbox: { seeded: false, ...options.sandbox },
  });
  const { issuer } = bed.sandbox;
  assert(issuer);
  const said: string[] = [];
  return {
    ...bed,
    call: async (tool, args) => {
      const answer = await bed.call(tool, args);
      said.push(JSON.stringify(answer));
      return answer;
    },
    logIn: () => bed.logIn(),
    fail: (endpoint, fault, times) =>
      issuer.faults.next(endpoint, fault, times),
    asked: (what) =>
      issuer.requests
        .filter(({ grant, endpoint }) => what === grant || what === endpoint)
        .length,
    assertNoSecrets: () => {
      const all = [...said, ...bed.reports].join("\n");
      for (const secret of issuer.secrets) {
        assertEquals(all.includes(secret), false, "a secret was said");
      }
    },
  };
}

/** Fails unless the answer is that of the case. */
export function assertTold(
  { data, text, isError }: Called,
  { code, retryAfterS }: FaultCase,
): void {
  assertEquals(isError, true, text);
  const { error } = data;
  assertEquals(
    [data.status, error?.code, error?.fix_by, error?.retry_after_s],
    ["error", code, "retry", retryAfterS],
    text,
  );
  assert(text.length < 1000, "the body is not repeated");
}

/** Has the next call to Flyte refused, so that the token is renewed. */
export async function refused(bed: TestBed): Promise<Called> {
  bed.sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  return await bed.call("list_projects");
}
