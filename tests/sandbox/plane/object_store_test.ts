import { assertEquals, assertMatch } from "@std/assert";
import { createHash } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { DataProxyService } from "../../../idl/flyteidl2/dataproxy/dataproxy_service_pb.ts";
import type { PlaneOptions } from "../../../sandbox/plane/mod.ts";
import { type ServedPlane, servePlane } from "./replay/served_plane.ts";
import { createTestClock, type TestClock } from "./replay/test_clock.ts";

const CONTENT = new TextEncoder().encode("day,amount\n1,2\n");
const MD5 = createHash("md5").update(CONTENT).digest();
const HOUR = 3_600_000;

interface Store extends AsyncDisposable {
  readonly served: ServedPlane;
  readonly clock: TestClock;
}

/** A plane with a bucket that clients reach through it. */
async function serveStore(): Promise<Store> {
  const clock = createTestClock(Date.parse("2026-03-01T12:00:00Z"));
  const { now, sleep } = clock;
  let url = "";
  const options: PlaneOptions = {
    now,
    sleep,
    storage: { container: "s3://example-data", publicUrl: () => url },
  };
  const served = await servePlane(options);
  url = `http://127.0.0.1:${served.port}`;
  return {
    served,
    clock,
    [Symbol.asyncDispose]: () => served[Symbol.asyncDispose](),
  };
}

/** A place for the file. */
async function uploadLocation({ served }: Store) {
  const data = createClient(DataProxyService, served.plane.transport);
  return await data.createUploadLocation({
    project: "flytesnacks",
    domain: "development",
    filename: "orders.csv",
    contentMd5: MD5,
  });
}

async function send(
  url: string,
  init: RequestInit,
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
}

Deno.test("createUploadLocation() signs a URL that takes the file", async () => {
  await using store = await serveStore();
  const { signedUrl, nativeUrl, headers } = await uploadLocation(store);
  assertMatch(
    nativeUrl,
    /^s3:\/\/example-data\/.*flytesnacks\/development\/.*orders\.csv$/,
  );
  assertEquals(headers["Content-MD5"], MD5.toString("base64"));
  const put = await send(signedUrl, { method: "PUT", headers, body: CONTENT });
  assertEquals(put.status, 200);
});

const REFUSED: [string, (url: string) => string, BodyInit, number][] = [
  ["its hash differs", (url) => url, "something else", 400],
  [
    "the URL was changed",
    (url) => url.replace("orders.csv", "others.csv"),
    CONTENT,
    403,
  ],
];

for (const [when, change, body, status] of REFUSED) {
  Deno.test(`a signed URL refuses a file when ${when}`, async () => {
    await using store = await serveStore();
    const { signedUrl } = await uploadLocation(store);
    const put = await send(change(signedUrl), { method: "PUT", body });
    assertEquals(put.status, status);
  });
}

Deno.test("a signed URL refuses everything when its time is over", async () => {
  await using store = await serveStore();
  const { signedUrl } = await uploadLocation(store);
  store.clock.advance(HOUR + 1_000);
  const put = await send(signedUrl, { method: "PUT", body: CONTENT });
  assertEquals(put, { status: 403, text: "Request has expired\n" });
});

Deno.test("a signed URL for uploads gives nothing away", async () => {
  await using store = await serveStore();
  const { signedUrl, headers } = await uploadLocation(store);
  await send(signedUrl, { method: "PUT", headers, body: CONTENT });
  assertEquals((await send(signedUrl, { method: "GET" })).status, 403);
});

Deno.test("/readyz answers 200 when there is a bucket", async () => {
  await using store = await serveStore();
  const url = `http://127.0.0.1:${store.served.port}/readyz`;
  assertEquals(await send(url, {}), { status: 200, text: "OK" });
});
