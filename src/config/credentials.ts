import type { Finder } from "./finder.ts";
import { Secret } from "./secret.ts";
import { type Setting, textOf } from "./sources.ts";
import {
  type Header,
  readCommand,
  readHeaders,
  readText,
  readToken,
} from "./values.ts";

/** Credentials that were given ready-made, or a program that gives them. */
export interface Credentials {
  readonly clientSecret: Setting<Secret> | null;
  readonly accessToken: Setting<Secret> | null;
  readonly authMetadata: Setting<Secret> | null;
  /** Argument vector of the credential command. */
  readonly command: Setting<readonly string[]> | null;
}

/** Finds the credentials; their values never reach a message. */
export function findCredentials(finder: Finder): Credentials {
  return {
    clientSecret: findClientSecret(finder),
    accessToken: finder.secret("accessToken", readToken),
    authMetadata: finder.secret("authMetadata", (raw) => {
      readHeaders(raw);
      return readText(raw);
    }),
    command: finder.find("command", readCommand),
  };
}

/** The headers of a Passthrough setting that was checked when it was found. */
export function headersOf(setting: Setting<Secret>): readonly Header[] {
  return readHeaders(setting.value.reveal());
}

/** The PEM text of the private CA. */
export function findCaCert(finder: Finder): Setting<string> | null {
  const path = finder.find("caCert", readText);
  if (!path) return null;
  const lookup = finder.file(path.value);
  const value = textOf(lookup);
  if (value?.includes("-----BEGIN CERTIFICATE-----")) {
    return { value, source: path.source };
  }
  const target = { kind: "certificate", name: path.value } as const;
  finder.missing("caCert", { source: path.source, target, lookup });
  return null;
}

/** Options that say what the client secret is, or where. */
export const SECRET_OPTIONS = [
  "clientSecret",
  "clientSecretEnvVar",
  "clientSecretLocation",
] as const;

/** The client secret from the best place that has one or names one. */
function findClientSecret(finder: Finder): Setting<Secret> | null {
  const place = finder.best(SECRET_OPTIONS);
  if (place?.key === "clientSecret") {
    return finder.secret("clientSecret", readText);
  }
  const named = place && finder.read(place.key, place.raw, readText);
  if (!named) return null;
  return place.key === "clientSecretEnvVar"
    ? secretIn(finder, named)
    : secretAt(finder, named);
}

function secretIn(
  finder: Finder,
  { value: name, source }: Setting<string>,
): Setting<Secret> | null {
  const lookup = finder.named(name);
  const text = textOf(lookup);
  if (text) return { value: new Secret(text.trim()), source: name };
  const target = { kind: "variable", name } as const;
  finder.missing("clientSecretEnvVar", { source, target, lookup });
  return null;
}

function secretAt(
  finder: Finder,
  { value: path, source }: Setting<string>,
): Setting<Secret> | null {
  const read = () => textOf(finder.file(path))?.trim() ?? "";
  let last = read();
  // Read again at each use, for mounted secrets rotate; while one is just
  // being replaced, the one before stays.
  const current = () => last = read() || last;
  if (last) return { value: new Secret(current), source };
  const target = { kind: "file", name: path } as const;
  const lookup = finder.file(path);
  finder.missing("clientSecretLocation", { source, target, lookup });
  return null;
}
