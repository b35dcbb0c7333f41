import { assertEquals, assertRejects } from "@std/assert";
import {
  isClientRefusal,
  isPersonsDenial,
  IssuerUnavailable,
  OAuthError,
  readIssuerAnswer,
} from "../../src/auth/issuer_answer.ts";

function answer(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): Response {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return new Response(text, { status, headers });
}

async function read(body: unknown): Promise<Record<string, unknown>> {
  return await (await readIssuerAnswer(answer(200, body))).json();
}

const TOKEN = { access_token: "made-up-token" };
const GRANT = { ...TOKEN, token_type: "bearer" };
const CODE = { device_code: "d", user_code: "U", expires_in: 600 };
const PAGE = "https://issuer.example/device";

/** What is said, what is made of it, and who says it so. */
const GRANTS: readonly (readonly [string, unknown, unknown])[] = [
  ["no token_type", TOKEN, GRANT],
  ["an id_token and a scope", { ...GRANT, id_token: "x", scope: ["a"] }, GRANT],
  ["expires_in as text", { ...GRANT, expires_in: "3599" }, {
    ...GRANT,
    expires_in: 3599,
  }],
  ["expires_in of zero", { ...GRANT, expires_in: 0 }, GRANT],
  ["expires_in that is no number", { ...GRANT, expires_in: "soon" }, GRANT],
  ["expires_in of null", { ...GRANT, expires_in: null }, GRANT],
  ["a refresh token that is empty", { ...GRANT, refresh_token: "" }, GRANT],
  ["verification_url", { ...CODE, verification_url: PAGE }, {
    ...CODE,
    verification_url: PAGE,
    verification_uri: PAGE,
  }],
  [
    "a device answer in texts",
    { ...CODE, verification_uri: PAGE, expires_in: "600", interval: "5" },
    { ...CODE, verification_uri: PAGE, interval: 5 },
  ],
  [
    "a complete address of null and an interval of zero",
    {
      ...CODE,
      verification_uri: PAGE,
      verification_uri_complete: null,
      interval: 0,
    },
    { ...CODE, verification_uri: PAGE },
  ],
];

for (const [what, said, expected] of GRANTS) {
  Deno.test(`readIssuerAnswer() makes sense of ${what}`, async () => {
    assertEquals(await read(said), expected);
  });
}

Deno.test("readIssuerAnswer() drops an expires_in that no number can hold", async () => {
  const text = '{"access_token":"x","token_type":"bearer","expires_in":1e999}';
  const response = await readIssuerAnswer(answer(200, text));
  assertEquals((await response.json()).expires_in, undefined);
});

/** Status, body, and what it is to us: reason and description. */
const REFUSALS: readonly (readonly [
  string,
  readonly [number, unknown],
  readonly [string, string | null],
])[] = [
  [
    "OAuth",
    [400, { error: "invalid_grant", error_description: "Gone" }],
    ["invalid_grant", "Gone"],
  ],
  ["OAuth without a description", [401, { error: "invalid_client" }], [
    "invalid_client",
    null,
  ]],
  [
    "Okta, in OAuth's word",
    [401, { errorCode: "invalid_client", errorSummary: "Invalid value" }],
    ["invalid_client", "Invalid value"],
  ],
  [
    "Okta, in a number",
    [404, { errorCode: "E0000007", errorSummary: "Not found" }],
    ["http_404", "E0000007: Not found"],
  ],
  [
    "an API of Google",
    [403, { error: { code: 403, message: "Forbidden", status: "DENIED" } }],
    ["http_403", "Forbidden"],
  ],
  [
    "a web framework",
    [404, { status: 404, error: "Not Found", message: "No such path" }],
    ["http_404", "Not Found: No such path"],
  ],
  ["an empty object", [400, {}], ["http_400", null]],
  ["a list", [400, []], ["http_400", null]],
  ["a page", [404, "<h1>Not Found</h1>"], ["http_404", null]],
  ["nothing", [405, ""], ["http_405", null]],
  ["an error with 200", [200, { error: "invalid_client" }], [
    "invalid_client",
    null,
  ]],
  ["slow_down with 429", [429, { error: "slow_down" }], ["slow_down", null]],
  ["slow_down with 403", [403, { error: "slow_down" }], ["slow_down", null]],
  ["pending with 428", [428, { error: "authorization_pending" }], [
    "authorization_pending",
    null,
  ]],
];

for (const [what, [status, body], [error, description]] of REFUSALS) {
  Deno.test(`readIssuerAnswer() takes ${what} for a refusal`, async () => {
    const refused = await assertRejects(
      () => readIssuerAnswer(answer(status, body)),
      OAuthError,
    );
    assertEquals(
      [refused.error, refused.description, refused.status],
      [error, description, status],
    );
  });
}

/** Status, body, and whether it asks for fewer requests. */
const LATER:
  readonly (readonly [string, readonly [number, unknown], boolean])[] = [
    ["a page with 200", [200, "<h1>Sign in</h1>"], false],
    ["a page with 502", [502, "<h1>Bad Gateway</h1>"], false],
    ["a redirect", [302, ""], false],
    ["an OAuth error with 500", [500, { error: "server_error" }], false],
    [
      "temporarily_unavailable",
      [400, { error: "temporarily_unavailable" }],
      false,
    ],
    ["429 without a word", [429, ""], true],
    ["E0000047", [429, { errorCode: "E0000047" }], true],
    ["Google's quota", [403, { error_code: "rate_limit_exceeded" }], true],
  ];

for (const [what, [status, body], isLimit] of LATER) {
  Deno.test(`readIssuerAnswer() takes ${what} for "later"`, async () => {
    const later = await assertRejects(
      () => readIssuerAnswer(answer(status, body, { "retry-after": "7" })),
      IssuerUnavailable,
    );
    assertEquals([later.status, later.isLimit], [status, isLimit]);
    assertEquals(later.retryAfterS, 7);
  });
}

function refused(status: number, error: string, description?: string) {
  return new OAuthError(error, { description: description ?? null, status });
}

Deno.test("isClientRefusal() is true where another way to present a secret may work", () => {
  const yes = [
    refused(400, "invalid_client"),
    refused(401, "invalid_client"),
    refused(401, "unauthorized_client"),
    refused(401, "access_denied"),
    refused(401, "http_401"),
  ];
  assertEquals(yes.map(isClientRefusal), yes.map(() => true));
  const no = [
    refused(401, "authorization_pending"),
    refused(401, "invalid_grant"),
    refused(403, "access_denied"),
    refused(400, "unauthorized_client"),
    new Error("Something else"),
  ];
  assertEquals(no.map(isClientRefusal), no.map(() => false));
});

Deno.test("isPersonsDenial() tells a person's no from a policy's", () => {
  assertEquals(isPersonsDenial(refused(400, "access_denied")), true);
  assertEquals(isPersonsDenial(refused(400, "authorization_declined")), true);
  assertEquals(isPersonsDenial(refused(400, "invalid_grant")), false);
  for (
    const description of [
      "Policy evaluation failed for this request, please check the policy configurations.",
      "User is not assigned to the client application.",
    ]
  ) {
    const byPolicy = refused(400, "access_denied", description);
    assertEquals(isPersonsDenial(byPolicy), false);
  }
});
