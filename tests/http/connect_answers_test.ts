import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import { Code, ConnectError } from "@connectrpc/connect";
import { acceptConnectAnswers } from "../../src/http/connect_answers.ts";
import { createFetch, type Fetch } from "../../src/http/fetch.ts";
import { NetworkError } from "../../src/http/network_error.ts";
import { retryAfterOf } from "../../src/http/retry_after.ts";
import { UnexpectedResponse } from "../../src/http/unexpected_response.ts";
import { type Answer, answering, ask, PAGE } from "./answers.ts";
import { closedOrigin, serve, serveSocket } from "./peer.ts";

const PROTO: Answer = {
  status: 200,
  type: "application/proto",
  body: "\n\x03abc",
};
const NOT_MOUNTED: Answer = {
  status: 404,
  type: "text/plain",
  body: "404 page",
};
const NOT_FOUND: Answer = {
  status: 404,
  type: "application/json",
  body: '{"code":"not_found","message":"run r7k2"}',
};

const CONNECT: readonly Answer[] = [
  PROTO,
  { status: 200, type: "application/connect+proto", body: "\0\0\0\0\0" },
  NOT_FOUND,
  {
    status: 401,
    type: "application/json; charset=utf-8",
    body: '{ "code": "unauthenticated", "message": "é", "details": [{}] }',
    headers: { "www-authenticate": "Bearer", "x-request-id": "r-1" },
  },
  {
    status: 429,
    type: "application/json",
    body: '{"code":"resource_exhausted"}',
    headers: { "retry-after": "7" },
  },
  { status: 503, type: "application/json", body: '{"code":"unavailable"}' },
  {
    status: 400,
    type: "application/json",
    body: `{"code":"invalid_argument","message":"${"x".repeat(300_000)}"}`,
  },
];

Deno.test.each(CONNECT)(
  "acceptConnectAnswers() lets a $status of $type through untouched",
  async (answer) => {
    const response = await ask(answer);
    assertEquals(response.status, answer.status);
    assertEquals(response.headers.get("content-type"), answer.type);
    for (const [name, value] of Object.entries(answer.headers ?? {})) {
      assertEquals(response.headers.get(name), value);
    }
    assertEquals(await response.text(), answer.body);
  },
);

Deno.test.each([{ first: PROTO }, { first: NOT_FOUND }])(
  "acceptConnectAnswers() reads 404 as unimplemented after $first",
  async ({ first }) => {
    await using peer = await serve(
      answering({ "/rpc": first, "/none": NOT_MOUNTED }),
    );
    using fetch = createFetch({ caCert: null });
    const call = acceptConnectAnswers(fetch);
    const none = () => call(`${peer.origin}/none`, {});
    await assertRejects(none, UnexpectedResponse);
    await (await call(`${peer.origin}/rpc`, {})).bytes();
    const error = await assertRejects(none, ConnectError);
    assertEquals(error.code, Code.Unimplemented);
  },
);

Deno.test("acceptConnectAnswers() takes no page for Connect's own words", async () => {
  const page = { status: 200, type: "text/html", body: "<p>" };
  await using peer = await serve(
    answering({ "/": page, "/none": NOT_MOUNTED }),
  );
  using fetch = createFetch({ caCert: null });
  const call = acceptConnectAnswers(fetch);
  await assertRejects(() => call(`${peer.origin}/`, {}), UnexpectedResponse);
  await assertRejects(
    () => call(`${peer.origin}/none`, {}),
    UnexpectedResponse,
  );
});

Deno.test.each([
  [429, Code.ResourceExhausted],
  [502, Code.Unavailable],
  [503, Code.Unavailable],
  [504, Code.Unavailable],
])("acceptConnectAnswers() reads a gateway's %d", async (status, code) => {
  for (
    const page of [
      {},
      { type: "text/html", body: PAGE },
      { type: "text/plain", body: "upstream connect error" },
      { type: "application/json", body: '{"message":"slow down"}' },
    ]
  ) {
    const headers = { "retry-after": "12" };
    const error = await assertRejects(
      () => ask({ status, headers, ...page }),
      ConnectError,
    );
    assertEquals(error.code, code);
    assertEquals(retryAfterOf({ headers: error.metadata }), 12);
  }
});

Deno.test("acceptConnectAnswers() reads a refused connection as unavailable", async () => {
  using fetch = createFetch({ caCert: null });
  const origin = await closedOrigin();
  const error = await assertRejects(
    () => acceptConnectAnswers(fetch)(origin, {}),
    ConnectError,
  );
  assertEquals(error.code, Code.Unavailable);
  assertInstanceOf(error.cause, NetworkError);
});

Deno.test.each([
  ["200 OK", "application/proto"],
  ["200 OK", "application/connect+proto"],
  ["200 OK", "text/html"],
  ["404 Not Found", "application/json"],
])(
  "acceptConnectAnswers() reads a broken %s of %s as unavailable",
  async (status, type) => {
    await using peer = await serveSocket((socket) =>
      socket.end(
        `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\ncontent-length: 9\r\n\r\n{`,
      )
    );
    using fetch = createFetch({ caCert: null });
    const error = await assertRejects(async () => {
      const response = await acceptConnectAnswers(fetch)(peer.origin, {});
      await response.bytes();
    }, ConnectError);
    assertEquals(error.code, Code.Unavailable);
    assertInstanceOf(error.cause, NetworkError);
    assertEquals(error.cause.failure, "dropped");
  },
);

Deno.test("acceptConnectAnswers() leaves aborts and other errors as they are", async () => {
  for (
    const reason of [new DOMException("Over", "AbortError"), new Error("Over")]
  ) {
    const fails: Fetch = () => Promise.reject(reason);
    const call = acceptConnectAnswers(fails)("http://127.0.0.1/", {});
    assertStrictEquals(await call.catch((error) => error), reason);
  }
});
