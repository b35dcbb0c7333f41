/** The readers of single values: a value in its form, or our own error. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { parseAuthType } from "../../src/config/auth_type.ts";
import { isLoopback, parseEndpoint } from "../../src/config/endpoint.ts";
import * as values from "../../src/config/values.ts";

const SECRET = "zqHUNTER2qz";

/** Addresses, whole and broken, some with a secret in them. */
const ADDRESS = fc.oneof(
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.tuple(
    fc.constantFrom(
      ...["", "https://", "http://", "dns:///", "HTTPS://", "//", "ftp://"],
      ...["https:", "javascript:", "https://ada:pw@", "\\\\", "https:\\\\"],
    ),
    fc.oneof(
      fc.domain(),
      fc.ipV4(),
      fc.ipV6().map((address) => `[${address}]`),
      fc.constantFrom("localhost", "LOCALHOST.", "0x7f.1", "bücher.example"),
      fc.string(),
    ),
    fc.constantFrom(
      "",
      ":1",
      ":443",
      ":80",
      ":99999",
      ":x",
      ":",
      "@evil.example",
    ),
    fc.constantFrom(
      "",
      "/",
      "//",
      "/x/",
      "/../..",
      "?",
      "?x=1",
      "#",
      "\\@evil",
    ),
  ).map((parts) => parts.join("")),
  fc.string({ unit: "binary" }),
);

/** Values as YAML gives them. */
const RAW = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  fc.jsonValue(),
  fc.constantFrom(null, undefined, NaN, 1e999, new Date(0), ["a", ["b"]]),
);

Deno.test("parseEndpoint() gives an origin with a path, or refuses", () => {
  fc.assert(
    fc.property(ADDRESS, fc.boolean(), (text, insecure) => {
      let endpoint: string;
      try {
        endpoint = parseEndpoint(text, insecure);
      } catch (error) {
        return assert(error instanceof SyntaxError, String(error));
      }
      const url = new URL(endpoint);
      assert(/^https?:$/.test(url.protocol), endpoint);
      assertEquals([url.username, url.password], ["", ""]);
      assertEquals([url.search, url.hash], ["", ""]);
      assert(url.hostname !== "" && !endpoint.endsWith("/"), endpoint);
      assertEquals(parseEndpoint(endpoint, insecure), endpoint);
      isLoopback(endpoint);
    }),
    { numRuns: 500 },
  );
});

Deno.test("parseEndpoint() calls the host that is written, and no other", () => {
  fc.assert(
    fc.property(fc.domain(), fc.domain(), (host, other) => {
      fc.pre(host.toLowerCase() !== other.toLowerCase());
      for (const mark of ["@", "\\@", "/@", "#@", "?@", "%40", "\t@", "\\"]) {
        let found: string | null = null;
        try {
          found =
            new URL(parseEndpoint(`https://${host}${mark}${other}`, false))
              .hostname;
        } catch (error) {
          assert(error instanceof SyntaxError, String(error));
        }
        assert(found === null || found === host.toLowerCase(), mark);
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("readUrl() gives an http(s) URL without a password, or refuses", () => {
  fc.assert(
    fc.property(fc.oneof(ADDRESS, RAW), (raw) => {
      try {
        const url = new URL(values.readUrl(raw));
        assert(/^https?:$/.test(url.protocol), url.href);
        assertEquals([url.username, url.password], ["", ""]);
      } catch (error) {
        assert(error instanceof SyntaxError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

const READERS = {
  readText: values.readText,
  readBoolean: values.readBoolean,
  readList: (raw: unknown) => values.readList(raw),
  readHeaders: values.readHeaders,
  readToken: values.readToken,
  readCommand: values.readCommand,
  readUrl: values.readUrl,
  readHeaderName: values.readHeaderName,
  readInteractive: values.readInteractive,
  readVariableNames: values.readVariableNames,
  parseAuthType: (raw: unknown) => parseAuthType(values.readText(raw)),
};

Deno.test.each(Object.entries(READERS))(
  "%s() throws nothing but its own errors, which never repeat the value",
  (_name, read) => {
    const secretive = RAW.map((raw) =>
      typeof raw === "string" ? `${raw}${SECRET}${raw}` : [SECRET, raw]
    );
    fc.assert(
      fc.property(fc.oneof(RAW, secretive), (raw) => {
        try {
          read(raw);
        } catch (error) {
          const isOwn = error instanceof SyntaxError ||
            error instanceof RangeError;
          assert(isOwn && error.message.startsWith("Expected"), String(error));
          assertEquals(error.message.includes(SECRET), false);
        }
      }),
      { numRuns: 200 },
    );
  },
);

Deno.test("readHeaders() gives names and values that HTTP takes", () => {
  const pair = fc.tuple(
    fc.oneof(fc.constantFrom("Authorization", "x-team"), fc.string()),
    fc.string({ unit: "binary" }),
  );
  const texts = fc.oneof(
    fc.array(pair).map((pairs) =>
      pairs.map(([name, value]) => `${name}=${value}`).join(",")
    ),
    fc.array(pair).map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
  );
  fc.assert(
    fc.property(texts, (text) => {
      let headers: values.Header[];
      try {
        headers = values.readHeaders(text);
      } catch (error) {
        return assert(error instanceof SyntaxError, String(error));
      }
      assert(headers.length > 0);
      for (const [name, value] of headers) {
        assertEquals(name, name.trim().toLowerCase());
        new Headers([[name, value]]);
      }
    }),
    { numRuns: 300 },
  );
});

Deno.test("readToken() gives what a header can carry", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, bearer) => {
      try {
        const token = values.readToken(bearer ? `Bearer ${text}` : text);
        new Headers({ authorization: `Bearer ${token}` });
        assert(!/\s/.test(token));
      } catch (error) {
        assert(error instanceof SyntaxError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});
