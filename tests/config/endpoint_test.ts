import { assertEquals, assertThrows } from "@std/assert";
import { isLoopback, parseEndpoint } from "../../src/config/endpoint.ts";
import { resolveConfig } from "../../src/config/mod.ts";
import { HOME, sourcesOf } from "./machine.ts";

Deno.test.each([
  ["flyte.example.com", "https://flyte.example.com"],
  ["flyte.example.com:8443", "https://flyte.example.com:8443"],
  ["flyte.example.com:443", "https://flyte.example.com"],
  ["  flyte.example.com\n", "https://flyte.example.com"],
  ["FLYTE.Example.Com", "https://flyte.example.com"],
  ["dns:///flyte.example.com", "https://flyte.example.com"],
  ["dns:///flyte.example.com:8443/", "https://flyte.example.com:8443"],
  ["dns://flyte.example.com", "https://flyte.example.com"],
  ["DNS:///flyte.example.com", "https://flyte.example.com"],
  ["https://flyte.example.com/", "https://flyte.example.com"],
  ["HTTPS://Flyte.example.com//", "https://flyte.example.com"],
  ["https://flyte.example.com/Prefix/", "https://flyte.example.com/Prefix"],
  ["http://localhost:30080", "http://localhost:30080"],
  ["http://localhost:443", "http://localhost:443"],
  ["localhost:30080", "https://localhost:30080"],
  ["10.0.0.5:8090", "https://10.0.0.5:8090"],
  ["[::1]:30080", "https://[::1]:30080"],
  ["https://[2001:db8::7]", "https://[2001:db8::7]"],
  ["bücher.example", "https://xn--bcher-kva.example"],
])("parseEndpoint() reads %j as %s", (text, expected) => {
  assertEquals(parseEndpoint(text, false), expected);
});

Deno.test.each([
  ["localhost:30080", "http://localhost:30080"],
  ["dns:///localhost:30080", "http://localhost:30080"],
  ["http://localhost:30080", "http://localhost:30080"],
  ["https://localhost:30080", "https://localhost:30080"],
])("parseEndpoint() reads %j with `insecure` as %s", (text, expected) => {
  assertEquals(parseEndpoint(text, true), expected);
});

Deno.test.each([
  [""],
  ["   "],
  ["https://"],
  ["dns:///"],
  ["/flyte"],
  ["::1"],
  ["flyte example.com"],
  ["flyte.example.com:port"],
  ["flyte.example.com:99999"],
  ["ftp://flyte.example.com"],
  ["unix:///run/flyte.sock"],
  ["javascript://flyte.example.com"],
  ["https:/flyte.example.com"],
  ["https:flyte.example.com"],
  ["ada@flyte.example.com"],
  ["https://ada:hunter2@flyte.example.com"],
  ["https://@flyte.example.com"],
  ["dns:///ada@flyte.example.com"],
  ["flyte.example.com?x=1"],
  ["https://flyte.example.com/?"],
  ["https://evil.example#flyte.example.com"],
  ["flyte.example.com#"],
])("parseEndpoint() refuses %j", (text) => {
  assertThrows(() => parseEndpoint(text, false), SyntaxError);
});

Deno.test.each([
  ["http://localhost", true],
  ["http://localhost:30080/x", true],
  ["http://flyte.localhost", true],
  ["http://127.0.0.1:1", true],
  ["http://127.9.8.7", true],
  ["http://2130706433", true],
  ["http://[::1]:8080", true],
  ["http://0.0.0.0", false],
  ["http://10.0.0.5", false],
  ["http://127.0.0.1.evil.example", false],
  ["http://localhost.evil.example", false],
  ["http://evil-localhost", false],
  ["http://[2001:db8::1]", false],
])("isLoopback() says of %s: %s", (url, expected) => {
  assertEquals(isLoopback(url), expected);
  assertEquals(isLoopback(new URL(url)), expected);
});

Deno.test.each([
  ["true", "http:"],
  ["True", "http:"],
  ["1", "http:"],
  ["yes", "http:"],
  ["on", "http:"],
  ["false", "https:"],
  ["False", "https:"],
  ["0", "https:"],
  ["no", "https:"],
  ["off", "https:"],
])("resolveConfig() reads FLYTE_INSECURE=%s as %s", (insecure, scheme) => {
  const { config, faults } = resolveConfig(sourcesOf({
    env: { FLYTE_ENDPOINT: "localhost:30080", FLYTE_INSECURE: insecure },
  }));
  assertEquals(faults, []);
  assertEquals(config.endpoint?.value, `${scheme}//localhost:30080`);
});

Deno.test("resolveConfig() lets the endpoint's scheme beat `insecure`", () => {
  const { config } = resolveConfig(sourcesOf({
    env: { FLYTE_ENDPOINT: "https://localhost:30080", FLYTE_INSECURE: "true" },
  }));
  assertEquals(config.endpoint?.value, "https://localhost:30080");
});

Deno.test("resolveConfig() reads `insecure` beside the endpoint in a file", () => {
  const { config } = resolveConfig(sourcesOf({
    files: {
      [`${HOME}/.flyte/config.yaml`]:
        "admin: {endpoint: 'dns:///localhost:30080', insecure: true}",
    },
  }));
  assertEquals(config.endpoint?.value, "http://localhost:30080");
});

Deno.test("resolveConfig() keeps credentials with `insecure`", () => {
  const { config, faults } = resolveConfig(sourcesOf({
    env: {
      FLYTE_ENDPOINT: "localhost:30080",
      FLYTE_INSECURE: "true",
      FLYTE_CLIENT_ID: "ci",
      FLYTE_CLIENT_SECRET: "made-up",
    },
  }));
  assertEquals(faults, []);
  assertEquals(config.authType?.value, "ClientSecret");
  assertEquals(config.clientSecret?.value.reveal(), "made-up");
});

Deno.test.each([
  ["10.0.0.5:8090"],
  ["flyte.example.com"],
  ["acme.hosted.example.com"],
  ["dns:///acme.hosted.example.com"],
])("resolveConfig() reads no organization out of the endpoint %s", (text) => {
  const { config } = resolveConfig(
    sourcesOf({ env: { FLYTE_ENDPOINT: text } }),
  );
  assertEquals(config.org, null);
});

Deno.test("a console without a scheme is reached by https, as the endpoint is", () => {
  const { config, faults } = resolveConfig(sourcesOf({
    env: {
      FLYTE_ENDPOINT: "flyte.example.com",
      FLYTE_CONSOLE_ENDPOINT: "console.example.com",
    },
  }));
  assertEquals(faults, []);
  assertEquals(config.consoleEndpoint?.value, "https://console.example.com");
});
