/**
 * Hosts of each generation over a wire in memory that is listened to: what was
 * put before the person, and what came of it.
 */
import {
  InMemoryTransport,
  type JSONRPCMessage,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { approveDevice } from "../../sandbox/issuer/person.ts";
import type { SandboxOptions } from "../../sandbox/mod.ts";
import {
  type Elicited,
  type Generation,
  type HostOptions,
  newClient,
} from "../e2e/spawn.ts";
import { openTestBed, type ServerOptions, type TestBed } from "../harness.ts";

/** What a host can declare; an empty object means forms. */
export const CAPABILITIES = {
  none: {},
  form: { elicitation: {} },
  url: { elicitation: { form: {}, url: {} } },
} as const;

/** A sandbox with a server and a host. */
export interface HostBed extends TestBed {
  /** Everything that the host was asked to put before the person. */
  elicited(): Elicited[];
}

/** What stands behind a host. */
export interface BedOptions extends ServerOptions {
  readonly sandbox?: Partial<SandboxOptions>;
}

/** Connects a host to a sandbox in which nothing runs. */
export async function openHost(
  host: HostOptions,
  { sandbox, ...server }: BedOptions = {},
): Promise<HostBed> {
  const sent: JSONRPCMessage[] = [];
  const bed = await openTestBed({
    ...server,
    sandbox: { seeded: false, ...sandbox },
    connect: connectHost(host, (message) => sent.push(message)),
  });
  return { ...bed, elicited: () => sent.flatMap(elicitedBy) };
}

/** Connects a host of a generation to servers, in memory. */
export function connectHost(
  host: HostOptions,
  onSent: (message: JSONRPCMessage) => void = () => {},
): NonNullable<ServerOptions["connect"]> {
  return async (create) => {
    const [near, far] = InMemoryTransport.createLinkedPair();
    const send = far.send.bind(far);
    far.send = (message, options) => {
      onSent(message);
      return send(message, options);
    };
    serveStdio(create, { transport: far });
    const client = newClient(host);
    await client.connect(near);
    return client;
  };
}

/** A host whose person accepts, after having done this. */
export function openAccepting(
  generation: Generation,
  { before, ...bed }: BedOptions & { before?: (page: Elicited) => unknown } =
    {},
): Promise<HostBed> {
  const onElicit: HostOptions["onElicit"] = async (page) => {
    await before?.(page);
    return { action: "accept" };
  };
  return openHost(
    { generation, capabilities: CAPABILITIES.url, onElicit },
    bed,
  );
}

/** The page has the code in its address, so there is nothing to type. */
export async function onPage({ url }: Elicited, deny = false): Promise<void> {
  const code = new URL(url).searchParams.get("user_code") ?? "";
  await approveDevice(url, code, { deny });
}

/** What a message of the server asks: a request of its own, or a result. */
function elicitedBy(message: JSONRPCMessage): Elicited[] {
  // Both kinds of messages carry what they ask in these fields.
  const { method, params, result } = message as {
    method?: string;
    params?: Elicited;
    result?: { inputRequests?: Record<string, { params: Elicited }> };
  };
  if (method === "elicitation/create" && params) return [params];
  return Object.values(result?.inputRequests ?? {}).map((asked) =>
    asked.params
  );
}
