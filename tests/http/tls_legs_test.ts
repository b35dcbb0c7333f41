/** A private CA on every way to Flyte and its issuer, and each without it. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  approveAuthorization,
  approveDevice,
} from "../../sandbox/issuer/person.ts";
import { CI_CLIENT } from "../../sandbox/issuer/clients.ts";
import { probeCertificate } from "../../src/http/certificate_probe.ts";
import { type Called, connectServer, type TestServer } from "../harness.ts";
import { CA_NAME } from "./certificates.ts";
import {
  type Distrusting,
  distrusting,
  openTlsBed,
  type TlsBed,
} from "./tls_bed.ts";

const CI = {
  FLYTE_CLIENT_ID: CI_CLIENT.clientId,
  FLYTE_CLIENT_SECRET: CI_CLIENT.secret ?? "",
};

/** Starts a device login and approves it. */
async function logIn(server: TestServer, { browse }: TlsBed): Promise<Called> {
  const { data } = await server.call("login", { method: "device" });
  if (data.status !== "login_required") return server.call("login");
  await approveDevice(data.verification_uri, data.user_code, { fetch: browse });
  return await server.call("auth_status", { wait_seconds: 20 });
}

/** Starts a browser login, approves it and pastes where it ends. */
async function logInByBrowser(
  server: TestServer,
  { browse }: TlsBed,
): Promise<Called> {
  const { data } = await server.call("login", { method: "browser" });
  const callback_url = await approveAuthorization(data.authorization_url, {
    fetch: browse,
  });
  return await server.call("login", { callback_url });
}

/** What the issuer was asked for, in order, polls as one. */
function asked({ issuer }: TlsBed): string[] {
  const all = issuer.requests.map(({ endpoint, grant }) => grant ?? endpoint)
    .filter((one) => one !== "pages");
  return all.filter((one, at) => one !== all[at - 1]);
}

Deno.test("a device login lives behind a private CA, from the first call to the revocation", async () => {
  await using bed = await openTlsBed();
  const { flyte, login, trusting, sandbox } = bed;
  await using server = await connectServer(flyte.origin, trusting);
  assertEquals(
    (await server.call("whoami")).data.issuer_host,
    new URL(login.origin).host,
  );
  assertEquals((await logIn(server, bed)).data.login, "done");
  assertEquals((await server.call("list_projects")).data.status, "ok");
  sandbox.ingress.faults.next("ListProjects", {
    kind: "refuse",
    refusal: "connect_401",
  });
  assertEquals((await server.call("list_projects")).data.status, "ok");
  assertEquals((await server.call("logout")).data.revoked, true);
  assertEquals(asked(bed), [
    ...["discovery", "device_authorization", "device_code", "refresh_token"],
    ...["discovery", "revocation"],
  ]);
  // A connection over which nothing came would have been a probe.
  assertEquals([...flyte.received, ...login.received].includes(0), false);
});

Deno.test("a browser login lives behind a private CA", async () => {
  await using bed = await openTlsBed();
  await using server = await connectServer(bed.flyte.origin, bed.trusting);
  assertEquals((await logInByBrowser(server, bed)).data.login, "done");
  assertEquals((await server.call("whoami")).data.status, "ok");
});

Deno.test("an issuer that is set is discovered behind a private CA", async () => {
  await using bed = await openTlsBed({ auth: "open" });
  const { flyte, login, trusting } = bed;
  await using server = await connectServer(flyte.origin, {
    files: trusting.files,
    env: { ...trusting.env, ...CI, FLYTE_ISSUER: login.origin },
  });
  assertEquals((await server.call("list_projects")).data.status, "ok");
  assertEquals(asked(bed), ["discovery", "client_credentials"]);
});

Deno.test("a client secret is sent behind a private CA", async () => {
  await using bed = await openTlsBed();
  const { trusting, flyte } = bed;
  const env = { ...trusting.env, ...CI };
  await using server = await connectServer(flyte.origin, { ...trusting, env });
  assertEquals((await server.call("list_projects")).data.status, "ok");
  assert(asked(bed).includes("client_credentials"));
});

