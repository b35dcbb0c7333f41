import type { Finder } from "./finder.ts";
import { Secret } from "./secret.ts";
import type { Setting } from "./sources.ts";
import { type Header, readHeaders, readText } from "./values.ts";

/** Credentials that were given ready-made. */
export interface Credentials {
  readonly clientSecret: Setting<Secret> | null;
  readonly accessToken: Setting<Secret> | null;
  readonly authMetadata: Setting<Secret> | null;
}

/** Finds the credentials; their values never reach a message. */
export function findCredentials(finder: Finder): Credentials {
  return {
    clientSecret: findClientSecret(finder),
    accessToken: finder.find("accessToken", readToken),
    authMetadata: finder.find("authMetadata", readMetadata),
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
  const value = finder.fileText(path.value);
  if (value?.includes("-----BEGIN CERTIFICATE-----")) {
    return { value, source: path.source };
  }
  noteMissing(finder, path, `a PEM certificate in "${path.value}"`);
  return null;
}

/** The client secret: the value, else a variable, else a file. */
function findClientSecret(finder: Finder): Setting<Secret> | null {
  const direct = finder.find(
    "clientSecret",
    (raw) => new Secret(readText(raw)),
  );
  if (direct) return direct;
  const variable = finder.find("clientSecretEnvVar", readText);
  if (variable) {
    const text = finder.env(variable.value);
    if (text) return { value: new Secret(text), source: variable.value };
    noteMissing(finder, variable, `the variable ${variable.value}`);
    return null;
  }
  const location = finder.find("clientSecretLocation", readText);
  if (!location) return null;
  // Read again at each use, for mounted secrets rotate.
  const read = () => finder.fileText(location.value)?.trim() ?? "";
  if (read()) return { value: new Secret(read), source: location.source };
  noteMissing(finder, location, `the file "${location.value}"`);
  return null;
}

function readToken(raw: unknown): Secret {
  const token = readText(raw).replace(/^bearer\s+/i, "");
  if (/^[\x21-\x7e]+$/.test(token)) return new Secret(token);
  throw new SyntaxError("Expected a token without blanks");
}

function readMetadata(raw: unknown): Secret {
  readHeaders(raw);
  return new Secret(readText(raw));
}

function noteMissing(
  finder: Finder,
  setting: Setting<string>,
  target: string,
): void {
  finder.invalid(
    `${setting.source} names ${target}, which is not there or cannot be read.`,
    `Correct ${setting.source}.`,
  );
}
