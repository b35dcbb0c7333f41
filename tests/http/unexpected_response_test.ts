import { assertEquals, assertRejects } from "@std/assert";
import { acceptConnectAnswers } from "../../src/http/connect_answers.ts";
import { createFetch } from "../../src/http/fetch.ts";
import { UnexpectedResponse } from "../../src/http/unexpected_response.ts";
import { answering, ask, PAGE } from "./answers.ts";
import { serve } from "./peer.ts";

Deno.test.each([
  {
    answer: { status: 200, type: "text/html; charset=utf-8", body: PAGE },
    title: "Flyte Console",
    login: true,
  },
  {
    answer: { status: 401, type: "text/html", body: PAGE },
    title: "Flyte Console",
    login: true,
  },
  {
    answer: { status: 403, type: "text/html", body: "<p>" },
    title: "",
    login: true,
  },
  { answer: { status: 401 }, title: null, login: true },
  {
    answer: { status: 403, type: "text/plain", body: "no" },
    title: null,
    login: true,
  },
  {
    answer: { status: 500, type: "text/plain", body: "no" },
    title: null,
    login: false,
  },
  {
    answer: { status: 500, type: "text/html", body: PAGE },
    title: "Flyte Console",
    login: false,
  },
  {
    answer: { status: 404, type: "text/html", body: PAGE },
    title: "Flyte Console",
    login: false,
  },
  {
    answer: { status: 200, type: "application/json", body: "{}" },
    title: null,
    login: false,
  },
  { answer: { status: 200 }, title: null, login: false },
  {
    answer: { status: 400, type: "application/json", body: '{"error":"x"}' },
    title: null,
    login: false,
  },
  {
    answer: { status: 400, type: "application/json", body: '{"code":"E42"}' },
    title: null,
    login: false,
  },
  {
    answer: { status: 500, type: "application/json", body: '{"code":13}' },
    title: null,
    login: false,
  },
  {
    answer: { status: 500, type: "application/json", body: "null" },
    title: null,
    login: false,
  },
  {
    answer: { status: 500, type: "application/json", body: '{"code":' },
    title: null,
    login: false,
  },
])(
  "acceptConnectAnswers() refuses $answer",
  async ({ answer, title, login }) => {
    const error = await assertRejects(() => ask(answer), UnexpectedResponse);
    assertEquals(error.status, answer.status);
    assertEquals(error.title, title);
    assertEquals(error.redirectHost, null);
    assertEquals(error.mayWantLogin, login);
  },
);

Deno.test.each([
  ["https://sso.example.com:8443/login?next=x", "sso.example.com:8443"],
  ["//sso.example.com/login", "sso.example.com"],
])(
  "acceptConnectAnswers() names the host of a redirect to %s",
  async (location, host) => {
    const error = await assertRejects(
      () => ask({ status: 302, type: "text/html", headers: { location } }),
      UnexpectedResponse,
    );
    assertEquals(error.redirectHost, host);
    assertEquals(error.mayWantLogin, true);
  },
);

Deno.test("acceptConnectAnswers() names its own host for a relative redirect", async () => {
  await using peer = await serve(
    answering({ "/a": { status: 303, headers: { location: "login" } } }),
  );
  using fetch = createFetch({ caCert: null });
  const error = await assertRejects(
    () => acceptConnectAnswers(fetch)(`${peer.origin}/a`, {}),
    UnexpectedResponse,
  );
  assertEquals(error.redirectHost, new URL(peer.origin).host);
});

Deno.test("acceptConnectAnswers() does not read a page without end", async () => {
  const closed = Promise.withResolvers<void>();
  await using peer = await serve((_request, response) => {
    response.on("close", closed.resolve);
    response.writeHead(200, { "content-type": "text/html" }).write(PAGE);
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  using fetch = createFetch({ caCert: null });
  const error = await assertRejects(
    () => acceptConnectAnswers(fetch)(peer.origin, {}),
    UnexpectedResponse,
  );
  assertEquals(error.title, "Flyte Console");
  await closed.promise;
});
