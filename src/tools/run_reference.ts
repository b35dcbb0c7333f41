import { readAddress } from "./flyte_address.ts";
import { pastedAddress, pastedName } from "./pasted_text.ts";
import type { ScopeArguments } from "./scope.ts";
import type { ToolContext } from "./tool.ts";
import { checkHost, noName, otherKind } from "./wrong_address.ts";

/** What can be given by a name or by a pasted address. */
type Kind = "run" | "task" | "app" | "trigger";

/** A run, task or app as the agent named it: by name, or by its address. */
export interface Reference extends ScopeArguments {
  readonly name: string;
  /** Whether project and domain stood in the address. */
  readonly pasted: boolean;
  /** The action that the address of a run names. */
  readonly action?: string | undefined;
  /** The version that the address of a task names. */
  readonly version?: string | undefined;
  /** The trigger that an address names; its task is the name. */
  readonly trigger?: string | undefined;
}

/** Where one Flyte is. */
export interface FlytePlaces {
  /** URL of the control plane. */
  readonly endpoint: string;
  /** URL of the console; `null`: it is at the endpoint. */
  readonly console: string | null;
}

/** The places that a call works with. */
export function placesOf({ endpoint, config }: ToolContext): FlytePlaces {
  const console = config.consoleEndpoint?.value ?? null;
  return { endpoint: endpoint.value, console };
}

/**
 * Reads a run argument: a name, a URL of a console, or a `flyte://` URI, with
 * whatever was pasted around it. An address is only parsed, never contacted, and its host must be the endpoint's
 * or the console's: another Flyte's run is not looked up here.
 *
 * @throws {ToolError} `different_endpoint` or `invalid_argument`
 */
export function parseRun(text: string, places: FlytePlaces): Reference {
  return parse(text, { kind: "run", places });
}

/** Reads a task argument, as {@linkcode parseRun} does. */
export function parseTask(text: string, places: FlytePlaces): Reference {
  return parse(text, { kind: "task", places });
}

/** Reads an app argument, as {@linkcode parseRun} does. */
export function parseApp(text: string, places: FlytePlaces): Reference {
  return parse(text, { kind: "app", places });
}

/** Reads a trigger argument, as {@linkcode parseRun} does. */
export function parseTrigger(text: string, places: FlytePlaces): Reference {
  return parse(text, { kind: "trigger", places });
}

/** Whether a text is an address and no name. */
export function isAddress(text: string): boolean {
  return pastedAddress(text) !== null;
}

/** Other schemes than these are not Flyte's. */
const SCHEME = /^(https?|flyte):/i;

function parse(
  text: string,
  { kind, places }: { kind: Kind; places: FlytePlaces },
): Reference {
  const address = pastedAddress(text);
  if (address === null) {
    const name = pastedName(text);
    if (name === "") throw noName(kind);
    return { name, pasted: false };
  }
  const url = SCHEME.test(address) ? URL.parse(address) : null;
  if (url) checkHost(url, { kind, places });
  const { name, project, domain, ...more } = url ? readAddress(url) : {};
  if (more.kind !== kind || !name || !project || !domain) {
    throw otherKind(text, { kind, named: { ...more, name } });
  }
  return { ...more, name, project, domain, pasted: true };
}

/** Something that has a page in the console. */
interface Place {
  readonly project: string;
  readonly domain: string;
  readonly name: string;
}

/** The console's page of a run, or of one of its actions. */
export function consoleUrl(
  run: Place & { readonly action?: string },
  places: FlytePlaces,
): string {
  const page = pageOf(run, { kind: "run", places });
  return run.action === undefined ? page : `${page}?i=${encoded(run.action)}`;
}

/** The console's page of a task. */
export function taskUrl(task: Place, places: FlytePlaces): string {
  return pageOf(task, { kind: "task", places });
}

/** The console's page of an app. */
export function appUrl(app: Place, places: FlytePlaces): string {
  return pageOf(app, { kind: "app", places });
}

/** The console's page of a trigger of this task. */
export function triggerUrl(
  task: Place & { readonly trigger: string },
  places: FlytePlaces,
): string {
  const page = pageOf(task, { kind: "trigger", places });
  return `${page}/${encoded(task.trigger)}`;
}

/** The console shows the domain before the project. */
function pageOf(
  place: Place,
  { kind, places: { endpoint, console } }: { kind: Kind; places: FlytePlaces },
): string {
  const { protocol, host } = new URL(console ?? endpoint);
  // A local control plane on its own port has its console beside it.
  const shown = !console && host === "localhost:8090" ? "localhost:8080" : host;
  const [domain, project, name] = [place.domain, place.project, place.name]
    .map(encoded);
  return `${protocol}//${shown}/v2/domain/${domain}/project/${project}/${kind}s/${name}`;
}

/** Nothing stays that could be taken for the text around an address. */
function encoded(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]|\.$/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