/** One way to Flyte or its issuer. */
interface Leg {
  /** The paths that are called without the CA. */
  readonly path: RegExp;
  readonly host: "flyte" | "login";
  readonly env?: (bed: TlsBed) => Readonly<Record<string, string>>;
  /** Whether Flyte publishes its issuer. @default {"device"} */
  readonly auth?: "open";
  readonly run: (
    server: TestServer,
    bed: TlsBed,
    fetch: Distrusting,
  ) => Promise<Called>;
}

/** Paths: every one, and none. */
const ALL = /./;
const NONE = /^$/;

const LEGS: Readonly<Record<string, Leg>> = {
  "a call to Flyte": {
    path: /ProjectService/,
    host: "flyte",
    env: () => ({ FLYTE_ACCESS_TOKEN: "made-up-token" }),
    run: (server) => server.call("list_projects"),
  },
  "Flyte's client configuration": {
    path: /AuthMetadataService/,
    host: "flyte",
    run: (server) => server.call("list_projects"),
  },
  "an issuer's discovery": {
    path: /well-known/,
    host: "login",
    auth: "open",
    env: ({ login }) => ({ ...CI, FLYTE_ISSUER: login.origin }),
    run: (server) => server.call("list_projects"),
  },
  "a client secret's token call": {
    path: /token$/,
    host: "login",
    env: () => CI,
    run: (server) => server.call("list_projects"),
  },
  "the start of a device login": {
    path: /device\/auth$/,
    host: "login",
    run: (server) => server.call("whoami"),
  },
  "a device login's polls": {
    path: /token$/,
    host: "login",
    run: logIn,
  },
  "the exchange of a code": {
    path: /token$/,
    host: "login",
    run: logInByBrowser,
  },
  "a refresh": {
    path: NONE,
    host: "login",
    async run(server, bed, { distrust }) {
      await logIn(server, bed);
      await server.call("list_projects");
      distrust(/token$/);
      bed.sandbox.ingress.faults.next("ListProjects", {
        kind: "refuse",
        refusal: "connect_401",
      });
      return await server.call("list_projects");
    },
  },
};

for (const [what, { path, host, env, auth, run }] of Object.entries(LEGS)) {
  Deno.test(`${what} without the CA is tls_untrusted with host and certificate`, async () => {
    await using bed = await openTlsBed({ ...(auth && { auth }) });
    using distrustful = distrusting(bed, { probe: probeCertificate });
    distrustful.distrust(path);
    await using server = await connectServer(bed.flyte.origin, {
      env: env?.(bed) ?? {},
      fetch: distrustful.fetch,
    });
    const { data, text } = await run(server, bed, distrustful);
    assertEquals(data.error?.code, "tls_untrusted", text);
    const place = new URL(bed[host].origin).host;
    assertStringIncludes(text, `The certificate "CN=localhost" of ${place}`);
    assertStringIncludes(text, `issued by "CN=${CA_NAME}"`);
    assertStringIncludes(text, "set FLYTE_CA_CERT to its PEM file");
  });
}

Deno.test("a logout without the CA forgets the login and says that nothing was revoked", async () => {
  await using bed = await openTlsBed();
  using distrustful = distrusting(bed, { probe: probeCertificate });
  await using server = await connectServer(bed.flyte.origin, {
    fetch: distrustful.fetch,
  });
  await logIn(server, bed);
  distrustful.distrust(ALL);
  const { data } = await server.call("logout");
  assertEquals([data.logged_out, data.revoked], [true, false]);
});

Deno.test("a login that failed at a certificate waits for `login`, and works then", async () => {
  await using bed = await openTlsBed();
  using distrustful = distrusting(bed, { probe: probeCertificate });
  await using server = await connectServer(bed.flyte.origin, {
    fetch: distrustful.fetch,
  });
  distrustful.distrust(/token$/);
  assertEquals((await logIn(server, bed)).data.error.code, "tls_untrusted");
  const { data } = await server.call("list_projects");
  assertEquals(data.error.code, "tls_untrusted");
  distrustful.distrust(NONE);
  assertEquals((await logIn(server, bed)).data.login, "done");
});
