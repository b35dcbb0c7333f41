/**
 * What the tests of whole login flows stand on: a locked sandbox, a server in
 * a process of its own, and a memory of everything that the server said.
 */
import { freePort } from "../free_port.ts";
import { assert, assertEquals } from "@std/assert";
import {
  type IssuerClient,
  REDIRECT_URI,
} from "../../sandbox/issuer/clients.ts";
import { approveAuthorization } from "../../sandbox/issuer/person.ts";
import type { IssuerRequest } from "../../sandbox/issuer/request.ts";
import { generateSigningKey } from "../../sandbox/issuer/signing_key.ts";
import {
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from "../../sandbox/mod.ts";
import type { Called } from "../harness.ts";
import { type Spawned, type SpawnOptions, spawnServer } from "./spawn.ts";

/** One key for all issuers of a test file: making one takes a while. */
const signingKey = await generateSigningKey();

/** A sandbox that wants a login; people are quick here, so polls are too. */
export async function startLocked(
  options: Partial<SandboxOptions> = {},
): Promise<Sandbox> {
  return await startSandbox({
    auth: "device",
    seeded: false,
    ...options,
    issuer: {
      signingKey,
      interval: 0.05,
      enforceInterval: false,
      ...options.issuer,
    },
  });
}

/** A spawned server of which every word is remembered. */
export interface Flow extends Spawned {
  /** All results and all of stderr, as one text. */
  said(): string;
}

/** Starts a server before a Flyte, with the SDK that most hosts embed. */
export async function startFlow(
  endpoint: string,
  { env, generation = "old", ...options }: SpawnOptions = {},
): Promise<Flow> {
  const server = await spawnServer({
    ...options,
    generation,
    env: { FLYTE_ENDPOINT: endpoint, ...env },
  });
  const answers: Called[] = [];
  return {
    ...server,
    call: async (tool, args) => {
      const answer = await server.call(tool, args);
      answers.push(answer);
      return answer;
    },
    said: () =>
      [...answers.map((answer) => JSON.stringify(answer)), server.stderr()]
        .join("\n"),
  };
}

/** Fails unless the server acts as this subject now. */
export async function assertActsAs(flow: Flow, subject: string): Promise<void> {
  const { data, text } = await flow.call("whoami");
  assertEquals(data.identity, "known", text);
  assertEquals(data.subject, subject);
}

/** Fails when a secret that the issuer gave or got was said anywhere. */
export function assertNothingLeaked(
  flow: Flow,
  { issuer }: Pick<Sandbox, "issuer">,
  further: readonly string[] = [],
): void {
  const secrets = [...issuer?.secrets ?? [], ...further];
  assert(secrets.length > 0, "no secret was in use, so nothing is shown");
  const said = flow.said();
  for (const secret of secrets) {
    const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret)];
    const found = forms.some((form) => said.includes(form));
    assert(!found, `a secret of ${secret.length} characters was said`);
  }
}

/** What the token endpoint answered with a token, in order. */
export function grantsOf({ issuer }: Sandbox): IssuerRequest[] {
  return issuer?.requests.filter(({ endpoint, status }) =>
    endpoint === "token" && status === 200
  ) ?? [];
}

/** Fails unless tokens came by these grants alone. */
export function assertGrants(
  sandbox: Sandbox,
  ...grants: string[]
): void {
  assertEquals(grantsOf(sandbox).map(({ grant }) => grant), grants);
}

/** The callback that Flyte's tools register, on a port of its own. */
export function freeCallback(): string {
  const url = new URL(REDIRECT_URI);
  url.port = String(freePort());
  return url.href;
}

/** Signs in as the person would. @returns where the browser is sent to */
export async function signIn({ data, text }: Called): Promise<string> {
  assertEquals(data.method, "browser", text);
  return await approveAuthorization(data.authorization_url);
}

/** Opens an address as the browser does. @returns the page */
export async function openPage(address: string): Promise<string> {
  return await (await fetch(address)).text();
}

/** Waits until the pending login is over. */
export async function waitForLogin(flow: Flow): Promise<void> {
  const { data, text } = await flow.call("auth_status", { wait_seconds: 20 });
  assertEquals(data.logged_in, true, text);
}

/** A token of the sandbox's issuer for a service, got behind our back. */
export async function serviceToken(
  { issuer }: Sandbox,
  { clientId, secret = "", authentication }: IssuerClient,
): Promise<string> {
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  const encode = (text: string) =>
    new URLSearchParams({ "": text }).toString().slice(1);
  const headers = new Headers();
  if (authentication === "client_secret_post") {
    form.set("client_id", clientId);
    form.set("client_secret", secret);
  } else {
    const pair = `${encode(clientId)}:${encode(secret)}`;
    headers.set("authorization", `Basic ${btoa(pair)}`);
  }
  const response = await fetch(`${issuer?.url}/token`, {
    method: "POST",
    headers,
    body: form,
  });
  return (await response.json()).access_token;
}

/** A folder that is removed at the end. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  /** Puts a file there, whole at once, as what rotates secrets does. */
  write(name: string, text: string, mode?: number): Promise<string>;
  /** The text of a file; `null` when it is not there. */
  read(name: string): Promise<string | null>;
}

/** Makes a folder with these files. */
export async function makeFolder(
  files: Readonly<Record<string, string>> = {},
): Promise<Folder> {
  const path = await Deno.makeTempDir();
  const folder: Folder = {
    path,
    async write(name, text, mode = 0o600) {
      const file = `${path}/${name}`;
      const parent = file.slice(0, file.lastIndexOf("/"));
      await Deno.mkdir(parent, { recursive: true });
      await Deno.writeTextFile(`${file}.new`, text, { mode });
      await Deno.rename(`${file}.new`, file);
      return file;
    },
    read: async (name) => {
      try {
        return await Deno.readTextFile(`${path}/${name}`);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return null;
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
  for (const [name, text] of Object.entries(files)) {
    await folder.write(name, text);
  }
  return folder;
}
